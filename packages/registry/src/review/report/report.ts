import type { Drift } from '../differences/drift.js';

/** One of the two snapshots that a report compares. */
export interface ReportSnapshot {
  /** The ref, such as `main` or `pull/123`. */
  label: string;
  /** The git commit that it was pushed for, where known. */
  commit: string | null;
  createdAt: Date;
}

/** A comparison with what a reader must know around it. */
export interface Report {
  /** `owner/name`. */
  repository: string;
  drift: Drift;
  /** `reason` says why it was picked. */
  baseline: ReportSnapshot & { reason: string };
  head: ReportSnapshot;
  /** What stands before all else: whole sentences, names and values between backticks. */
  notes?: string[];
  /** Where the whole report is shown. */
  url: string;
}
