import type { Drift, DriftChange } from '../differences/drift.js';

/** Whether a reviewer accepted a change. */
export type IsAccepted = (change: DriftChange) => boolean;

/** One of the two snapshots that a report compares. */
export interface ReportSnapshot {
  /** The ref, such as `main` or `pull/123`. */
  label: string;
  /** The git commit of its push; null when unknown. */
  commit: string | null;
  createdAt: Date;
}

/** The run of the default branch that recorded a snapshot of a pull request. */
export interface RecordedBy {
  /** "a dispatched run on `main`". */
  what: string;
  /** Its address on GitHub; null when the GitHub or the run is unknown. */
  url: string | null;
}

/** How the changes of a pull request differ from those of its previous push. */
export interface SincePush {
  /** The commit of the previous push; null when unknown. */
  commit: string | null;
  /** Number of changes that a test noticed then, and that are gone. */
  fixed: number;
  /** Number of changes that a test notices, and that were not there. */
  fresh: number;
}

/** A drift with the context that a report shows. */
export interface Report {
  /** `owner/name`. */
  repository: string;
  drift: Drift;
  /** `reason` says why this baseline was chosen. */
  baseline: ReportSnapshot & { reason: string };
  head: ReportSnapshot & { recordedBy?: RecordedBy | null };
  /** Shown at the top: complete sentences, with names and values between backticks. */
  notes?: string[];
  /** URL of the complete report. */
  url: string;
  /** The number of the pull request, whose changes can be accepted; null for other comparisons. */
  pullRequest?: number | null;
  /** No change is accepted by default. */
  isAccepted?: IsAccepted;
  /** The new recordings that the newest complete run of the pull request did not read; null when unknown. */
  newUnread?: { of: number; unread: DriftChange[] } | null;
  /** When runs of the default branch last read the removed recordings, in words, by path. */
  removedUse?: ReadonlyMap<string, string>;
  /** How the changes differ from those of the previous push; null for the first one, or when unknown. */
  since?: SincePush | null;
}

/** The parts of a report that its lists of changes show. */
export type ReportedChanges = Pick<Report, 'url' | 'isAccepted' | 'newUnread' | 'removedUse'> & {
  drift: Pick<Drift, 'changes'>;
};
