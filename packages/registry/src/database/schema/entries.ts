import { type SQLWrapper, sql } from 'drizzle-orm';
import {
  bigint,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { HashStatus } from '../../vocabulary/recording.js';
import { bytea, ordered, refId, repositoryId } from './columns.js';
import { contents } from './contents.js';
import { refs } from './snapshots.js';
import { repositories } from './trust.js';

/** The `until` of an entry that is valid in the newest version. */
export const OPEN = 2_147_483_647;

/** A hash of a call's metadata, which tells the calls at one path apart. */
export const callFingerprint = (call: {
  testId: SQLWrapper;
  model: SQLWrapper;
  endpoint: SQLWrapper;
  hashStatus: SQLWrapper;
}) =>
  sql`hashtextextended(quote_nullable(${call.testId}) || ',' || quote_nullable(${call.model}) || ',' ||
    quote_nullable(${call.endpoint}) || ',' || quote_nullable(${call.hashStatus}), 0)`;

/**
 * A path with the searchable metadata of its content. Entries of all refs refer to it, so that the texts and
 * their indexes are stored once, however often the call is recorded again. Rows are immutable.
 */
export const calls = pgTable(
  'calls',
  {
    repositoryId: repositoryId(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    path: ordered('path').notNull(),
    testId: ordered('test_id'),
    model: ordered('model'),
    endpoint: ordered('endpoint'),
    hash: bytea('hash'),
    hashStatus: text('hash_status').$type<HashStatus>(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.id] }),
    // A fingerprint instead of the texts, which may exceed the size limit of an index row.
    uniqueIndex('calls_path').on(t.repositoryId, t.path, callFingerprint(t)),
    index('calls_test').on(t.repositoryId, t.testId).where(sql`${t.testId} is not null`),
    index('calls_model').on(t.repositoryId, t.model, t.path).where(sql`${t.model} is not null`),
    index('calls_hash').on(t.repositoryId, t.hash).where(sql`${t.hash} is not null`),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/**
 * A call in a range of versions of a ref: from `since` (inclusive) to `until` (exclusive). At each version a
 * ref has at most one entry per path. An entry without a digest hides the base's recording at the path; any
 * call of the path will do.
 */
export const entries = pgTable(
  'entries',
  {
    repositoryId: repositoryId(),
    refId: refId(),
    callId: bigint('call_id', { mode: 'number' }).notNull(),
    since: integer('since').notNull(),
    until: integer('until').notNull().default(OPEN),
    digest: bytea('digest'),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.callId, t.since] }),
    // For all entries of a ref. The ref is negated, so that the lookup of a single call cannot use this index
    // instead of the primary key: for a repository with many refs, the planner estimates one entry per ref
    // and equal costs.
    index('entries_alive').on(t.repositoryId, sql`(-${t.refId})`, t.until),
    index('entries_digest').on(t.repositoryId, t.digest).where(sql`${t.digest} is not null`),
    // For the calls that no entry refers to any more. With the ref, so that the lookup of a call on a ref is as
    // fast as by the primary key, whichever of them the planner chooses.
    index('entries_call').on(t.repositoryId, t.callId, t.refId),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.repositoryId, t.callId],
      foreignColumns: [calls.repositoryId, calls.id],
    }),
    foreignKey({
      columns: [t.repositoryId, t.digest],
      foreignColumns: [contents.repositoryId, contents.digest],
    }),
  ],
);
