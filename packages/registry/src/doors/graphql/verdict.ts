import type { VerdictChange } from '../../review/verdicts/verdict.js';
import { changesOfVerdict, type StoredVerdict } from '../../review/verdicts/verdict-store.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { builder } from './builder.js';
import { MAXIMUM_PAGE_SIZE, pageComplexity } from './connections.js';
import { DriftLevelEnum } from './drift-enums.js';
import { invalidInput } from './invalid-input.js';

const FailureKindEnum = builder.enumType('FailureKind', {
  description: 'Why a recorded response is probably not the one that a test needs.',
  values: {
    ERROR: { description: 'An exception, an HTTP status of 400 or above, or an error as the body.' },
    TOOL_ERROR: { description: 'A tool ran, but its result reads as an error.' },
    EMPTY: { description: 'A success without text, tool call or other output.' },
    CUT_OFF: { description: 'A limit of tokens ended the response early.' },
  },
});

const VerdictChangeType = builder.objectRef<VerdictChange>('VerdictChange').implement({
  description: 'A change of a verdict that a test may notice.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'The path of the recording; for a removed one, the path in the baseline.',
    }),
    testId: t.exposeString('testId', { nullable: true, description: 'The test of the recording.' }),
    model: t.exposeString('model', {
      nullable: true,
      description:
        'The model that the request names. For a cassette with several models, that of its most important change.',
    }),
    level: t.field({
      type: DriftLevelEnum,
      nullable: true,
      description: 'The level of the change. Null for a kind without levels.',
      resolve: (change) => change.level,
    }),
    failure: t.field({
      type: FailureKindEnum,
      nullable: true,
      description: 'What is wrong with the new recording. Null when nothing is.',
      resolve: (change) => change.failure,
    }),
    words: t.exposeString('words', {
      description: 'What changed: at most 300 characters, with names and values in backticks.',
    }),
  }),
});

export const VerdictType = builder
  .objectRef<{ ref: Pick<Ref, 'repositoryId' | 'id'>; verdict: StoredVerdict }>('Verdict')
  .implement({
    description: 'The outcome of the last report of a pull request against its base, as it was stored.',
    fields: (t) => ({
      headline: t.string({
        description: 'The first line of the report.',
        resolve: ({ verdict }) => verdict.headline,
      }),
      mark: t.string({
        description:
          'The mark of the report: 🔴 behaviour that nobody accepted, 🟡 content, ✅ nothing that a test would ' +
          'notice, or all changes accepted.',
        resolve: ({ verdict }) => verdict.mark,
      }),
      version: t.int({
        description: 'The version of the pull request that was compared. A later one may have no report yet.',
        resolve: ({ verdict }) => verdict.version,
      }),
      level: t.field({
        type: DriftLevelEnum,
        nullable: true,
        description: 'The highest level of all changes. Null when no change has a level.',
        resolve: ({ verdict }) => verdict.level,
      }),
      unacceptedLevel: t.field({
        type: DriftLevelEnum,
        nullable: true,
        description: 'The highest level of the changes that nobody accepted. Null when there is none.',
        resolve: ({ verdict }) => verdict.unacceptedLevel,
      }),
      behaviour: t.int({
        description: 'Changes of the level BEHAVIOUR.',
        resolve: ({ verdict }) => verdict.behaviour,
      }),
      content: t.int({
        description: 'Changes of the level CONTENT.',
        resolve: ({ verdict }) => verdict.content,
      }),
      errors: t.int({
        description: 'Changes whose new recording is an error, or a tool result that reads as one.',
        resolve: ({ verdict }) => verdict.errors,
      }),
      unplayable: t.int({
        description: 'Changes after which no recorder finds the recording.',
        resolve: ({ verdict }) => verdict.unplayable,
      }),
      added: t.int({ description: 'Added recordings.', resolve: ({ verdict }) => verdict.added }),
      removed: t.int({ description: 'Removed recordings.', resolve: ({ verdict }) => verdict.removed }),
      at: t.field({
        type: 'DateTime',
        description: 'When the report was computed.',
        resolve: ({ verdict }) => new Date(verdict.at),
      }),
      changes: t.field({
        type: [VerdictChangeType],
        description:
          'The changes of the level CONTENT or BEHAVIOUR, and those whose new recording is a failure, most ' +
          'important first. A verdict stores at most 2,000.',
        complexity: pageComplexity,
        args: {
          first: t.arg.int({
            defaultValue: 50,
            required: true,
            description: 'The number of changes from the beginning: at most 500.',
          }),
        },
        resolve: ({ ref }, { first }, context) => {
          if (first < 0 || first > MAXIMUM_PAGE_SIZE) {
            throw invalidInput(`first must be from 0 to ${MAXIMUM_PAGE_SIZE}, not ${first}`);
          }
          return changesOfVerdict(context.db, ref, first);
        },
      }),
    }),
  });
