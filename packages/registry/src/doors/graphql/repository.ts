import { driftSides } from '../../review/drift/drift-sides.js';
import { activityOf } from '../../review/verdicts/activity-store.js';
import type { OrderedRow } from '../../store/snapshots/last-use-order-store.js';
import { findRepositoryWithHead, type RepositoryWithHead } from '../../store/snapshots/layer-store.js';
import { orderedRecordings, orderKey } from '../../store/snapshots/recording-order-store.js';
import { countRecordings, type RecordingRow } from '../../store/snapshots/recording-store.js';
import { findDefaultRef, findRef } from '../../store/snapshots/ref-store.js';
import { describeUnknown, resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import {
  countTests,
  modelsOf,
  type TestSummary,
  testsPage,
} from '../../store/snapshots/test-and-model-store.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import { describeRef } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { ActivityType } from './activity.js';
import { type AtArgument, AtInput, parseAt } from './at-input.js';
import { builder } from './builder.js';
import { connectionType, keysetConnection, searchComplexity } from './connections.js';
import { type Context, visibleById, visibleRepository } from './context.js';
import { DriftReportType } from './drift.js';
import { invalidInput } from './invalid-input.js';
import { loadDrift } from './load-drift.js';
import { PullRequestNode } from './pull-request.js';
import { RecordingNode } from './recording.js';
import { RecordingOrderEnum } from './recording-enums.js';
import { checkedFilter, RecordingFilterInput } from './recording-filter.js';
import { ModelSummaryType, TestSummaryType } from './recording-summaries.js';
import { NAME, OWNER } from './repository-name-input.js';
import { SnapshotNode } from './snapshot.js';

export const VisibilityEnum = builder.enumType('Visibility', {
  description: 'Who can read the recordings of a repository.',
  values: {
    PRIVATE: { description: 'Only callers with a token for the repository.' },
    PUBLIC: { description: 'Everyone, without a token.' },
  },
});

/** The longest period of `activity`, in weeks. */
const MOST_WEEKS = 52;

const AT = 'The state to read. Without it, the newest state of the default branch.';

const RecordingConnection = connectionType<RecordingRow>('Recording', RecordingNode as never);
const TestConnection = connectionType<TestSummary>('Test', TestSummaryType as never);

/** A repository found by its name comes with the newest state of its default branch, which saves a query. */
type RepositoryShape = Repository & Partial<RepositoryWithHead>;

export const RepositoryNode = builder.objectRef<RepositoryShape>('Repository');

/**
 * The state of an `at` argument, by default the newest of the default branch, which may be empty. Throws an
 * `INVALID_INPUT` error when the state does not exist.
 */
export async function resolveState(
  context: Context,
  repository: RepositoryShape,
  input: AtArgument | null | undefined,
): Promise<{ snapshot: SnapshotKey; named: string }> {
  const requested = parseAt(input);
  if (requested) {
    const snapshot = await resolveSnapshot(context.db, repository, requested.at);
    if (!snapshot) throw invalidInput(`at: ${describeUnknown(requested.at, requested.named)}`);
    return { snapshot, named: requested.named };
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

const resolveSnapshotAt = async (...args: Parameters<typeof resolveState>) =>
  (await resolveState(...args)).snapshot;

builder.node(RepositoryNode, {
  description: 'A repository, with the recordings of its branches and pull requests.',
  id: {
    description: 'The id of this repository, for the query `node`.',
    resolve: (repository) => String(repository.id),
  },
  loadOne: async (id, context) => {
    const repository = /^\d{1,15}$/.test(id) ? await repositoryById(context.db, Number(id)) : null;
    return await visibleById(context, repository);
  },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'defaultBranch' in value,
  fields: (t) => ({
    owner: t.exposeString('owner', { description: 'The owner: a user or an organization.' }),
    name: t.exposeString('name', { description: 'The name, without the owner.' }),
    visibility: t.field({
      type: VisibilityEnum,
      description: 'Who can read the recordings.',
      resolve: (repository) => repository.visibility,
    }),
    defaultBranch: t.exposeString('defaultBranch', {
      description: 'The branch whose recordings new branches and pull requests start from.',
    }),
    recordings: t.field({
      type: RecordingConnection,
      complexity: searchComplexity,
      description: 'The recordings of a state.',
      args: {
        filter: t.arg({ type: RecordingFilterInput, description: 'Which recordings to return.' }),
        at: t.arg({ type: AtInput, description: AT }),
        orderBy: t.arg({
          type: RecordingOrderEnum,
          defaultValue: 'PATH',
          required: true,
          description: 'The order of the recordings.',
        }),
        descending: t.arg.boolean({
          defaultValue: false,
          required: true,
          description: 'Whether to reverse the order.',
        }),
        ...t.arg.connectionArgs(),
        first: t.arg.int({
          defaultValue: 50,
          description: 'The number of items from the beginning: at most 500.',
        }),
      },
      resolve: async (repository, args, context) => {
        const snapshot = await resolveSnapshotAt(context, repository, args.at);
        const filter = await checkedFilter(context, snapshot, args.filter);
        return keysetConnection(
          args,
          (row: OrderedRow) => orderKey(row, args.orderBy),
          async (page) => {
            const { orderBy, descending } = args;
            const found = await context.forCaller(() =>
              orderedRecordings(context.db, snapshot, filter, { ...page, orderBy, descending }),
            );
            if (found === null) throw invalidInput('the cursor belongs to another `orderBy`');
            return found;
          },
          () => context.forCaller(() => countRecordings(context.db, snapshot, filter)),
        );
      },
    }),
    models: t.field({
      type: [ModelSummaryType],
      description: 'The models of a state, with the number of their recordings and tests.',
      args: { at: t.arg({ type: AtInput, description: AT }) },
      resolve: async (repository, args, context) =>
        modelsOf(context.db, await resolveSnapshotAt(context, repository, args.at)),
    }),
    tests: t.field({
      type: TestConnection,
      complexity: searchComplexity,
      description: 'The tests with recordings in a state, ordered by id.',
      args: {
        filter: t.arg({ type: RecordingFilterInput, description: 'The recordings whose tests to return.' }),
        at: t.arg({ type: AtInput, description: AT }),
        ...t.arg.connectionArgs(),
      },
      resolve: async (repository, args, context) => {
        const snapshot = await resolveSnapshotAt(context, repository, args.at);
        const filter = await checkedFilter(context, snapshot, args.filter);
        return keysetConnection(
          args,
          (row: TestSummary) => row.testId,
          (page) => context.forCaller(() => testsPage(context.db, snapshot, filter, page)),
          () => context.forCaller(() => countTests(context.db, snapshot, filter)),
        );
      },
    }),
    activity: t.field({
      type: [ActivityType],
      complexity: 100,
      description:
        'The activity on the default branch by week and model, oldest week first. Weeks and models ' +
        'without any are left out.',
      args: {
        weeks: t.arg.int({
          defaultValue: MOST_WEEKS,
          required: true,
          description: 'The number of weeks, the current one included: 1 to 52.',
        }),
      },
      resolve: async (repository, { weeks }, context) => {
        if (weeks < 1 || weeks > MOST_WEEKS) {
          throw invalidInput(`weeks must be from 1 to ${MOST_WEEKS}, not ${weeks}`);
        }
        const branch = await findDefaultRef(context.db, repository.id);
        return branch === null
          ? []
          : context.forCaller(() => activityOf(context.db, branch, weeks, Date.now()));
      },
    }),
    snapshot: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'The snapshot of a state. Null when the state does not exist.',
      args: { at: t.arg({ type: AtInput, required: true, description: 'The state to return.' }) },
      resolve: async (repository, args, context) => {
        const requested = parseAt(args.at);
        const at = requested?.at ?? { branch: repository.defaultBranch };
        const snapshot = await resolveSnapshot(context.db, repository, at);
        return snapshot && { repository, snapshot };
      },
    }),
    pullRequest: t.field({
      type: PullRequestNode,
      nullable: true,
      description: 'A pull request. Null when it has no recordings of its own.',
      args: { number: t.arg.int({ required: true, description: 'The number of the pull request.' }) },
      resolve: async (repository, { number }, context) => {
        const ref = await findRef(context.db, repository.id, 'PULL_REQUEST', String(number));
        return ref && ref.version > 0 ? { repository, ref } : null;
      },
    }),
    drift: t.field({
      type: DriftReportType,
      // A report is computed on request.
      complexity: 500,
      nullable: true,
      description:
        'Compares a pull request with its baseline, or `head` with `base`. Null when one of the states ' +
        'does not exist.',
      args: {
        pullRequest: t.arg.int({ description: 'The number of a pull request, instead of `head`.' }),
        base: t.arg({
          type: AtInput,
          description:
            'The state to compare with. Without it, the state below a pull request or branch, or the ' +
            'version before.',
        }),
        head: t.arg({ type: AtInput, description: 'The state to compare. Without it, the default branch.' }),
      },
      resolve: async (repository, args, context) => {
        if (args.pullRequest != null && args.head != null) {
          throw invalidInput('drift: set pullRequest or head, not both');
        }
        const head = args.pullRequest != null ? { pullRequest: args.pullRequest } : parseAt(args.head)?.at;
        const sides = await driftSides(context.db, repository, {
          head: head ?? null,
          base: parseAt(args.base),
        });
        if (!sides) return null;
        return loadDrift(context, repository, sides);
      },
    }),
  }),
});

builder.queryField('repository', (t) =>
  t.field({
    type: RepositoryNode,
    nullable: true,
    description: 'A repository by its name. Null when it does not exist, or the caller cannot read it.',
    args: { owner: t.arg.string(OWNER), name: t.arg.string(NAME) },
    resolve: async (_root, { owner, name }, context) =>
      visibleRepository(context, { owner, name }, await findRepositoryWithHead(context.db, owner, name)),
  }),
);
