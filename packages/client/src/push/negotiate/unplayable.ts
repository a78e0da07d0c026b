/** The pushed recordings that the recorder will not find. */
export interface Unplayable {
  totalCount: number;
  /** With a file name that only an older recorder computes. */
  outdated: number;
  /** With a file name that does not match the request. */
  misnamed: number;
  /** In a folder that the recorder does not search for the test. */
  misplaced: number;
  /** Ordered by path: the first 1,000. */
  recordings: { path: string; playable: string; reason: string }[];
}

/** The fields of a push for `Unplayable`. */
export const UNPLAYABLE =
  'unplayable { totalCount outdated misnamed misplaced recordings { path playable reason } }';
