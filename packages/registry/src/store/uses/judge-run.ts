import type { ReportedJobs } from '../../database/schema/schema.js';

/** Why a run does not count for unused recordings. */
export type UseReason =
  | 'FAILED'
  | 'SELECTION'
  | 'BLIND'
  | 'INCOMPLETE'
  | 'NOTHING_READ'
  | 'NOT_DEFAULT_BRANCH';

/** The facts about a run that decide whether it counts. */
export interface RunFacts {
  jobs: ReportedJobs;
  /** Whether a job pulled a selection of the recordings, or could not see which files were read. */
  hasSelection: boolean;
  isBlind: boolean;
  /** Whether the tests read any recording. */
  hasReads: boolean;
  /** The jobs that reported in the newest counting runs of the same workflow on the default branch. */
  expectedJobs: readonly string[];
  isDefaultBranch: boolean;
}

/**
 * Why a run does not count; null when it does. Only a run that certainly ran all tests over all recordings may
 * say that a recording is unused. `NOT_DEFAULT_BRANCH` comes last: the run is complete apart from that. Pure.
 */
export function judgeRun(run: RunFacts): UseReason | null {
  const jobs = Object.values(run.jobs);
  if (jobs.some(({ failed }) => failed.length > 0)) return 'FAILED';
  if (run.hasSelection) return 'SELECTION';
  if (run.isBlind) return 'BLIND';
  const isMatrixComplete = jobs.every(({ total, succeeded }) => succeeded.length >= total);
  const isComplete = isMatrixComplete && run.expectedJobs.every((job) => Object.hasOwn(run.jobs, job));
  if (jobs.length === 0 || !isComplete) return 'INCOMPLETE';
  // Its tests were skipped, or read their recordings from elsewhere.
  if (!run.hasReads) return 'NOTHING_READ';
  return run.isDefaultBranch ? null : 'NOT_DEFAULT_BRANCH';
}

/**
 * The reported jobs with one more report. A success of any attempt replaces a failure of the same job and
 * position, so the result does not depend on the order of the reports. Pure.
 */
export function withReport(
  jobs: ReportedJobs,
  report: { job: string; index: number; total: number; succeeded: boolean },
): ReportedJobs {
  const known = Object.hasOwn(jobs, report.job) ? jobs[report.job] : undefined;
  const succeeded = new Set(known?.succeeded);
  const failed = new Set(known?.failed);
  (report.succeeded ? succeeded : failed).add(report.index);
  const remaining = [...failed].filter((index) => !succeeded.has(index));
  const ascending = (one: number, other: number) => one - other;
  const merged = {
    total: Math.max(report.total, known?.total ?? 0),
    succeeded: [...succeeded].sort(ascending),
    failed: remaining.sort(ascending),
  };
  // `fromEntries` also keeps a job named `__proto__`.
  return Object.fromEntries([
    ...Object.entries(jobs).filter(([id]) => id !== report.job),
    [report.job, merged],
  ]);
}
