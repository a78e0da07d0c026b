import type { Playable } from '../../../vocabulary/recording.js';

const WORDS: Record<Playable, { brief: string; whole: string }> = {
  YES: { brief: 'yes', whole: 'yes: the recorder finds it' },
  OUTDATED: {
    brief: 'outdated name',
    whole: 'no: only an older version of the recorder looks for this file name',
  },
  MISNAMED: {
    brief: 'wrong name',
    whole: 'no: no version of the recorder looks for its request under this file name',
  },
  MISPLACED: {
    brief: 'wrong folder',
    whole: 'no: the file name is right, but the recorder does not search this folder for its test',
  },
  UNKNOWN: {
    brief: 'unknown',
    whole: 'unknown: the format does not say, or the test id that belongs to the hash is missing',
  },
};

/** All values, with a short description of each. */
export const PLAYABLE_CHOICES = (Object.keys(WORDS) as Playable[]).map((value) => ({
  value,
  label: WORDS[value].brief,
}));

/** Describes whether the newest recorder of the repository finds a recording. */
export function describePlayable(value: Playable): { brief: string; whole: string } {
  return WORDS[value];
}

/** As `describePlayable`, for formats whose recorder does not look for a file by a hash in its name. */
export const MATCHED_BY_TEST = {
  brief: '–',
  whole: 'not looked up by a hash: the request matcher of the test decides',
};
