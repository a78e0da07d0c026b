import { sql } from 'drizzle-orm';
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, moment, ordered, refId, repositoryId } from './columns.js';
import { refs } from './snapshots.js';
import { repositories } from './trust.js';

/** The jobs of a workflow run that reported their use: by the id of the job, its size and what reported. */
export type ReportedJobs = Record<
  string,
  {
    /** The number of jobs of the matrix; 1 without a matrix. */
    total: number;
    /** The positions in the matrix that reported success, and those that reported a failure. */
    succeeded: number[];
    failed: number[];
  }
>;

/** A workflow run, or a call of `fixtures used`, whose jobs reported which recordings their tests read. */
export const useRuns = pgTable(
  'use_runs',
  {
    repositoryId: repositoryId(),
    /** The ref whose recordings the run pulled. */
    refId: refId(),
    /** GitHub's id of the run; for a report outside of a workflow a random id. */
    run: text('run').notNull(),
    workflow: text('workflow'),
    jobs: jsonb('jobs').$type<ReportedJobs>().notNull(),
    /** Whether a job pulled a selection of the recordings, or could not see which files were read. */
    hasSelection: boolean('has_selection').notNull().default(false),
    isBlind: boolean('is_blind').notNull().default(false),
    /** Whether its tests read any recording. */
    hasReads: boolean('has_reads').notNull().default(false),
    /** Whether the run counts for unused recordings. The rule decides it again with each report. */
    counts: boolean('counts').notNull().default(false),
    startedAt: moment('started_at').notNull().defaultNow(),
    reportedAt: moment('reported_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.run] }),
    index('use_runs_at').on(t.repositoryId, t.refId, t.reportedAt),
    foreignKey({
      columns: [t.repositoryId, t.refId],
      foreignColumns: [refs.repositoryId, refs.id],
    }).onDelete('cascade'),
  ],
);

/** What the jobs of a run read of one pulled snapshot, united. */
export const useReports = pgTable(
  'use_reports',
  {
    repositoryId: repositoryId(),
    refId: refId(),
    run: text('run').notNull(),
    /** The pulled snapshot, as its id shows it. */
    snapshot: text('snapshot').notNull(),
    /** The selection that was pulled, as JSON; empty for all recordings. */
    selection: text('selection').notNull().default(''),
    /** The number of recordings of the snapshot and selection, purged ones included. */
    recordings: integer('recordings').notNull(),
    /** One bit for each recording in the order of the paths, the first in the lowest bit of the first byte. */
    read: bytea('read').notNull(),
    /** Whether `recording_uses` lacks it. */
    isPending: boolean('is_pending').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.refId, t.run, t.snapshot, t.selection] }),
    index('use_reports_pending').on(t.repositoryId).where(sql`${t.isPending}`),
    foreignKey({
      name: 'use_reports_run_fk',
      columns: [t.repositoryId, t.refId, t.run],
      foreignColumns: [useRuns.repositoryId, useRuns.refId, useRuns.run],
    }).onDelete('cascade'),
  ],
);

/** The last use of each path by a run of the default branch. A path has a row once a run has pulled it. */
export const recordingUses = pgTable(
  'recording_uses',
  {
    repositoryId: repositoryId(),
    path: ordered('path').notNull(),
    /** Written at most once a day; 1970 when no run has read it. */
    lastUsedAt: moment('last_used_at').notNull().default(sql`'epoch'`),
    /** When the first run that counts pulled it. */
    firstPulledAt: moment('first_pulled_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.path] }),
    index('recording_uses_last').on(t.repositoryId, t.lastUsedAt, t.path),
    foreignKey({ columns: [t.repositoryId], foreignColumns: [repositories.id] }).onDelete('cascade'),
  ],
);
