import { sql } from 'drizzle-orm';
import { foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { FailureKind } from '../../vocabulary/failure.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import { moment, ordered, refId, repositoryId } from './columns.js';
import { refs } from './snapshots.js';

/** The outcome of the report of a pull request's newest version against its base. */
export const verdicts = pgTable(
  'verdicts',
  {
    repositoryId: repositoryId(),
    refId: refId(),
    /** The version of the pull request that was compared. */
    version: integer('version').notNull(),
    /** A digest of this row and its changes: the same report is written once. */
    digest: text('digest').notNull(),
    headline: text('headline').notNull(),
    mark: text('mark').$type<'🔴' | '🟡' | '✅'>().notNull(),
    /** The highest level of all changes, and of those that nobody accepted. */
    level: text('level').$type<DriftLevel>(),
    unacceptedLevel: text('unaccepted_level').$type<DriftLevel>(),
    behaviour: integer('behaviour').notNull(),
    content: integer('content').notNull(),
    errors: integer('errors').notNull(),
    unplayable: integer('unplayable').notNull(),
    added: integer('added').notNull(),
    removed: integer('removed').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId] }),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/** The changes of a verdict that a test may notice, most important first. */
export const verdictChanges = pgTable(
  'verdict_changes',
  {
    repositoryId: repositoryId(),
    refId: refId(),
    position: integer('position').notNull(),
    path: ordered('path').notNull(),
    testId: ordered('test_id'),
    model: ordered('model'),
    level: text('level').$type<DriftLevel>(),
    /** What is wrong with the new recording; null when nothing is. */
    failure: text('failure').$type<FailureKind>(),
    /** What changed, with names and values in backticks. */
    words: text('words').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.position] }),
    index('verdict_changes_test').on(t.repositoryId, t.testId).where(sql`${t.testId} is not null`),
    foreignKey({
      name: 'verdict_changes_verdict_fk',
      columns: [t.repositoryId, t.refId],
      foreignColumns: [verdicts.repositoryId, verdicts.refId],
    }).onDelete('cascade'),
  ],
);
