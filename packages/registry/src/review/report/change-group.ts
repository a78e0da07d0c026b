import type { DriftChange, TextChange } from '../differences/drift.js';

/** Equal changes, which a report shows once. */
export interface ChangeGroup {
  words: string;
  changes: DriftChange[];
  /** The text differences of the changes. */
  texts: TextChange[];
}

/** New or removed recordings of a test file, or of a folder when the test is unknown. */
export interface FileGroup {
  file: string;
  changes: DriftChange[];
}
