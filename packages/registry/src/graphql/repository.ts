import { acceptanceOfReport } from '../acceptance/report-acceptance.js';
import { may } from '../access/identity.js';
import { driftSides } from '../drift/drift-sides.js';
import { findFlaky } from '../flaky/find-flaky.js';
import type { Repository } from '../repositories/repository.js';
import { repositoryById } from '../repositories/repository-store.js';
import { findRepositoryWithHead, type RepositoryWithHead } from '../snapshots/layer-store.js';
import {
  countRecordings,
  countTests,
  type ModelSummary,
  modelsOf,
  type RecordingFilter,
  type RecordingRow,
  recordingsPage,
  refusedFilter,
  type TestSummary,
  testsPage,
} from '../snapshots/recording-store.js';
import { describeRef } from '../snapshots/ref.js';
import { findRef } from '../snapshots/ref-store.js';
import { describeUnknown, resolveSnapshot } from '../snapshots/resolve-snapshot.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { type AtArgument, AtInput, parseAt } from './at.js';
import { builder, invalidInput } from './builder.js';
import { type Context, ifVisible } from './context.js';
import { DriftReportType } from './drift.js';
import { connectionType, keysetConnection, searchComplexity } from './pages.js';
import { PullRequestType } from './pull-request.js';
import { RecordingNode } from './recording.js';
import { SnapshotNode } from './snapshot.js';

export const VisibilityEnum = builder.enumType('Visibility', {
  values: { PRIVATE: {}, PUBLIC: { description: 'Anyone may read it.' } },
});

const RecordingFilterInput = builder.inputType('RecordingFilter', {
  description: 'All that are given must hold.',
  fields: (t) => ({
    testId: t.string(),
    testIdPrefix: t.string(),
    model: t.string(),
    hash: t.string(),
    endpoint: t.string(),
    path: t.string({ description: 'A path, or a pattern: `*` within a folder, `**` across folders.' }),
    search: t.string({
      description: 'Part of the path, test id, model or response text; at most 200 characters.',
    }),
  }),
});

const ModelSummaryType = builder.objectRef<ModelSummary>('ModelSummary').implement({
  description: 'A model that requests name, and how much it is used.',
  fields: (t) => ({
    model: t.exposeString('model'),
    recordings: t.exposeInt('recordings'),
    tests: t.exposeInt('tests'),
  }),
});

const TestSummaryType = builder.objectRef<TestSummary>('TestSummary').implement({
  description: 'A test that made recordings.',
  fields: (t) => ({
    testId: t.exposeString('testId'),
    recordings: t.exposeInt('recordings'),
    models: t.exposeStringList('models'),
  }),
});

const RecordingConnection = connectionType<RecordingRow>('Recording', RecordingNode as never);
const TestConnection = connectionType<TestSummary>('Test', TestSummaryType as never);

/** The newest state of its default branch is with it where the query began with its name: then it need not be asked for again. */
type RepositoryShape = Repository & Partial<RepositoryWithHead>;

/** The filter of a question, within bounds. */
function acceptedFilter(filter: RecordingFilter | null | undefined): RecordingFilter {
  const refused = filter == null ? null : refusedFilter(filter);
  if (refused !== null) throw invalidInput(refused);
  return filter ?? {};
}

export const RepositoryNode = builder.objectRef<RepositoryShape>('Repository');

/** The state that an `at` argument names, else the newest of the default branch; the empty one when there is none. */
export async function stateAt(
  context: Context,
  repository: RepositoryShape,
  input: AtArgument | null | undefined,
): Promise<{ snapshot: SnapshotKey; named: string }> {
  const asked = parseAt(input);
  if (asked) {
    const snapshot = await resolveSnapshot(context.db, repository, asked.at);
    if (!snapshot) throw invalidInput(`at: ${describeUnknown(asked.at, asked.named)}`);
    return { snapshot, named: asked.named };
  }
  const branch = repository.defaultBranch;
  const head =
    repository.head === undefined
      ? await resolveSnapshot(context.db, repository, { branch })
      : repository.head;
  return {
    snapshot: head ?? { repositoryId: repository.id, layers: [] },
    named: describeRef({ kind: 'BRANCH', name: branch }),
  };
}

const snapshotAt = async (...args: Parameters<typeof stateAt>) => (await stateAt(...args)).snapshot;

builder.node(RepositoryNode, {
  description: 'A repository whose recordings are kept here.',
  id: { resolve: (repository) => String(repository.id) },
  loadOne: async (id, context) => {
    const repository = /^\d{1,15}$/.test(id) ? await repositoryById(context.db, Number(id)) : null;
    return repository && may(context.identity, 'read', repository) ? repository : null;
  },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'defaultBranch' in value,
  fields: (t) => ({
    owner: t.exposeString('owner'),
    name: t.exposeString('name'),
    visibility: t.field({ type: VisibilityEnum, resolve: (repository) => repository.visibility }),
    defaultBranch: t.exposeString('defaultBranch'),
    recordings: t.field({
      type: RecordingConnection,
      complexity: searchComplexity,
      description: 'Recordings of a state in the order of their paths.',
      args: {
        filter: t.arg({ type: RecordingFilterInput }),
        at: t.arg({ type: AtInput }),
        ...t.arg.connectionArgs(),
        first: t.arg.int({ defaultValue: 50, description: 'At most 500.' }),
      },
      resolve: async (repository, args, context) => {
        const snapshot = await snapshotAt(context, repository, args.at);
        const filter = acceptedFilter(args.filter);
        return keysetConnection(
          args,
          (row: RecordingRow) => row.path,
          (page) => context.forCaller(() => recordingsPage(context.db, snapshot, filter, page)),
          () => context.forCaller(() => countRecordings(context.db, snapshot, filter)),
        );
      },
    }),
    models: t.field({
      type: [ModelSummaryType],
      args: { at: t.arg({ type: AtInput }) },
      resolve: async (repository, args, context) =>
        modelsOf(context.db, await snapshotAt(context, repository, args.at)),
    }),
    tests: t.field({
      type: TestConnection,
      complexity: searchComplexity,
      description: 'Tests of a state in the order of their ids.',
      args: {
        filter: t.arg({ type: RecordingFilterInput }),
        at: t.arg({ type: AtInput }),
        ...t.arg.connectionArgs(),
      },
      resolve: async (repository, args, context) => {
        const snapshot = await snapshotAt(context, repository, args.at);
        const filter = acceptedFilter(args.filter);
        return keysetConnection(
          args,
          (row: TestSummary) => row.testId,
          (page) => context.forCaller(() => testsPage(context.db, snapshot, filter, page)),
          () => context.forCaller(() => countTests(context.db, snapshot, filter)),
        );
      },
    }),
    snapshot: t.field({
      type: SnapshotNode,
      nullable: true,
      args: { at: t.arg({ type: AtInput, required: true }) },
      resolve: async (repository, args, context) => {
        const asked = parseAt(args.at);
        const at = asked?.at ?? { branch: repository.defaultBranch };
        const snapshot = await resolveSnapshot(context.db, repository, at);
        return snapshot && { repository, snapshot };
      },
    }),
    pullRequest: t.field({
      type: PullRequestType,
      nullable: true,
      args: { number: t.arg.int({ required: true }) },
      resolve: async (repository, { number }, context) => {
        const ref = await findRef(context.db, repository.id, 'PULL_REQUEST', String(number));
        return ref && ref.version > 0 ? { repository, ref } : null;
      },
    }),
    drift: t.field({
      type: DriftReportType,
      // A report is computed, not looked up.
      complexity: 500,
      nullable: true,
      description:
        'Compares two states: a pull request with its baseline, or `head` with `base`. Null when one is not known.',
      args: { pullRequest: t.arg.int(), base: t.arg({ type: AtInput }), head: t.arg({ type: AtInput }) },
      resolve: async (repository, args, context) => {
        if (args.pullRequest != null && args.head != null) {
          throw invalidInput('drift: name the pull request or the head, not both');
        }
        const head = args.pullRequest != null ? { pullRequest: args.pullRequest } : parseAt(args.head)?.at;
        const sides = await driftSides(context.db, repository, {
          head: head ?? null,
          base: parseAt(args.base),
        });
        if (!sides) return null;
        const computed = await context.reports.between(sides.baseline, sides.head);
        const acceptance = await acceptanceOfReport(context.db, sides.head, computed.drift.changes);
        let flaky: ReturnType<typeof findFlaky> | undefined;
        return {
          repository,
          ...sides,
          computed,
          acceptance,
          flaky: () => {
            flaky ??= findFlaky(context.db, sides.head, computed.drift.changes);
            return flaky;
          },
        };
      },
    }),
  }),
});

builder.queryField('repository', (t) =>
  t.field({
    type: RepositoryNode,
    nullable: true,
    description: 'Null when there is none of that name that the caller may see.',
    args: { owner: t.arg.string({ required: true }), name: t.arg.string({ required: true }) },
    resolve: async (_root, { owner, name }, context) =>
      ifVisible(context, await findRepositoryWithHead(context.db, owner, name)),
  }),
);
