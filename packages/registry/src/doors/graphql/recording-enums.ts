import { builder } from './builder.js';

export const OutcomeEnum = builder.enumType('Outcome', {
  description: 'Whether the recorded call succeeded.',
  values: {
    SUCCESS: { description: 'The call returned a response with an HTTP status below 400.' },
    ERROR: { description: 'The call raised an exception, or the HTTP status is 400 or above.' },
  },
});

export const HashStatusEnum = builder.enumType('HashStatus', {
  description: 'Whether a recorder finds the recording by its file name.',
  values: {
    VERIFIED: { description: 'A known version of the recorder computes the hash in the file name.' },
    MISMATCHED: {
      description: 'No known version of the recorder computes this hash, so none finds the file.',
    },
    UNKNOWN: { description: 'The hash of this format is not known, or the file name contains no hash.' },
  },
});

export const RecordingOrderEnum = builder.enumType('RecordingOrder', {
  description: 'What recordings are ordered by. Equal ones are ordered by path.',
  values: {
    PATH: { description: 'The path, by code points.' },
    SIZE: { description: 'The size of the file.' },
    RECORDED_AT: { description: 'When the registry received the content.' },
    LAST_USED_AT: {
      description:
        'When a run of the default branch last read the recording. Those that were never read come first.',
    },
  },
});

export const PlayableEnum = builder.enumType('Playable', {
  description:
    'Whether the newest recorder that the repository uses finds the recording at its path. Which one it ' +
    'is, `recorder` in the settings file says, or else the recordings of the branch.',
  values: {
    YES: { description: 'The recorder finds it.' },
    OUTDATED: { description: 'Only an older version of the recorder computes the hash in its file name.' },
    MISNAMED: { description: 'No version of the recorder looks up its request under its file name.' },
    MISPLACED: {
      description: 'The file name is right, but the recorder does not search its folder for its test.',
    },
    UNKNOWN: {
      description:
        'The registry cannot say: the format is not known, or the test id that belongs to the hash is missing.',
    },
  },
});
