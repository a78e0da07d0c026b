import type { Playable } from '../../vocabulary/recording.js';

/** A recording that no recorder of the repository will find. */
export type Unplayable = 'OUTDATED' | 'MISNAMED' | 'MISPLACED';

const WHY: Record<Unplayable, string> = {
  MISNAMED: 'no recorder will find it: its file name does not match its request',
  OUTDATED: 'the recorder will not find it: only an older version computes its file name',
  MISPLACED: 'the recorder will not find it: it does not search this folder for the test',
};

/** Whether no recorder of the repository will find a recording. `UNKNOWN` is not known to be lost. */
export function isUnplayable(playable: Playable): playable is Unplayable {
  return playable === 'OUTDATED' || playable === 'MISNAMED' || playable === 'MISPLACED';
}

/** Why no recorder of the repository will find a recording; equal words for equal causes. */
export function describeUnplayable(playable: Unplayable): string {
  return WHY[playable];
}
