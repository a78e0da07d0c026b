import type { AuditOutcome } from '../../database/schema/schema.js';
import { AUDIT_ACTIONS, type AuditAction, NO_REPOSITORY } from '../../trust/audit/audit-event.js';
import {
  type AuditFilter,
  type AuditRow,
  auditPage,
  countAudit,
} from '../../trust/audit/audit-pages-store.js';
import { isRegistryAdmin, may } from '../../trust/identity/identity.js';
import { builder } from './builder.js';
import { connectionType, keysetConnection, type PageArguments, pageComplexity } from './connections.js';
import type { Context } from './context.js';
import { invalidInput } from './invalid-input.js';
import { RepositoryNode } from './repository.js';

const DESCRIPTIONS: Record<AuditAction, string> = {
  push: 'Push recordings.',
  upload: 'Upload contents.',
  promote: "Promote a pull request's recordings.",
  use: 'Report which recordings the tests read. Only refused reports are logged.',
  close: 'Report that a pull request was closed without a merge.',
  accept: 'Accept drift.',
  watch: 'Push what a watch recorded, or name its commit.',
  'token.create': 'Create a token.',
  'token.revoke': 'Revoke a token.',
  'repository.change': 'Change the settings of a repository.',
  'repository.follow': 'Follow a repository that was renamed or transferred on GitHub.',
  'secret.allow': 'Allow what looks like a secret.',
  'secret.disallow': 'Remove an allowance for what looks like a secret.',
  redact: 'Redact secrets in recordings.',
  purge: 'Purge a content.',
  retention: 'Remove what the settings of the repository no longer keep.',
  authenticate: 'Authenticate with an invalid credential.',
};

const AuditActionEnum = builder.enumType('AuditAction', {
  description: 'An action in the audit log.',
  values: Object.fromEntries(
    AUDIT_ACTIONS.map((action) => [
      action.replace('.', '_').toUpperCase(),
      { value: action, description: DESCRIPTIONS[action] },
    ]),
  ),
});

const AuditOutcomeEnum = builder.enumType('AuditOutcome', {
  description: 'Whether an action was carried out.',
  values: {
    DONE: { value: 'DONE', description: 'The action was carried out.' },
    REFUSED: { value: 'REFUSED', description: 'The action was refused and changed nothing.' },
  } as const,
});

const AuditEventType = builder.objectRef<AuditRow>('AuditEvent').implement({
  description:
    'A write or a refused write. Events are never changed, and removed only by the retention of the settings.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: (event) => event.at }),
    who: t.exposeString('who', {
      description:
        'The caller: a token by its number and name, a workflow, or a person who signed in with GitHub.',
    }),
    actor: t.exposeString('actor', {
      nullable: true,
      description:
        "The GitHub user: who triggered the workflow run, from the claim `actor` of the run's OIDC token, or who " +
        'signed in with GitHub.',
    }),
    run: t.exposeString('run', {
      nullable: true,
      description: 'The workflow run, as `owner/name/actions/runs/ID/attempts/N`.',
    }),
    action: t.field({
      type: AuditActionEnum,
      description: 'What the caller did or tried to do.',
      resolve: (event) => event.action,
    }),
    target: t.exposeString('target', {
      nullable: true,
      description: 'The object of the action: a git ref such as `refs/heads/main`, a path or a token.',
    }),
    outcome: t.field({
      type: AuditOutcomeEnum,
      description: 'Whether the action was carried out.',
      resolve: (event) => event.outcome,
    }),
    detail: t.exposeString('detail', {
      nullable: true,
      description: 'What was done, or why it was refused.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'The IP address of the client. Null for commands on the machine of the registry.',
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The id of the request, as in the response header `x-request-id` and in the log.',
    }),
    repository: t.exposeString('repository', {
      nullable: true,
      description: 'The repository, as `owner/name`. Null when there is none, or it does not exist.',
    }),
  }),
});

const AuditConnection = connectionType<AuditRow>('Audit', AuditEventType as never);

const AuditFilterInput = builder.inputType('AuditFilter', {
  description: 'Filters audit events. An event must match all fields that are set.',
  fields: (t) => ({
    action: t.field({ type: AuditActionEnum, description: 'Only this action.' }),
    outcome: t.field({ type: AuditOutcomeEnum, description: 'Only this outcome.' }),
    who: t.string({ description: 'Only events whose `who` or `actor` is exactly this text.' }),
    path: t.string({
      description:
        'Only pushes and promotions that added, changed or removed the recording at this path. Needs the audit ' +
        'log of one repository.',
    }),
    since: t.field({ type: 'DateTime', description: 'Only events at or after this time.' }),
    until: t.field({ type: 'DateTime', description: 'Only events before this time.' }),
  }),
});

interface AuditArguments extends PageArguments {
  filter?:
    | {
        action?: string | null | undefined;
        outcome?: AuditOutcome | null | undefined;
        who?: string | null | undefined;
        path?: string | null | undefined;
        since?: Date | null | undefined;
        until?: Date | null | undefined;
      }
    | null
    | undefined;
}

const eventsOf = ({ db }: Context, repositoryId: number | null, { filter, ...page }: AuditArguments) => {
  if (filter?.path != null && (repositoryId === null || repositoryId === NO_REPOSITORY))
    throw invalidInput('filter.path needs the audit log of one repository: use `audit` of a repository');
  const conditions: AuditFilter = {
    repositoryId,
    action: filter?.action ?? null,
    outcome: filter?.outcome ?? null,
    who: filter?.who ?? null,
    path: filter?.path ?? null,
    since: filter?.since ?? null,
    until: filter?.until ?? null,
  };
  return keysetConnection(
    page,
    (row: AuditRow) => String(row.id),
    (position) => {
      for (const cursor of [position.after, position.before]) {
        if (cursor !== null && !/^\d{1,15}$/.test(cursor))
          throw invalidInput('the cursor is not a cursor of the audit log');
      }
      return auditPage(db, conditions, position);
    },
    () => countAudit(db, conditions),
  );
};

builder.objectField(RepositoryNode, 'audit', (t) =>
  t.field({
    type: AuditConnection,
    nullable: true,
    complexity: pageComplexity,
    description: 'The audit log of the repository, newest first. Null without the scope ADMIN for it.',
    args: {
      filter: t.arg({ type: AuditFilterInput, description: 'Which events to return.' }),
      ...t.arg.connectionArgs(),
    },
    resolve: (repository, args, context) =>
      may(context.identity, 'admin', repository) ? eventsOf(context, repository.id, args) : null,
  }),
);

builder.queryField('audit', (t) =>
  t.field({
    type: AuditConnection,
    nullable: true,
    complexity: pageComplexity,
    description:
      'The audit log of the whole registry, newest first, including events without a repository. Null ' +
      'unless the caller is a registry admin.',
    args: {
      filter: t.arg({ type: AuditFilterInput, description: 'Which events to return.' }),
      unattached: t.arg.boolean({ description: 'Only events without a repository.' }),
      ...t.arg.connectionArgs(),
    },
    resolve: (_root, { unattached, ...args }, context) =>
      isRegistryAdmin(context.identity) ? eventsOf(context, unattached ? NO_REPOSITORY : null, args) : null,
  }),
);
