import { type Coverage, coverageOf, refusedTests, type TestCount } from '../../store/snapshots/coverage.js';
import { countByTest } from '../../store/snapshots/coverage-store.js';
import { AtInput } from './at-input.js';
import { builder } from './builder.js';
import { invalidInput } from './invalid-input.js';
import { RepositoryNode, resolveState } from './repository.js';

/** Maximum number of tests in the list of unlisted ones. */
const MOST_UNLISTED = 10_000;

const UnlistedTestType = builder.objectRef<TestCount>('UnlistedTest').implement({
  description: 'A test with recordings that is not in a list of tests.',
  fields: (t) => ({
    testId: t.exposeString('testId', { description: 'The id of the test, as its recordings name it.' }),
    recordings: t.exposeInt('recordings', { description: 'The number of its recordings.' }),
  }),
});

const CoverageType = builder.objectRef<Coverage & { withoutTest: number }>('Coverage').implement({
  description:
    'Which tests of a list have recordings, and which recordings belong to tests that are not in it.',
  fields: (t) => ({
    listed: t.exposeInt('listed', { description: 'The number of tests in the list, without duplicates.' }),
    covered: t.int({
      description: 'The number of listed tests with at least one recording.',
      resolve: ({ listed, missing }) => listed - missing.length,
    }),
    missing: t.exposeStringList('missing', {
      description: 'The listed tests without recordings, in the order of the list.',
    }),
    unlistedCount: t.int({
      description: 'The number of tests with recordings that are not listed.',
      resolve: ({ unlisted }) => unlisted.length,
    }),
    unlisted: t.field({
      type: [UnlistedTestType],
      description:
        'The tests with recordings that are not listed, ordered by id: the first ' +
        `${MOST_UNLISTED.toLocaleString('en-US')}.`,
      complexity: { multiplier: 1 },
      resolve: ({ unlisted }) => unlisted.slice(0, MOST_UNLISTED),
    }),
    withoutTest: t.exposeInt('withoutTest', {
      description: 'The number of recordings without a test id. They may serve any test.',
    }),
  }),
});

builder.objectField(RepositoryNode, 'coverage', (t) =>
  t.field({
    type: CoverageType,
    // The query reads the test id of every recording.
    complexity: 5_000,
    description:
      'Compares a list of tests, such as the output of `pytest --collect-only -q`, with the recordings of a state.',
    args: {
      tests: t.arg.stringList({
        required: true,
        description:
          'The ids of all tests, at most 100,000. The id of a test also stands for that of its cassette, in which ' +
          'the characters that the name of a file cannot have are `-`.',
      }),
      at: t.arg({
        type: AtInput,
        description: 'The state to read. Without it, the newest state of the default branch.',
      }),
    },
    resolve: async (repository, { tests, at }, context) => {
      const refused = refusedTests(tests);
      if (refused !== null) throw invalidInput(`tests: ${refused}`);
      const { snapshot } = await resolveState(context, repository, at);
      await context.awaitLargeResponseTurn();
      const { tests: recorded, withoutTest } = await context.forCaller(() =>
        countByTest(context.db, snapshot),
      );
      return { ...(await coverageOf(tests, recorded)), withoutTest };
    },
  }),
);
