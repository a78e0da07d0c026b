import { allowSecret, disallowSecret } from '../../store/checks/allow-secret.js';
import { type AdminAllowance, adminAllowances } from '../../store/checks/allowance-store.js';
import { may } from '../../trust/identity/identity.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { RepositoryNode } from './repository.js';
import { NAME, OWNER } from './repository-name-input.js';

const AllowanceByEnum = builder.enumType('AllowanceBy', {
  description: 'What an allowance applies to.',
  values: {
    DIGEST: { description: 'One content, by its digest.' },
    PATH: { description: 'All recordings at paths that match a pattern.' },
  },
});

const SecretAllowanceType = builder.objectRef<AdminAllowance>('SecretAllowance').implement({
  description:
    'An allowance of an admin: recordings that can be pushed although secret scanning finds something.',
  fields: (t) => ({
    by: t.field({
      type: AllowanceByEnum,
      description: 'Whether it applies to a content or to paths.',
      resolve: (allowance) => allowance.by,
    }),
    value: t.exposeString('value', { description: 'The digest or the pattern of paths.' }),
    reason: t.exposeString('reason', { description: 'Why it is not a secret.' }),
    allowedBy: t.exposeString('allowedBy', { description: 'Who allowed it, as in the audit log.' }),
    allowedAt: t.field({
      type: 'DateTime',
      description: 'When it was allowed.',
      resolve: (allowance) => allowance.allowedAt,
    }),
  }),
});

builder.objectField(RepositoryNode, 'secretAllowances', (t) =>
  t.field({
    type: [SecretAllowanceType],
    nullable: true,
    description:
      'The allowances of admins, without those in `.github/fixtures.yml`. Null without the scope ADMIN.',
    resolve: (repository, _args, context) =>
      may(context.identity, 'admin', repository) ? adminAllowances(context.db, repository.id) : null,
  }),
);

const AllowSecretInput = builder.inputType('AllowSecretInput', {
  description: 'What to allow. Set exactly one of `digest` and `path`.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    digest: t.string({ description: 'The sha256 of a recording, in hex.' }),
    path: t.string({
      description: 'A pattern of paths: `*` matches within a folder, `**` across folders.',
    }),
    reason: t.string({ required: true, description: 'Why it is not a secret.' }),
  }),
});

const DisallowSecretInput = builder.inputType('DisallowSecretInput', {
  description: 'The allowance to remove. Set exactly one of `digest` and `path`.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    digest: t.string({ description: 'The digest that was allowed.' }),
    path: t.string({ description: 'The pattern that was allowed, exactly as it was written.' }),
  }),
});

type Changed = { kind: 'allowed' | 'disallowed'; by: AdminAllowance['by']; value: string };

const ChangedAllowanceType = builder.objectRef<Changed>('ChangedAllowance').implement({
  description: 'An allowance that was added or removed.',
  fields: (t) => ({
    by: t.field({
      type: AllowanceByEnum,
      description: 'Whether it applies to a content or to paths.',
      resolve: (changed) => changed.by,
    }),
    value: t.exposeString('value', { description: 'The digest or the pattern of paths.' }),
    allowed: t.boolean({
      description: 'True when the allowance was added, false when it was removed.',
      resolve: ({ kind }) => kind === 'allowed',
    }),
  }),
});

const AllowanceResult = builder.unionType('AllowanceResult', {
  description: 'The result of `allowSecret` and `disallowSecret`.',
  types: [ChangedAllowanceType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'ChangedAllowance'),
});

type Outcome = Changed | Problem<'invalid' | 'not-found' | 'forbidden'>;

builder.mutationField('allowSecret', (t) =>
  t.field({
    type: AllowanceResult,
    description:
      'Allows recordings in which secret scanning finds something. Needs the scope ADMIN for the repository.',
    args: { input: t.arg({ type: AllowSecretInput, required: true, description: 'What to allow.' }) },
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
      'Removes an allowance that `allowSecret` added. Recordings that were already pushed stay. Needs ' +
      'the scope ADMIN for the repository.',
    args: {
      input: t.arg({ type: DisallowSecretInput, required: true, description: 'The allowance to remove.' }),
    },
    resolve: async (_root, { input }, context): Promise<Outcome> => {
      const found = await writableRepository(context, input.owner, input.name, 'admin');
      if ('problem' in found) return found.problem;
      const { digest = null, path = null } = input;
      return disallowSecret(context.db, found.repository, context.caller, { digest, path });
    },
  }),
);
