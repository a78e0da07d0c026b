import { date, foreignKey, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { moment, ordered, refId, repositoryId } from './columns.js';
import { repositories } from './trust.js';

/**
 * Background work that one process does at a time. The row is the lease: it works without sessions, so also
 * behind a pooler. Repository 0 has the work on all repositories.
 */
export const leases = pgTable(
  'leases',
  {
    repositoryId: repositoryId(),
    name: text('name').notNull(),
    /** The process that has the lease until `heldUntil`. */
    holder: uuid('holder').notNull(),
    heldUntil: moment('held_until').notNull(),
    /** Where the next round continues. */
    progress: jsonb('progress'),
  },
  (t) => [primaryKey({ columns: [t.repositoryId, t.name] })],
);

/** Merged changes by week and model, kept when the pull requests are removed. */
export const weeklyChanges = pgTable(
  'weekly_changes',
  {
    repositoryId: repositoryId(),
    /** The Monday of the week, in UTC. */
    week: date('week').notNull(),
    /** Empty for changes without a model. */
    model: ordered('model').notNull(),
    behaviour: integer('behaviour').notNull().default(0),
    content: integer('content').notNull().default(0),
    errors: integer('errors').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.week, t.model] }),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/**
 * Versions of branches that retention removed, until their entries are removed too. Requests that read such a
 * version when it was removed must not find less than it had.
 */
export const removedVersions = pgTable(
  'removed_versions',
  {
    repositoryId: repositoryId(),
    refId: refId(),
    version: integer('version').notNull(),
    removedAt: moment('removed_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.version] }),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);
