import { type Coverage, coverageOf, refusedTests, type TestCount } from '../../store/snapshots/coverage.js';
import {
  coverageByModel,
  coverageBySuite,
  type ModelCoverage,
  newTestsAmong,
  type SuiteCoverage,
} from '../../store/snapshots/coverage-groups.js';
import { countByTest, countByTestAndModel } from '../../store/snapshots/coverage-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../vocabulary/repository.js';
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

const SuiteCoverageType = builder.objectRef<SuiteCoverage>('SuiteCoverage').implement({
  description: 'How the tests of one folder and their recordings fit together.',
  fields: (t) => ({
    suite: t.exposeString('suite', {
      description: 'The folder of the test files, relative to the root of the repository; `.` is the root.',
    }),
    missing: t.exposeInt('missing', { description: 'The number of listed tests without recordings.' }),
    unlisted: t.exposeInt('unlisted', {
      description: 'The number of tests with recordings that are not listed.',
    }),
    recordings: t.exposeInt('recordings', { description: 'The number of recordings of the unlisted tests.' }),
  }),
});

const ModelCoverageType = builder.objectRef<ModelCoverage>('ModelCoverage').implement({
  description: 'How the tests of one model and their recordings fit together.',
  fields: (t) => ({
    model: t.exposeString('model', {
      nullable: true,
      description:
        'The model of the recordings. For tests without recordings, the model in the parameters of the test. ' +
        'Null for tests and recordings that name none.',
    }),
    missing: t.exposeInt('missing', { description: 'The number of listed tests without recordings.' }),
    unlisted: t.exposeInt('unlisted', {
      description: 'The number of unlisted tests with recordings of this model.',
    }),
    recordings: t.exposeInt('recordings', {
      description: 'The number of recordings of this model that belong to unlisted tests.',
    }),
  }),
});

/** A comparison, with the state that it read. */
interface CoverageShape extends Coverage {
  withoutTest: number;
  repository: Repository;
  snapshot: SnapshotKey;
}

const CoverageType = builder.objectRef<CoverageShape>('Coverage').implement({
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
    bySuite: t.field({
      type: [SuiteCoverageType],
      description:
        'The numbers of both by folder of the test file, ordered by name. Folders without any are left out.',
      complexity: { multiplier: 1 },
      resolve: (coverage) => coverageBySuite(coverage),
    }),
    byModel: t.field({
      type: [ModelCoverageType],
      // The query reads the model of every recording.
      complexity: { field: 5_000, multiplier: 1 },
      description: 'The numbers of both by model, ordered by name. Models without any are left out.',
      resolve: async (coverage, _args, context) => {
        await context.awaitLargeResponseTurn();
        const recorded = await context.forCaller(() => countByTestAndModel(context.db, coverage.snapshot));
        return coverageByModel(coverage, recorded);
      },
    }),
    newTests: t.stringList({
      // The query reads the test id of every recording of the earlier state.
      complexity: 5_000,
      description:
        'The missing tests that are new since an earlier state: neither the test nor another parametrisation of ' +
        'it has recordings there.',
      args: { since: t.arg({ type: AtInput, required: true, description: 'The earlier state.' }) },
      resolve: async ({ missing, repository }, { since }, context) => {
        if (missing.length === 0) return [];
        const { snapshot } = await resolveState(context, repository, since);
        await context.awaitLargeResponseTurn();
        const before = await context.forCaller(() => countByTest(context.db, snapshot));
        return newTestsAmong(missing, before.tests);
      },
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
          'The ids of all tests, at most 100,000. The id of a test also stands for that of its cassette, in ' +
          'which the characters that the name of a file cannot have are `-`.',
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
      return { ...(await coverageOf(tests, recorded)), withoutTest, repository, snapshot };
    },
  }),
);
