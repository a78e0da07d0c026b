import type { AuditOutcome } from '../../database/schema/schema.js';
import { AUDIT_ACTIONS, type AuditAction, NO_REPOSITORY } from '../../trust/audit/audit-event.js';
import {
  type AuditFilter,
  type AuditRow,
  auditPage,
  countAudit,
} from '../../trust/audit/audit-pages-store.js';
import { isRegistryAdmin, may } from '../../trust/identity/identity.js';
import { builder, invalidInput } from './builder.js';
import { connectionType, keysetConnection, type PageArguments, pageComplexity } from './connections.js';
import type { Context } from './context.js';
import { RepositoryNode } from './repository.js';

const nameOf = (action: AuditAction) => action.replace('.', '_').toUpperCase();

const AuditActionEnum = builder.enumType('AuditAction', {
  description: 'What somebody did, or tried to do.',
  values: Object.fromEntries(AUDIT_ACTIONS.map((action) => [nameOf(action), { value: action }])),
});

const AuditOutcomeEnum = builder.enumType('AuditOutcome', {
  values: { DONE: { value: 'DONE' }, REFUSED: { value: 'REFUSED' } } as const,
});

const AuditEventType = builder.objectRef<AuditRow>('AuditEvent').implement({
  description: 'A write, or a write that was refused. Events are only ever added.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: (event) => event.at }),
    who: t.exposeString('who', { description: 'A token by its number and name, or a workflow.' }),
    actor: t.exposeString('actor', {
      nullable: true,
      description: "The person whom GitHub names as the cause of a workflow's run.",
    }),
    run: t.exposeString('run', { nullable: true, description: '`owner/name/actions/runs/ID/attempts/N`.' }),
    action: t.field({ type: AuditActionEnum, resolve: (event) => event.action }),
    target: t.exposeString('target', {
      nullable: true,
      description: 'A ref as git names it, a path, a token.',
    }),
    outcome: t.field({ type: AuditOutcomeEnum, resolve: (event) => event.outcome }),
    detail: t.exposeString('detail', {
      nullable: true,
      description: 'What was done, or why it was refused.',
    }),
    address: t.exposeString('address', { nullable: true, description: "Null: the registry's own machine." }),
    requestId: t.exposeString('requestId', { nullable: true }),
    repository: t.exposeString('repository', {
      nullable: true,
      description: 'Null: it belongs to none, or to one that does not exist.',
    }),
  }),
});

const AuditConnection = connectionType<AuditRow>('Audit', AuditEventType as never);

const AuditFilterInput = builder.inputType('AuditFilter', {
  description: 'All that are given must hold.',
  fields: (t) => ({
    action: t.field({ type: AuditActionEnum }),
    outcome: t.field({ type: AuditOutcomeEnum }),
    who: t.string({ description: 'Who or the actor, exactly.' }),
    since: t.field({ type: 'DateTime' }),
    until: t.field({ type: 'DateTime', description: 'Before this moment.' }),
  }),
});

interface AuditArguments extends PageArguments {
  filter?:
    | {
        action?: string | null | undefined;
        outcome?: AuditOutcome | null | undefined;
        who?: string | null | undefined;
        since?: Date | null | undefined;
        until?: Date | null | undefined;
      }
    | null
    | undefined;
}

const eventsOf = ({ db }: Context, repositoryId: number | null, { filter, ...page }: AuditArguments) => {
  const wanted: AuditFilter = {
    repositoryId,
    action: filter?.action ?? null,
    outcome: filter?.outcome ?? null,
    who: filter?.who ?? null,
    since: filter?.since ?? null,
    until: filter?.until ?? null,
  };
  return keysetConnection(
    page,
    (row: AuditRow) => String(row.id),
    (asked) => {
      for (const cursor of [asked.after, asked.before]) {
        if (cursor !== null && !/^\d{1,15}$/.test(cursor))
          throw invalidInput('this is no cursor of the audit log');
      }
      return auditPage(db, wanted, asked);
    },
    () => countAudit(db, wanted),
  );
};

builder.objectField(RepositoryNode, 'audit', (t) =>
  t.field({
    type: AuditConnection,
    nullable: true,
    complexity: pageComplexity,
    description: 'The audit log of the repository, the newest first. Null for who is no admin of it.',
    args: { filter: t.arg({ type: AuditFilterInput }), ...t.arg.connectionArgs() },
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
      'The audit log of the whole registry, the newest first: all repositories, and what belongs to none. Null for who is no ' +
      'admin of the registry.',
    args: {
      filter: t.arg({ type: AuditFilterInput }),
      unattached: t.arg.boolean({ description: 'Only what belongs to no repository.' }),
      ...t.arg.connectionArgs(),
    },
    resolve: (_root, { unattached, ...args }, context) =>
      isRegistryAdmin(context.identity) ? eventsOf(context, unattached ? NO_REPOSITORY : null, args) : null,
  }),
);
