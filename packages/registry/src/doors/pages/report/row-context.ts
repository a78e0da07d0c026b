import type { DriftChange } from '../../../review/differences/drift.js';
import type { LoadedReport } from './load-report.js';

/** What tags a change besides its level: acceptance, unstable answers, and what a run did not read. */
export type Marks = Pick<LoadedReport, 'acceptance' | 'flaky' | 'unread'>;

/** What the rows of a report need besides their changes. */
export interface RowContext {
  marks: Marks;
  /** What new recordings respond, by path. */
  outcomes: ReadonlyMap<string, string>;
  /** When runs last read removed recordings, in words, by path. */
  removedUse: ReadonlyMap<string, string>;
  linkTo: (change: DriftChange) => string;
  /** The address of a recording that a new one replaces. */
  toReplaced: (path: string) => string;
}
