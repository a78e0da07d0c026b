import { builder } from './builder.js';

export const UseReasonEnum = builder.enumType('UseReason', {
  description: 'Why a run does not count for unused recordings.',
  values: {
    FAILED: { description: 'A job failed, so it may not have run all tests.' },
    SELECTION: { description: 'A job pulled a selection of the recordings.' },
    BLIND: {
      description: 'A job could not see which files its tests read, and had no list of them.',
    },
    INCOMPLETE: {
      description:
        'A job of the matrix, or a job that reported in the last runs of the workflow, has not reported.',
    },
    NOTHING_READ: { description: 'The tests of all jobs together read no recording, as if none had run.' },
    NOT_DEFAULT_BRANCH: { description: 'The run is complete, but not of the default branch.' },
  } as const,
});
