import type { BaselineWish } from '../../store/baseline/baseline.js';
import {
  type PlannedFile,
  type PullPlanOutcome,
  type PullRequestPlan,
  type PurgedFile,
  planPull,
} from '../../store/pull/plan-pull.js';
import { namesIn } from '../../store/snapshots/recording-store.js';
import type { Selection } from '../../store/snapshots/selection.js';
import { type Unmatched, unmatchedSelection } from '../../store/snapshots/unmatched-selection.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { parseRefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { AtInput, parseAt, RefInput, snapshotKeyOfId } from './at-input.js';
import { builder } from './builder.js';
import { InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';
import { RepositoryNode } from './repository.js';
import { SnapshotNode } from './snapshot.js';

const SelectionInput = builder.inputType('SelectionInput', {
  description: 'Which recordings are wanted. Those without a test id are always part of it.',
  fields: (t) => ({
    tests: t.stringList({ description: 'Patterns of test ids, in which only `*` is special.' }),
    models: t.stringList(),
    paths: t.stringList({ description: 'Patterns of paths: `**` any folders, `*` within one.' }),
  }),
});

const PlannedFileType = builder.objectRef<PlannedFile>('PlannedFile').implement({
  fields: (t) => ({
    path: t.exposeString('path'),
    digest: t.exposeString('digest'),
    size: t.exposeInt('size'),
  }),
});

const PurgedFileType = builder.objectRef<PurgedFile>('PurgedFile').implement({
  description: 'A recording of the snapshot whose content an admin removed.',
  fields: (t) => ({
    path: t.exposeString('path'),
    digest: t.exposeString('digest'),
    at: t.field({ type: 'DateTime', resolve: ({ purge }) => new Date(purge.at) }),
    by: t.string({ resolve: ({ purge }) => purge.by }),
    reason: t.string({ resolve: ({ purge }) => purge.reason }),
  }),
});

const UnmatchedType = builder.objectRef<Unmatched>('UnmatchedSelection').implement({
  description: 'What of a selection matches no recording of the snapshot.',
  fields: (t) => ({
    tests: t.exposeStringList('tests', { description: 'Patterns that no test id matches.' }),
    models: t.exposeStringList('models', { description: 'Models that no request names.' }),
  }),
});

type PlanShape = Extract<PullPlanOutcome, { kind: 'plan' }> & {
  repository: Repository;
  selection: Selection;
};

const PullPlanType = builder.objectRef<PlanShape>('PullPlan').implement({
  description: 'The files that a checkout needs. Their contents come from the content route.',
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      resolve: ({ repository, snapshot }) => ({ repository, snapshot }),
    }),
    baseline: t.field({
      type: SnapshotNode,
      nullable: true,
      resolve: ({ repository, baseline }) => baseline && { repository, snapshot: baseline },
    }),
    baselineReason: t.exposeString('baselineReason'),
    unchanged: t.exposeBoolean('unchanged', {
      description: 'The caller has this snapshot already; `files` is empty then.',
    }),
    knowsHave: t.exposeBoolean('knowsHave', {
      nullable: true,
      description:
        'Whether the snapshot of `have` is in this registry. False: the registry was restored from a backup or replaced since ' +
        'the caller pulled it. Null without `have`.',
    }),
    files: t.field({ type: [PlannedFileType], resolve: (plan) => plan.files }),
    purged: t.field({
      type: [PurgedFileType],
      description:
        'Recordings that the snapshot names and nobody can have any more; they are not among `files`. Also told when ' +
        'the snapshot is unchanged, because they may have been purged since.',
      resolve: (plan) => plan.purged,
    }),
    unmatched: t.field({
      type: UnmatchedType,
      description: 'The tests and models of the selection that match nothing: mistyped, or never recorded.',
      resolve: async ({ snapshot, selection }, _args, context) =>
        unmatchedSelection(selection, {
          tests: selection.tests ? await namesIn(context.db, snapshot, 'test') : new Set(),
          models: selection.models ? await namesIn(context.db, snapshot, 'model') : new Set(),
        }),
    }),
  }),
});

const PullPlanResult = builder.unionType('PullPlanResult', {
  types: [PullPlanType, NotFound, InvalidInput],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'PullPlan'),
});

builder.objectField(RepositoryNode, 'pullPlan', (t) =>
  t.field({
    type: PullPlanResult,
    description:
      'What a checkout needs: a pull request over its baseline, a branch at the nearest candidate commit it has seen, ' +
      'else at its head; or exactly the state `at`.',
    args: {
      ref: t.arg({ type: RefInput }),
      at: t.arg({ type: AtInput }),
      candidates: t.arg.stringList({
        description: 'Commits that a baseline may be taken from, nearest first.',
      }),
      baseline: t.arg.string({ description: 'A commit or the id of a snapshot to use as the baseline.' }),
      selection: t.arg({ type: SelectionInput }),
      have: t.arg.id({
        description:
          'The snapshot that the caller has on disk, as its id was given: an id of an earlier release, without seals, proves nothing.',
      }),
    },
    resolve: async (repository, args, context): Promise<PlanShape | Problem<'invalid' | 'not-found'>> => {
      const what = wanted(repository, args);
      if ('kind' in what) return what;
      const selection = {
        tests: args.selection?.tests ?? null,
        models: args.selection?.models ?? null,
        paths: args.selection?.paths ?? null,
      };
      // What is no id of a snapshot here is that of a state that is not known.
      const have = args.have == null ? null : (snapshotKeyOfId(args.have) ?? NOWHERE);
      await context.beforeLargeAnswer();
      const outcome = await context.forCaller(() => planPull(context, { repository, what, selection, have }));
      return outcome.kind === 'plan' ? { ...outcome, repository, selection } : outcome;
    },
  }),
);

const NOWHERE = { repositoryId: 0, layers: [{ refId: 0, version: 0, seal: null }] };

interface PullArguments {
  ref?: Parameters<typeof parseRefName>[0] | null | undefined;
  at?: Parameters<typeof parseAt>[0];
  candidates?: string[] | null | undefined;
  baseline?: string | null | undefined;
}

function wanted(repository: Repository, args: PullArguments): PullRequestPlan['what'] | Problem<'invalid'> {
  const at = parseAt(args.at);
  if (at && args.ref) return { kind: 'invalid', message: 'name ref or at, not both', field: 'ref' };
  if (at) return at;
  const ref = parseRefName(args.ref ?? { branch: repository.defaultBranch });
  if ('problem' in ref) return { kind: 'invalid', message: ref.problem, field: ref.field };
  const baseline = parseBaseline(args.candidates, args.baseline);
  return 'kind' in baseline ? baseline : { ref, baseline };
}

/** Commits that a baseline may be taken from; clients name 100. */
const MOST_CANDIDATES = 1_000;

/** Reads what a caller says of its baseline: a commit, or the id of a snapshot. */
export function parseBaseline(
  candidates: string[] | null | undefined,
  explicit: string | null | undefined,
): BaselineWish | Problem<'invalid'> {
  const count = candidates?.length ?? 0;
  if (count > MOST_CANDIDATES) {
    const message = `${count} candidates are more than the ${MOST_CANDIDATES} that are looked up: name the nearest`;
    return { kind: 'invalid', message, field: 'candidates' };
  }
  if (explicit == null || explicit === '') return { candidates: candidates ?? [], explicit: null };
  const snapshot = snapshotKeyOfId(explicit);
  if (snapshot) return { candidates: candidates ?? [], explicit: { snapshot } };
  if (refusedCommit(explicit)) {
    return {
      kind: 'invalid',
      message: `"${explicit.slice(0, 80)}" is neither a full commit id nor the id of a snapshot`,
      field: 'baseline',
    };
  }
  return { candidates: candidates ?? [], explicit: { commit: explicit } };
}
