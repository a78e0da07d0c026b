import { grantsFor, type Identity, may, SCOPES, type WriteRule } from '../../trust/identity/identity.js';
import { findRepository } from '../../trust/repositories/repository-store.js';
import { buildVersion } from '../../vocabulary/build-version.js';
import { builder } from './builder.js';
import { visibleRepository } from './context.js';
import { NAME, OWNER } from './repository-name-input.js';
import { ScopeEnum } from './tokens.js';

interface Access {
  isKnown: boolean;
  scope: (typeof SCOPES)[number] | null;
  writesOnly: string[];
}

const AccessType = builder.objectRef<Access>('Access').implement({
  description: 'What a caller can do in a repository.',
  fields: (t) => ({
    isKnown: t.exposeBoolean('isKnown', {
      description: 'Whether the repository exists. False as well when the caller cannot read it.',
    }),
    scope: t.field({
      type: ScopeEnum,
      nullable: true,
      description: 'The highest scope of the caller. Null without any.',
      resolve: ({ scope }) => scope,
    }),
    writesOnly: t.exposeStringList('writesOnly', {
      description: 'The limits of the scope WRITE, as phrases. Empty when there are none.',
    }),
  }),
});

const ViewerType = builder.objectRef<Identity>('Viewer').implement({
  description: 'The caller of the request, as the registry authenticated it.',
  fields: (t) => ({
    name: t.exposeString('who', {
      description:
        'The token by its number and name, the workflow, or the person who signed in with GitHub; `anonymous` ' +
        'for anybody else.',
    }),
    run: t.exposeString('run', {
      nullable: true,
      description: 'The workflow run, as `owner/name/actions/runs/ID/attempts/N`. Null for a token.',
    }),
    access: t.field({
      type: AccessType,
      description: 'What the caller can do in a repository, whether or not it exists.',
      args: { owner: t.arg.string(OWNER), name: t.arg.string(NAME) },
      resolve: async (_viewer, { owner, name }, context) => {
        const repository = await findRepository(context.db, owner, name);
        await visibleRepository(context, { owner, name }, repository);
        // With the permission of a person on this repository.
        const { identity } = context;
        // `all` applies to every repository; -1 is the id of none.
        const facts = repository ?? { id: -1, visibility: 'PRIVATE' as const };
        const scope = SCOPES.filter((each) => may(identity, each, facts)).at(-1) ?? null;
        const isKnown = repository !== null && scope !== null;
        const rules = grantsFor(identity, facts.id).flatMap((grant) =>
          grant.scope === 'write' && grant.writes !== undefined ? [describeRule(grant.writes)] : [],
        );
        return { isKnown, scope, writesOnly: scope === 'write' ? rules : [] };
      },
    }),
  }),
});

/** Read once: it does not change while the process runs. */
const VERSION = buildVersion();

builder.queryField('version', (t) =>
  t.string({
    nullable: true,
    description: 'The version of the registry. Null for callers without a token.',
    resolve: (_root, _arguments, { identity }) => (identity.grants.length === 0 ? null : VERSION),
  }),
);

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'The caller of this request, and what it can do.',
    resolve: (_root, _arguments, { identity }) => identity,
  }),
);

function describeRule(rule: WriteRule): string {
  switch (rule.kind) {
    case 'refs':
      return `refs that match ${rule.pattern}`;
    case 'branch':
      return `branch ${rule.branch}`;
    case 'pull-request':
      return `pull request #${rule.number}`;
    case 'nothing':
      return `nothing: ${rule.reason}`;
    case 'acceptance':
      return 'the acceptance of drift';
    case 'fork-pull-requests':
      return 'pull requests from forks';
    default:
      return rule satisfies never;
  }
}
