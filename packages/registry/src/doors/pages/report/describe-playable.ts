import type { Playable } from '../../../vocabulary/recording.js';

const WORDS: Record<Playable, string> = {
  YES: 'yes',
  OUTDATED: 'no: only an older recorder computes this file name',
  MISNAMED: 'no: no recorder computes this file name from the request',
  MISPLACED: 'no: the recorder does not search this folder for this test',
  UNKNOWN: 'unknown: the format does not say',
};

/** Describes whether the newest recorder of the repository finds the recording. */
export function describePlayable(playable: Playable): string {
  return WORDS[playable];
}
