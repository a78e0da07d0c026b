import type { DriftChange, TextChange } from '../differences/drift.js';

/** Changes that are told once, because they are the same. */
export interface ChangeGroup {
  words: string;
  changes: DriftChange[];
  /** Text differences, the same in all of them. */
  texts: TextChange[];
}

/** New recordings whose requests differ in the same way from those that they look to replace. */
export interface ReplacementGroup extends ChangeGroup {
  /** How their answers differ from the old ones': "9 answer the same, 1 reworded, 2 changed behaviour". */
  answers: string;
  /** Those whose answers changed behaviour, one entry for each test. */
  behaviour: ChangeGroup[];
}

/** A test file, or a folder where the test is not known, with what is new or gone there. */
export interface FileGroup {
  file: string;
  changes: DriftChange[];
}
