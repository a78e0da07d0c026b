import { type SQLWrapper, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { HashStatus, Outcome } from '../../vocabulary/recording.js';
import type { RefKind } from '../../vocabulary/ref-name.js';
import type { Visibility } from '../../vocabulary/repository.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';

// Every key starts with the repository, so that a Postgres that distributes by key keeps a repository together.

/** Raw bytes; both drivers are set up to give a Buffer. */
const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/**
 * Text ordered by code point. Keyset cursors need one order on every server, and a prefix search can use an
 * ordinary index only under this collation.
 */
const ordered = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const repositoryId = () => bigint('repository_id', { mode: 'number' }).notNull();
const refId = () => bigint('ref_id', { mode: 'number' }).notNull();

/**
 * 12 random hex digits, 48 bits: two states that share a number share their seal once in 280 million million times. The database makes
 * it, so that a process of an earlier release, which does not know the column, writes one too.
 */
const randomSeal = sql`left(replace(gen_random_uuid()::text, '-', ''), 12)`;

/** The `until` of an entry that is still valid. */
export const OPEN = 2_147_483_647;

export type SnapshotOrigin = 'PUSH' | 'PROMOTION' | 'RERUN';
export type AllowanceKind = 'DIGEST' | 'PATH';
export type AuditOutcome = 'DONE' | 'REFUSED';
/** How a change was accepted. */
export type AcceptanceMeans = 'LABEL' | 'COMMAND' | 'PAGE';

export const repositories = pgTable(
  'repositories',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    owner: text('owner').notNull(),
    name: text('name').notNull(),
    visibility: text('visibility').$type<Visibility>().notNull().default('PRIVATE'),
    defaultBranch: text('default_branch').notNull().default('main'),
    /** GitHub's own id: names change hands, ids do not. */
    githubId: bigint('github_id', { mode: 'number' }),
    /** GitHub's own id of the owner, as the last claims say it; null until claims came. */
    githubOwnerId: bigint('github_owner_id', { mode: 'number' }),
    /** How often content was purged: what was derived from contents before is no longer shown after. */
    purges: integer('purges').notNull().default(0),
    /** Differs after each purge: after a restore from a backup, the count alone could name another set of purges. */
    purgeSeal: text('purge_seal').notNull().default(randomSeal),
    /**
     * Names the folder of the repository's blocks where they stand outside of the database. By chance, because the number alone means
     * another repository in another registry, which may have the same place for its blocks.
     */
    folder: uuid('folder').notNull().defaultRandom(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  // GitHub's names differ in more than case, so two spellings are one repository.
  (t) => [
    uniqueIndex('repositories_name').on(sql`lower(${t.owner})`, sql`lower(${t.name})`),
    uniqueIndex('repositories_github_id').on(t.githubId),
  ],
);

/** A branch, or a pull request that lies over its base. */
export const refs = pgTable(
  'refs',
  {
    repositoryId: repositoryId(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    kind: text('kind').$type<RefKind>().notNull(),
    /** The branch's name, or the pull request's number. */
    name: ordered('name').notNull(),
    /** The newest snapshot; 0 before the first. */
    version: integer('version').notNull().default(0),
    /** What the ref lies over now; older positions stand in its snapshots. */
    baseRefId: bigint('base_ref_id', { mode: 'number' }),
    baseVersion: integer('base_version'),
    /** Of a pull request: the branch it will be merged into, as its last push says. */
    baseName: text('base_name'),
    /**
     * Of a pull request: its last promotion, for processes of earlier releases. `promotions` says more: one mark
     * for each branch.
     */
    promotedVersion: integer('promoted_version'),
    promotedRefId: bigint('promoted_ref_id', { mode: 'number' }),
    promotedAs: integer('promoted_as'),
    /** Of a pull request: its recordings come from a fork, so from somebody who may not write to the repository. */
    fromFork: boolean('from_fork').notNull().default(false),
    /** Of a pull request that was closed without a merge: the run that reported it. Runs that started later reopen it. */
    closedByRun: bigint('closed_by_run', { mode: 'number' }),
    closedAt: moment('closed_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.id] }),
    uniqueIndex('refs_name').on(t.repositoryId, t.kind, t.name),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/** Which version of a pull request was promoted to a branch, and which version of the branch that made. */
export const promotions = pgTable(
  'promotions',
  {
    repositoryId: repositoryId(),
    /** The pull request. */
    refId: refId(),
    branchRefId: bigint('branch_ref_id', { mode: 'number' }).notNull(),
    promotedVersion: integer('promoted_version').notNull(),
    promotedAs: integer('promoted_as'),
    promotedAt: moment('promoted_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.branchRefId] }),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'promotions_branch_fk',
      columns: [t.repositoryId, t.branchRefId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/** One row for each version of a ref: an immutable state. */
export const snapshots = pgTable(
  'snapshots',
  {
    repositoryId: repositoryId(),
    refId: refId(),
    version: integer('version').notNull(),
    baseRefId: bigint('base_ref_id', { mode: 'number' }),
    baseVersion: integer('base_version'),
    baseReason: text('base_reason'),
    commit: text('commit'),
    origin: text('origin').$type<SnapshotOrigin>().notNull(),
    /** Of a promotion: the pull request that was merged. */
    pullRequest: integer('pull_request'),
    /** Part of the snapshot's id: after a restore from a backup, ref and version alone could name another state. */
    seal: text('seal').notNull().default(randomSeal),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.version] }),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/** Which version of a ref a git commit saw; noted by every run, also by one that changed nothing. */
export const commits = pgTable(
  'commits',
  {
    repositoryId: repositoryId(),
    commit: text('commit').notNull(),
    refId: refId(),
    version: integer('version').notNull(),
    notedAt: moment('noted_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.commit, t.refId] }),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/**
 * Contents packed together. A block never changes: what moves a content makes a new one. Its id is chosen before its row is
 * written and never used again, so that the bytes may also stand outside of the database, under that id.
 */
export const blocks = pgTable(
  'blocks',
  {
    repositoryId: repositoryId(),
    id: uuid('id').notNull(),
    /** How the bytes are packed; see `CODEC_NUMBERS`. */
    codec: smallint('codec').notNull(),
    /** Bytes, unpacked and as stored. */
    rawSize: integer('raw_size').notNull(),
    packedSize: integer('packed_size').notNull(),
    /** Where the bytes stand, as `FIXTURE_REGISTRY_CONTENT` names it; null: in `block_chunks`. */
    location: text('location'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.id] }),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/** The bytes of blocks, cut so that no row is large. */
export const blockChunks = pgTable(
  'block_chunks',
  {
    repositoryId: repositoryId(),
    blockId: uuid('block_id').notNull(),
    position: integer('position').notNull(),
    bytes: bytea('bytes').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.blockId, t.position] }),
    foreignKey({
      columns: [t.repositoryId, t.blockId],
      foreignColumns: [blocks.repositoryId, blocks.id],
    }).onDelete('cascade'),
  ],
);

/** What is known of one content, and where in which block its bytes stand. */
export const contents = pgTable(
  'contents',
  {
    repositoryId: repositoryId(),
    digest: bytea('digest').notNull(),
    size: integer('size').notNull(),
    /** Null for a purged content alone: it has no bytes any more. */
    blockId: uuid('block_id'),
    /** Where the content begins in the unpacked block. */
    start: integer('start').notNull().default(0),
    /** Set when an admin removed the bytes everywhere; the row stays and says so. */
    purgedAt: moment('purged_at'),
    purgedBy: text('purged_by'),
    purgeReason: text('purge_reason'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.digest] }),
    index('contents_block').on(t.repositoryId, t.blockId),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
    foreignKey({ columns: [t.repositoryId, t.blockId], foreignColumns: [blocks.repositoryId, blocks.id] }),
  ],
);

/** What the registry understood of one content; see `Reading`. */
export const readings = pgTable(
  'readings',
  {
    repositoryId: repositoryId(),
    digest: bytea('digest').notNull(),
    format: text('format').notNull(),
    testId: ordered('test_id'),
    model: ordered('model'),
    endpoint: ordered('endpoint'),
    isStreaming: boolean('is_streaming'),
    outcome: text('outcome').$type<Outcome>(),
    responseText: text('response_text'),
    /** One after the other, 32 bytes each. */
    requestHashes: bytea('request_hashes').notNull(),
    problem: text('problem'),
    /** What looks like a secret and was let in because somebody allowed it; masked. Null where there is nothing. */
    findings: jsonb('findings').$type<SecretFinding[]>(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.digest] }),
    foreignKey({
      columns: [t.repositoryId, t.digest],
      foreignColumns: [contents.repositoryId, contents.digest],
    }).onDelete('cascade'),
  ],
);

/** A number for what a call says beside its path; of two calls at one path it is the same only when they say the same. */
export const saidBy = (call: {
  testId: SQLWrapper;
  model: SQLWrapper;
  endpoint: SQLWrapper;
  hashStatus: SQLWrapper;
}) =>
  sql`hashtextextended(quote_nullable(${call.testId}) || ',' || quote_nullable(${call.model}) || ',' ||
    quote_nullable(${call.endpoint}) || ',' || quote_nullable(${call.hashStatus}), 0)`;

/**
 * A path with what its content says of the call: what people ask for. Entries of all refs refer to it, so that these texts, and the
 * indexes that answer questions, hold them once, however often the call is recorded anew. It never changes.
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
    // Of what is said only a number: the texts together may be longer than an index takes.
    uniqueIndex('calls_path').on(t.repositoryId, t.path, saidBy(t)),
    index('calls_test').on(t.repositoryId, t.testId).where(sql`${t.testId} is not null`),
    index('calls_model').on(t.repositoryId, t.model, t.path).where(sql`${t.model} is not null`),
    index('calls_hash').on(t.repositoryId, t.hash).where(sql`${t.hash} is not null`),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/**
 * A call in a ref over a range of its versions: valid from `since` until before `until`. At one version a ref has at most one entry
 * for a path. Without a digest it says that the ref removed what its base holds at the path; whichever of the path's calls it names.
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
    // For the set of a ref. Its number stands negated, so that what looks up a single call in a ref, and so does not negate it, cannot take this
    // index for the key: of many refs the planner believes that each has but one entry, and that both come to the same.
    index('entries_alive').on(t.repositoryId, sql`(-${t.refId})`, t.until),
    index('entries_digest').on(t.repositoryId, t.digest).where(sql`${t.digest} is not null`),
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

/** What a branch's settings file says from one of its versions on; empty from where the file is gone. */
export const settings = pgTable(
  'settings',
  {
    repositoryId: repositoryId(),
    refId: refId(),
    since: integer('since').notNull(),
    text: text('text').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.since] }),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/**
 * A change of a pull request that a reviewer accepted. Its key is the change itself: it holds whatever is pushed beside it, and
 * no longer once either side is another.
 */
export const acceptances = pgTable(
  'acceptances',
  {
    repositoryId: repositoryId(),
    pullRequest: integer('pull_request').notNull(),
    path: ordered('path').notNull(),
    /** Digests; empty where the change has no such side, because a key holds no null. */
    before: bytea('before').notNull(),
    after: bytea('after').notNull(),
    /** Who accepted it, as the holder of the token says. */
    acceptedBy: text('accepted_by').notNull(),
    /** The token that said so. */
    saidBy: text('said_by').notNull(),
    means: text('means').$type<AcceptanceMeans>().notNull(),
    acceptedAt: moment('accepted_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.pullRequest, t.path, t.before, t.after] }),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/** Who may read or write. Only the sha256 of a token is kept; repository 0 stands for all repositories. */
export const tokens = pgTable(
  'tokens',
  {
    repositoryId: repositoryId(),
    secretHash: bytea('secret_hash').notNull(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    scope: text('scope').$type<'read' | 'write' | 'admin'>().notNull(),
    name: text('name'),
    /** Where a token with the scope write may write: a branch, `pull/12`, or a pattern with `*`. Null: everywhere. */
    refPattern: text('ref_pattern'),
    createdBy: text('created_by'),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** To the minute: noting every use would make every read a write. */
    lastUsedAt: moment('last_used_at'),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.repositoryId, t.secretHash] })],
);

/** What looks like a secret and is none, as an admin said; repositories say it in their settings file, too. */
export const secretAllowances = pgTable(
  'secret_allowances',
  {
    repositoryId: repositoryId(),
    kind: text('kind').$type<AllowanceKind>().notNull(),
    /** A digest in hex, or a pattern of paths. */
    value: ordered('value').notNull(),
    reason: text('reason').notNull(),
    allowedBy: text('allowed_by').notNull(),
    allowedAt: moment('allowed_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.kind, t.value] }),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/**
 * Every write and every refused write. Rows are only ever added: a trigger refuses all else. Repository 0 holds what
 * belongs to none.
 */
export const auditEvents = pgTable(
  'audit_events',
  {
    repositoryId: repositoryId(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().defaultNow(),
    /** As `Identity.who`: a token by its number and name, or a workflow. */
    who: text('who').notNull(),
    /** The person whom GitHub names as the cause of a workflow's run. */
    actor: text('actor'),
    /** `owner/name/actions/runs/ID/attempts/N`. */
    run: text('run'),
    action: text('action').notNull(),
    /** What it was done to: a ref, a path, a token. */
    target: text('target'),
    outcome: text('outcome').$type<AuditOutcome>().notNull(),
    /** A sentence for a person; never a secret. */
    detail: text('detail'),
    /** The address it came from. */
    address: text('address'),
    requestId: text('request_id'),
  },
  (t) => [primaryKey({ columns: [t.repositoryId, t.id] })],
);
