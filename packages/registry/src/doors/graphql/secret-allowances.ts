import { allowSecret, disallowSecret } from '../../store/checks/allow-secret.js';
import { type AdminAllowance, adminAllowances } from '../../store/checks/allowance-store.js';
import { may } from '../../trust/identity/identity.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';
import { RepositoryNode } from './repository.js';

const AllowanceByEnum = builder.enumType('AllowanceBy', {
  values: {
    DIGEST: { description: 'One content.' },
    PATH: { description: 'Whatever stands at paths of a pattern.' },
  },
});

const SecretAllowanceType = builder.objectRef<AdminAllowance>('SecretAllowance').implement({
  description: 'That an admin says of something that looks like a secret that it is none.',
  fields: (t) => ({
    by: t.field({ type: AllowanceByEnum, resolve: (allowance) => allowance.by }),
    value: t.exposeString('value', { description: 'The digest, or the pattern.' }),
    reason: t.exposeString('reason'),
    allowedBy: t.exposeString('allowedBy'),
    allowedAt: t.field({ type: 'DateTime', resolve: (allowance) => allowance.allowedAt }),
  }),
});

builder.objectField(RepositoryNode, 'secretAllowances', (t) =>
  t.field({
    type: [SecretAllowanceType],
    nullable: true,
    description:
      'What admins allowed; those of `.github/fixtures.yml` stand there. Null for who is no admin of it.',
    resolve: (repository, _args, context) =>
      may(context.identity, 'admin', repository) ? adminAllowances(context.db, repository.id) : null,
  }),
);

const AllowSecretInput = builder.inputType('AllowSecretInput', {
  description: 'Exactly one of `digest` and `path`.',
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    digest: t.string({ description: 'The sha256 of a recording.' }),
    path: t.string({ description: 'A pattern of paths: `*` within a folder, `**` across folders.' }),
    reason: t.string({ required: true, description: 'Why it is no secret.' }),
  }),
});

const DisallowSecretInput = builder.inputType('DisallowSecretInput', {
  description: 'Exactly one of `digest` and `path`, as it was allowed.',
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    digest: t.string(),
    path: t.string(),
  }),
});

type Changed = { kind: 'allowed' | 'disallowed'; by: AdminAllowance['by']; value: string };

const ChangedAllowanceType = builder.objectRef<Changed>('ChangedAllowance').implement({
  fields: (t) => ({
    by: t.field({ type: AllowanceByEnum, resolve: (changed) => changed.by }),
    value: t.exposeString('value'),
    allowed: t.boolean({ resolve: ({ kind }) => kind === 'allowed' }),
  }),
});

const AllowanceResult = builder.unionType('AllowanceResult', {
  types: [ChangedAllowanceType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'ChangedAllowance'),
});

type Outcome = Changed | Problem<'invalid' | 'not-found' | 'forbidden'>;

builder.mutationField('allowSecret', (t) =>
  t.field({
    type: AllowanceResult,
    description:
      'Lets recordings in although something in them looks like a secret. Needs an admin of the repository.',
    args: { input: t.arg({ type: AllowSecretInput, required: true }) },
    resolve: async (_root, { input }, context): Promise<Outcome> => {
      const found = await writableRepository(context, input.owner, input.name, 'admin');
      if ('problem' in found) return found.problem;
      const { digest = null, path = null, reason } = input;
      return allowSecret(context.db, found.repository, context.caller, { digest, path, reason });
    },
  }),
);

builder.mutationField('disallowSecret', (t) =>
  t.field({
    type: AllowanceResult,
    description:
      'Takes back what `allowSecret` allowed; what was pushed stays. Needs an admin of the repository.',
    args: { input: t.arg({ type: DisallowSecretInput, required: true }) },
    resolve: async (_root, { input }, context): Promise<Outcome> => {
      const found = await writableRepository(context, input.owner, input.name, 'admin');
      if ('problem' in found) return found.problem;
      const { digest = null, path = null } = input;
      return disallowSecret(context.db, found.repository, context.caller, { digest, path });
    },
  }),
);
