import type { RequestedBaseline } from '../../store/baseline/find-baseline.js';
import {
  type PlannedFile,
  type PullPlanOutcome,
  type PullRequestPlan,
  type PurgedFile,
  planPull,
} from '../../store/pull/plan-pull.js';
import type { Selection } from '../../store/snapshots/selection.js';
import { namesIn } from '../../store/snapshots/test-and-model-store.js';
import { type Unmatched, unmatchedSelection } from '../../store/snapshots/unmatched-selection.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { parseRefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { AtInput, decodeSnapshotId, parseAt, RefInput } from './at-input.js';
import { builder } from './builder.js';
import { InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { RepositoryNode } from './repository.js';
import { SnapshotNode } from './snapshot.js';

export const SelectionInput = builder.inputType('SelectionInput', {
  description:
    'Selects recordings. A recording must match every list that is set. Recordings without a test id ' +
    'match all `tests` and `models`.',
  fields: (t) => ({
    tests: t.stringList({ description: 'Patterns of test ids. Only `*` is special.' }),
    models: t.stringList({ description: 'Names of models.' }),
    paths: t.stringList({
      description: 'Patterns of paths: `*` matches within a folder, `**` across folders.',
    }),
  }),
});

export interface SelectionArgument {
  tests?: string[] | null | undefined;
  models?: string[] | null | undefined;
  paths?: string[] | null | undefined;
}

/** A selection as the store takes it. */
export const selectionOf = ({ tests, models, paths }: SelectionArgument): Selection => ({
  tests: tests ?? null,
  models: models ?? null,
  paths: paths ?? null,
});

const PlannedFileType = builder.objectRef<PlannedFile>('PlannedFile').implement({
  description: 'A file of a pull plan.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the file, relative to the repository root.' }),
    digest: t.exposeString('digest', { description: 'The sha256 of the file, in hex.' }),
    size: t.exposeInt('size', { description: 'The size of the file, in bytes.' }),
  }),
});

const PurgedFileType = builder.objectRef<PurgedFile>('PurgedFile').implement({
  description: 'A recording of a snapshot whose content an admin purged.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the recording.' }),
    digest: t.exposeString('digest', { description: 'The sha256 of the purged content, in hex.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When the content was purged.',
      resolve: ({ purge }) => new Date(purge.at),
    }),
    by: t.string({
      description: 'Who purged it, as in the audit log.',
      resolve: ({ purge }) => purge.by,
    }),
    reason: t.string({ description: 'Why it was purged.', resolve: ({ purge }) => purge.reason }),
  }),
});

const UnmatchedType = builder.objectRef<Unmatched>('UnmatchedSelection').implement({
  description: 'The parts of a selection that match no recording of the snapshot.',
  fields: (t) => ({
    tests: t.exposeStringList('tests', { description: 'The patterns that match no test id.' }),
    models: t.exposeStringList('models', { description: 'The models that no request names.' }),
  }),
});

type PlanShape = Extract<PullPlanOutcome, { kind: 'plan' }> & {
  repository: Repository;
  selection: Selection;
};

const PullPlanType = builder.objectRef<PlanShape>('PullPlan').implement({
  description: 'The files that a checkout needs. Download their contents from the content route.',
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      description: 'The snapshot to check out.',
      resolve: ({ repository, snapshot }) => ({ repository, snapshot }),
    }),
    baseline: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'The snapshot of the base branch that the ref builds on. Null when there is none.',
      resolve: ({ repository, baseline }) => baseline && { repository, snapshot: baseline },
    }),
    baselineReason: t.exposeString('baselineReason', { description: 'Why this baseline was chosen.' }),
    unchanged: t.exposeBoolean('unchanged', {
      description: 'Whether `have` is this snapshot. Then `files` is empty.',
    }),
    knowsHave: t.exposeBoolean('knowsHave', {
      nullable: true,
      description:
        'Whether this registry has the snapshot `have`. False when the registry was restored from a ' +
        'backup or replaced since the caller pulled it. Null without `have`.',
    }),
    files: t.field({
      type: [PlannedFileType],
      description: 'All selected files of the snapshot, without the purged ones.',
      resolve: (plan) => plan.files,
    }),
    purged: t.field({
      type: [PurgedFileType],
      description:
        'The recordings of the snapshot whose contents are purged. Listed also when `unchanged` is true, ' +
        'because they may have been purged since the last pull.',
      resolve: (plan) => plan.purged,
    }),
    unmatched: t.field({
      type: UnmatchedType,
      description: 'The parts of the selection that match nothing: mistyped, or never recorded.',
      resolve: async ({ snapshot, selection }, _args, context) =>
        unmatchedSelection(selection, {
          tests: selection.tests ? await namesIn(context.db, snapshot, 'test') : new Set(),
          models: selection.models ? await namesIn(context.db, snapshot, 'model') : new Set(),
        }),
    }),
  }),
});

const PullPlanResult = builder.unionType('PullPlanResult', {
  description: 'The result of `pullPlan`.',
  types: [PullPlanType, NotFound, InvalidInput],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'PullPlan'),
});

builder.objectField(RepositoryNode, 'pullPlan', (t) =>
  t.field({
    type: PullPlanResult,
    description:
      'The files that a checkout needs. Set `ref` to get a pull request on top of its baseline, or a ' +
      'branch at the first of the candidates that it has, otherwise at its newest state. Set `at` to get ' +
      'exactly one state.',
    args: {
      ref: t.arg({
        type: RefInput,
        description:
          'The branch or pull request that is checked out. Without it and `at`, the default branch.',
      }),
      at: t.arg({ type: AtInput, description: 'The state to check out, instead of `ref`.' }),
      candidates: t.arg.stringList({ description: CANDIDATES }),
      baseline: t.arg.string({ description: BASELINE }),
      selection: t.arg({
        type: SelectionInput,
        description: 'The recordings to check out. Without it, all recordings.',
      }),
      have: t.arg.id({
        description:
          'The id of the snapshot that the caller has on disk. An id from a release that did not seal ' +
          'its ids is treated as unknown.',
      }),
    },
    resolve: async (repository, args, context): Promise<PlanShape | Problem<'invalid' | 'not-found'>> => {
      const what = parseTarget(repository, args);
      if ('kind' in what) return what;
      const selection = selectionOf(args.selection ?? {});
      // An id that is not valid in this registry counts as an unknown snapshot, not as an error.
      const have = args.have == null ? null : (decodeSnapshotId(args.have) ?? UNKNOWN_SNAPSHOT);
      await context.awaitLargeResponseTurn();
      const outcome = await context.forCaller(() => planPull(context, { repository, what, selection, have }));
      return outcome.kind === 'plan' ? { ...outcome, repository, selection } : outcome;
    },
  }),
);

const UNKNOWN_SNAPSHOT = { repositoryId: 0, layers: [{ refId: 0, version: 0, seal: null }] };

interface PullArguments {
  ref?: Parameters<typeof parseRefName>[0] | null | undefined;
  at?: Parameters<typeof parseAt>[0];
  candidates?: string[] | null | undefined;
  baseline?: string | null | undefined;
}

function parseTarget(
  repository: Repository,
  args: PullArguments,
): PullRequestPlan['what'] | Problem<'invalid'> {
  const at = parseAt(args.at);
  if (at && args.ref) return { kind: 'invalid', message: 'set ref or at, not both', field: 'ref' };
  if (at) return at;
  const ref = parseRefName(args.ref ?? { branch: repository.defaultBranch });
  if ('problem' in ref) return { kind: 'invalid', message: ref.problem, field: ref.field };
  const baseline = parseBaseline(args.candidates, args.baseline);
  return 'kind' in baseline ? baseline : { ref, baseline };
}

export const CANDIDATES =
  'The commits from which to choose the baseline, ordered from the nearest to the furthest ancestor. The ' +
  'first one that the base branch has wins.';

export const BASELINE =
  'The baseline to use instead of a candidate: a full commit id, or the id of a snapshot.';

/** Maximum number of candidates; our clients send 100. */
const MAXIMUM_CANDIDATES = 1_000;

/** Reads the arguments that choose a baseline: candidate commits, and an explicit commit or snapshot id. */
export function parseBaseline(
  candidates: string[] | null | undefined,
  explicit: string | null | undefined,
): RequestedBaseline | Problem<'invalid'> {
  const count = candidates?.length ?? 0;
  if (count > MAXIMUM_CANDIDATES) {
    const message = `${count} candidates are too many: name the nearest ${MAXIMUM_CANDIDATES}`;
    return { kind: 'invalid', message, field: 'candidates' };
  }
  if (explicit == null || explicit === '') return { candidates: candidates ?? [], explicit: null };
  const snapshot = decodeSnapshotId(explicit);
  if (snapshot) return { candidates: candidates ?? [], explicit: { snapshot } };
  if (refusedCommit(explicit)) {
    return {
      kind: 'invalid',
      message: `the baseline "${explicit.slice(0, 80)}" is neither a full commit id nor the id of a snapshot`,
      field: 'baseline',
    };
  }
  return { candidates: candidates ?? [], explicit: { commit: explicit } };
}
