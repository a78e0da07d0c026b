import { refusedSelection, type Selection } from '../snapshots/selection.js';
import type { SnapshotName } from '../snapshots/snapshot-key.js';

/** Which of the pulled recordings a job's tests read, as the client reports it. Untrusted. */
export interface ReportedUse {
  /** The pulled snapshot; null when the client's text is not the id of one. */
  snapshot: SnapshotName | null;
  /** The selection of the pull; null for all recordings. */
  selection: Selection | null;
  /** The number of recordings of the snapshot and selection, purged ones included. */
  recordings: number;
  /** A bitmap in base64, see `bitmap.ts`; null when the client could not see which files were read. */
  read: string | null;
  /** Null for a report outside of a workflow. */
  job: ReportedJob | null;
}

/** The job of a workflow run that reports. */
export interface ReportedJob {
  run: string;
  attempt: number;
  workflow: string | null;
  /** The id of the job in the workflow file. */
  job: string;
  /** Its position in the matrix, from 0, and the number of jobs of the matrix. */
  index: number;
  total: number;
  succeeded: boolean;
}

/** Why a report cannot be used, with the field of `UseInput`. */
export interface UnusableUse {
  kind: 'unusable';
  message: string;
  field: string;
}

const LONGEST_NAME = 200;
const LARGEST_MATRIX = 1_000;

/** Checks everything that needs no query. Returns null when the report is valid. Pure. */
export function refusedUse({ recordings, selection, job }: ReportedUse): UnusableUse | null {
  if (recordings < 0) return unusable('recordings', 'recordings must be 0 or greater');
  const refused = selection && refusedSelection(selection);
  if (refused) return unusable(`use.${refused.field}`, refused.message);
  return job && refusedJob(job);
}

function refusedJob({ run, attempt, workflow, job, index, total }: ReportedJob): UnusableUse | null {
  for (const [field, text] of Object.entries({ run, workflow: workflow ?? '', job })) {
    if (text.length > LONGEST_NAME) {
      return unusable(`job.${field}`, `job.${field} is longer than ${LONGEST_NAME} characters`);
    }
  }
  if (run === '') return unusable('job.run', 'job.run must not be empty');
  if (attempt < 1) return unusable('job.attempt', 'job.attempt must be 1 or greater');
  if (total < 1 || total > LARGEST_MATRIX) {
    return unusable('job.total', `job.total must be from 1 to ${LARGEST_MATRIX}, not ${total}`);
  }
  if (index < 0 || index >= total) {
    return unusable('job.index', `job.index must be from 0 to ${total - 1}, not ${index}`);
  }
  return null;
}

/** A report that cannot be used. @param field the field of `UseInput` */
export const unusable = (field: string, message: string): UnusableUse => ({
  kind: 'unusable',
  message,
  field: field.startsWith('use.') ? field : `use.${field}`,
});
