import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { DefaultBranchStart } from '../../vocabulary/default-branch-run.js';
import type { RefKind } from '../../vocabulary/ref-name.js';
import { moment, ordered, randomSeal, refId, repositoryId } from './columns.js';
import { repositories } from './trust.js';

/** `DefaultBranchStart`: a run of the default branch pushed it to a pull request. */
export type SnapshotOrigin = 'PUSH' | 'PROMOTION' | 'RERUN' | 'WATCH' | DefaultBranchStart;

export type AllowanceKind = 'DIGEST' | 'PATH';

/** A branch, or a pull request or a repeat of a watch as a layer over its base. */
export const refs = pgTable(
  'refs',
  {
    repositoryId: repositoryId(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    kind: text('kind').$type<RefKind>().notNull(),
    /** The branch's name, the pull request's number, or the repeat of a watch. */
    name: ordered('name').notNull(),
    /** The version of the newest snapshot; 0 before the first. */
    version: integer('version').notNull().default(0),
    /** The current base: its ref and version. `snapshots` has the earlier ones. */
    baseRefId: bigint('base_ref_id', { mode: 'number' }),
    baseVersion: integer('base_version'),
    /** For a pull request: the branch that it will be merged into, from its last push. */
    baseName: text('base_name'),
    /**
     * For a pull request: its last promotion, for processes of earlier releases. `promotions` has one row per
     * branch.
     */
    promotedVersion: integer('promoted_version'),
    promotedRefId: bigint('promoted_ref_id', { mode: 'number' }),
    promotedAs: integer('promoted_as'),
    /** For a pull request: whether its recordings come from a fork. */
    fromFork: boolean('from_fork').notNull().default(false),
    /** For a pull request that was closed without a merge: the run that reported it. Later runs reopen it. */
    closedByRun: bigint('closed_by_run', { mode: 'number' }),
    closedAt: moment('closed_at'),
    /** For a pull request: its title and its author's login, from its last push. */
    title: text('title'),
    author: text('author'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.id] }),
    uniqueIndex('refs_name').on(t.repositoryId, t.kind, t.name),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);

/**
 * The version of a pull request that was promoted to a branch, and the version of the branch that this
 * created; or the version of a watch that was accepted into a pull request, and the version of that.
 */
export const promotions = pgTable(
  'promotions',
  {
    repositoryId: repositoryId(),
    /** The pull request, or the watch. */
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

/** Each version of a ref: an immutable state. */
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
    /** For a promotion: the merged pull request. */
    pullRequest: integer('pull_request'),
    /**
     * Part of the snapshot's id: after a restore from a backup, the same ref and version may be another
     * state.
     */
    seal: text('seal').notNull().default(randomSeal),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.version] }),
    index('snapshots_created').on(t.repositoryId, t.createdAt),
    // Retention keeps a version while a kept snapshot lies over it.
    index('snapshots_base').on(t.repositoryId, t.baseRefId, t.baseVersion),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/** The version of a ref that a run of a git commit saw. Every run records it, even if it changes nothing. */
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
    index('commits_version').on(t.repositoryId, t.refId, t.version),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/** The settings file of a branch from a version on; empty from the version that removed the file. */
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

/** Secret findings that an admin allowed. The settings file of a repository may allow more. */
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
