import { foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, moment, ordered, repositoryId } from './columns.js';
import { repositories } from './trust.js';

/** How a change was accepted. */
export type AcceptanceMeans = 'LABEL' | 'COMMAND' | 'PAGE';

/**
 * A change of a pull request that a reviewer accepted. The key is the change itself: the acceptance ends when
 * either side changes, and later pushes of other paths do not affect it.
 */
export const acceptances = pgTable(
  'acceptances',
  {
    repositoryId: repositoryId(),
    pullRequest: integer('pull_request').notNull(),
    path: ordered('path').notNull(),
    /** Digests; empty for an added or removed path, because a key cannot contain null. */
    before: bytea('before').notNull(),
    after: bytea('after').notNull(),
    /** The reviewer, as named by the caller. */
    acceptedBy: text('accepted_by').notNull(),
    /** The caller: a token or a workflow. */
    saidBy: text('said_by').notNull(),
    means: text('means').$type<AcceptanceMeans>().notNull(),
    acceptedAt: moment('accepted_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.pullRequest, t.path, t.before, t.after] }),
    // Accepted contents are kept as long as their pull request.
    index('acceptances_before').on(t.repositoryId, t.before),
    index('acceptances_after').on(t.repositoryId, t.after),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);
