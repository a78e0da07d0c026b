import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Visibility } from '../../vocabulary/repository.js';
import { bytea, moment, randomSeal, repositoryId } from './columns.js';

export type AuditOutcome = 'DONE' | 'REFUSED';

export const repositories = pgTable(
  'repositories',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    owner: text('owner').notNull(),
    name: text('name').notNull(),
    visibility: text('visibility').$type<Visibility>().notNull().default('PRIVATE'),
    defaultBranch: text('default_branch').notNull().default('main'),
    /** GitHub's id of the repository. It stays when the repository is renamed or transferred. */
    githubId: bigint('github_id', { mode: 'number' }),
    /** GitHub's id of the owner, from the newest claims; null before the first ones. */
    githubOwnerId: bigint('github_owner_id', { mode: 'number' }),
    /** The number of purges. Each one invalidates everything derived from contents before. */
    purges: integer('purges').notNull().default(0),
    /** Changes with each purge: after a restore from a backup, equal counts may mean different purges. */
    purgeSeal: text('purge_seal').notNull().default(randomSeal),
    /**
     * The folder of the repository's blocks in an object store. It is random, because two registries may
     * share a bucket and number their repositories alike.
     */
    folder: uuid('folder').notNull().defaultRandom(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  // GitHub's names are case-insensitive.
  (t) => [
    uniqueIndex('repositories_name').on(sql`lower(${t.owner})`, sql`lower(${t.name})`),
    uniqueIndex('repositories_github_id').on(t.githubId),
  ],
);

/** Access tokens. Only the sha256 of a token is stored; repository 0 means all repositories. */
export const tokens = pgTable(
  'tokens',
  {
    repositoryId: repositoryId(),
    secretHash: bytea('secret_hash').notNull(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    scope: text('scope').$type<'read' | 'write' | 'admin'>().notNull(),
    name: text('name'),
    /**
     * The refs that a token with the scope write may write: a branch, `pull/12`, or a pattern with `*`; null:
     * all.
     */
    refPattern: text('ref_pattern'),
    createdBy: text('created_by'),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Updated at most once a minute, so that reads do not all become writes. */
    lastUsedAt: moment('last_used_at'),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.repositoryId, t.secretHash] })],
);

/**
 * The audit log: every write and every refused write. A trigger refuses updates and deletes. Repository 0 has
 * the events without a repository.
 */
export const auditEvents = pgTable(
  'audit_events',
  {
    repositoryId: repositoryId(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().defaultNow(),
    /** `Identity.who`: a token by its id and name, or a workflow. */
    who: text('who').notNull(),
    /** The person who triggered the workflow run, from GitHub's claims. */
    actor: text('actor'),
    /** `owner/name/actions/runs/ID/attempts/N`. */
    run: text('run'),
    action: text('action').notNull(),
    /** The object of the action: a ref, a path, a token. */
    target: text('target'),
    outcome: text('outcome').$type<AuditOutcome>().notNull(),
    /** A sentence for people; never a secret. */
    detail: text('detail'),
    /** The client's IP address. */
    address: text('address'),
    requestId: text('request_id'),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.id] }),
    // A push has the time of its snapshot: both are written in one transaction.
    index('audit_events_at').on(t.repositoryId, t.at),
  ],
);
