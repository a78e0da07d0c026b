import type { Selection } from '../connection/registry/target.js';

/** Which of the pulled recordings the tests of a job read. What a push and `reportUse` send. */
export interface UseReport {
  /** The id of the pulled snapshot. */
  snapshot: string;
  /** What was pulled of it; null: everything. */
  selection: Selection | null;
  /** The number of pulled recordings, purged ones included. */
  recordings: number;
  /** A bitmap, see `bitmapOf`; null if it is unknown which recordings were read. */
  read: string | null;
  /** The job of a workflow run; null or absent: a run of its own. */
  job?: UseJob | null;
}

/** A job of a workflow run. */
export interface UseJob {
  /** The id of the run. */
  run: string;
  /** From 1; a re-run has the next number. */
  attempt: number;
  workflow: string | null;
  /** The id of the job in the workflow. */
  job: string;
  /** The position in its matrix, from 0; 0 without a matrix. */
  index: number;
  /** The number of jobs of its matrix; 1 without a matrix. */
  total: number;
  succeeded: boolean;
}
