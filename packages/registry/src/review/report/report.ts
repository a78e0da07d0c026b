import type { Drift } from '../differences/drift.js';

/** One of the two snapshots that a report compares. */
export interface ReportSnapshot {
  /** The ref, such as `main` or `pull/123`. */
  label: string;
  /** The git commit of its push; null when unknown. */
  commit: string | null;
  createdAt: Date;
}

/** A drift with the context that a report shows. */
export interface Report {
  /** `owner/name`. */
  repository: string;
  drift: Drift;
  /** `reason` says why this baseline was chosen. */
  baseline: ReportSnapshot & { reason: string };
  head: ReportSnapshot;
  /** Shown at the top: complete sentences, with names and values between backticks. */
  notes?: string[];
  /** URL of the complete report. */
  url: string;
}
