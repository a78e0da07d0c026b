import type { DriftChange, TextChange } from '../differences/drift.js';

/** Equal changes, which a report shows once. */
export interface ChangeGroup {
  words: string;
  changes: DriftChange[];
  /** The text differences of the changes. */
  texts: TextChange[];
}

/** New recordings whose requests differ in the same way from those that they probably replace. */
export interface ReplacementGroup extends ChangeGroup {
  /**
   * How their responses differ from the old ones: "9 with the same answer, 1 with changed
   * behaviour".
   */
  answers: string;
  /** Those with changed behaviour, one group per test. */
  behaviour: ChangeGroup[];
}

/** New or removed recordings of a test file, or of a folder when the test is unknown. */
export interface FileGroup {
  file: string;
  changes: DriftChange[];
}
