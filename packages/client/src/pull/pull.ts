import { readPathPatterns } from '../checkout/discover/path-patterns.js';
import { requirePlaces } from '../checkout/discover/recording-places.js';
import { Folders } from '../checkout/files/folders.js';
import { requireDirectory } from '../checkout/files/require-directory.js';
import { sweepUnfinished } from '../checkout/files/unfinished-writes.js';
import { fetchPlan } from '../checkout/plan/fetch-plan.js';
import { type IfMissing, isOwnState, requireFallback } from '../checkout/plan/missing-target.js';
import type { Plan } from '../checkout/plan/plan.js';
import type { OnProgress } from '../checkout/progress.js';
import { forgetFailedPull, noteFailedPull } from '../checkout/state/failed-pull.js';
import { readState, type StoredState, writeState } from '../checkout/state/sync-state.js';
import { type Connection, registryAddress } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import { pushedUntil, type SnapshotSummary } from '../connection/registry/snapshot.js';
import { type PlanRequest, selectionKey, targetKey } from '../connection/registry/target.js';
import { requireTellingApart } from './check/colliding-names.js';
import { judgeSelection, requireMatches } from './check/unmatched-selection.js';
import { compareWithDisk } from './compare/compare-with-disk.js';
import { describeSpared, leavingFiles, removeGone } from './compare/obsolete-files.js';
import { type PurgedRecording, purgedOnDisk } from './compare/purged-on-disk.js';
import { BlockWriters } from './write/block-writers.js';
import { type Written, writeWanted } from './write/write-wanted.js';

export interface PullOptions extends PlanRequest {
  /** Where recordings go: the repository's root. It must be there. */
  directory: string;
  /** What to do where the target has no recordings: fail, unless the target is what is checked out. */
  ifMissing?: IfMissing;
  /** What to do where the selection matches nothing: fail, unless said otherwise. */
  ifUnmatched?: 'fail' | 'warn';
  onProgress?: OnProgress;
}

/** Plans of one pull: an admin who cleans up may purge one content after the other. */
const MOST_PLANS = 10;

export interface PullSummary {
  snapshot: SnapshotSummary;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** Files written, */
  pulled: number;
  /** files that were on disk already, */
  reused: number;
  /** files that an earlier pull wrote and that left the snapshot, */
  removed: number;
  /** and of the written ones those that took a local file's place; that one is kept in `.fixtures/replaced`. */
  replaced: number;
  /** Bytes written */
  bytes: number;
  /** Recordings of the snapshot that the registry does not have any more. */
  purged: PurgedRecording[];
  /** The target has no recordings of its own: those of `snapshot` were pulled instead. */
  fellBack: boolean;
  /** What of the selection matched nothing, in words. */
  unmatched: string[];
  /** Whether the selection as a whole, or all of one of its lists, matched nothing. */
  selectedNothing: boolean;
}

/**
 * Makes the directory hold the recordings of a ref or of one exact state; see `PullSummary` for what that touches.
 * One question when all is there already, and one more, for all contents at once, when not.
 * @throws RegistryError, LocalError; what was written until then stays, and the next pull goes on from there
 */
export async function pull(connection: Connection, options: PullOptions): Promise<PullSummary> {
  const { directory } = options;
  requireDirectory(directory);
  try {
    const summary = await pullAgain(connection, withPatterns(options));
    forgetFailedPull(directory);
    return summary;
  } catch (error) {
    noteFailedPull(directory);
    throw error;
  }
}

/** The options with `{a,b}` in paths expanded. */
function withPatterns(options: PullOptions): PullOptions {
  const { selection } = options;
  if (selection?.paths === undefined) return options;
  const paths = readPathPatterns(selection.paths, options.directory);
  return { ...options, selection: { ...selection, paths } };
}

async function pullAgain(connection: Connection, options: PullOptions): Promise<PullSummary> {
  for (let plans = 1; ; plans++) {
    try {
      return await pullOnce(connection, options);
    } catch (error) {
      // Something was purged between the plan and the download; a new plan leaves it out.
      const mayPlanAgain = error instanceof RegistryError && error.code === 'GONE' && plans < MOST_PLANS;
      if (!mayPlanAgain) throw error;
    }
  }
}

async function pullOnce(connection: Connection, options: PullOptions): Promise<PullSummary> {
  const { directory } = options;
  const folders = new Folders(directory);
  const writers = new BlockWriters(directory, folders);
  try {
    return await pullWith(connection, options, folders, writers);
  } finally {
    await writers.close();
  }
}

async function pullWith(
  connection: Connection,
  options: PullOptions,
  folders: Folders,
  writers: BlockWriters,
): Promise<PullSummary> {
  const { directory } = options;
  const repository = `${connection.repository.owner}/${connection.repository.name}`;
  const known = { registry: registryAddress(connection), repository };
  const selection = selectionKey(options.selection);
  const state = readState(directory, known, connection.log);
  // A first pull of everything brings much, as a rule: threads for it start while the registry plans.
  if (state === null && selection === null) writers.start();

  const plan = await planFor(connection, options, state?.selection === selection ? state : null);
  const fellBack = !isOwnState(options, plan.snapshot);
  if (fellBack) requireFallback(connection, options);
  const planned = [...plan.files, ...plan.purged].map(({ path }) => path);
  const selected = judgeSelection(options.selection, planned, plan.unmatched ?? null);
  // A repository without any recording is no matter of the selection.
  if (plan.snapshot.version > 0) requireMatches(selected, options.ifUnmatched);
  requirePlaces(plan.files, options.selection?.paths);
  requireTellingApart(directory, plan.files);
  // What is on disk may be all that is left of a state that the registry lost.
  const keep = plan.knowsHave === false;
  if (keep) connection.log(STATE_LOST);
  const comparison = compareWithDisk(directory, plan.files, state, folders, keep);
  options.onProgress?.({ step: 'compare', done: plan.files.length, total: plan.files.length });

  const next = {
    ...known,
    selection,
    since: { snapshot: plan.snapshot.id, at: pushedUntil(plan.snapshot, plan.baseline) },
    target: targetOf(options, plan.snapshot),
    baseline: plan.baseline?.id ?? null,
    version: ownVersion(options, plan.snapshot),
    files: comparison.present,
    pulled: true,
  };
  sweepUnfinished(
    directory,
    plan.files.map(({ path }) => path),
  );
  const leaving = leavingFiles(state, selection, plan.files, plan.purged);
  const reused = comparison.present.size;
  let written: Written;
  try {
    written = await writeWanted(connection, directory, comparison, folders, writers, options.onProgress);
  } catch (error) {
    // What is on disk by now is remembered as ours, but it is no snapshot.
    writeState(directory, { ...next, snapshot: null, others: new Map([...leaving.gone, ...leaving.kept]) });
    throw error;
  }
  const patterns = options.selection?.paths;
  const { removed, stayed, spared } = removeGone(directory, leaving.gone, folders, state, { patterns, keep });
  const leftBehind = describeSpared(spared);
  if (leftBehind !== null) connection.log(leftBehind);

  const others = new Map([...leaving.kept, ...stayed]);
  const sameAsBefore =
    state !== null && state.snapshot === plan.snapshot.id && state.target === next.target && plan.unchanged;
  if (!sameAsBefore || comparison.read + written.pulled + removed.length > 0) {
    writeState(directory, { ...next, snapshot: plan.snapshot.id, others });
  }
  const { snapshot, baseline, baselineReason } = plan;
  const purged = purgedOnDisk(directory, plan.purged, new Set(removed), folders);
  const counts = { reused, removed: removed.length, ...written };
  return {
    snapshot,
    baseline,
    baselineReason,
    ...counts,
    purged,
    fellBack,
    unmatched: selected.words,
    selectedNothing: selected.empty,
  };
}

const STATE_LOST =
  'The registry no longer knows the snapshot that this directory was pulled from; comparing every file. ' +
  'What differs is kept in .fixtures/replaced.';

/** The plan with its files also when they are those that state remembers. */
async function planFor(
  connection: Connection,
  question: PlanRequest,
  state: StoredState | null,
): Promise<Plan> {
  const plan = await fetchPlan(connection, question, state?.snapshot ?? null);
  if (!plan.unchanged || state === null) return plan;
  // A pull request's own snapshot may be the same while what it lies over has moved.
  if ((plan.baseline?.id ?? null) !== state.baseline) return fetchPlan(connection, question, null);
  const files = Array.from(state.files, ([path, { digest, size }]) => ({ path, digest, size }));
  const gone = new Set(plan.purged.map(({ path }) => path));
  return { ...plan, files: files.filter(({ path }) => !gone.has(path)) };
}

/** The ref a later push may build upon; the default branch is known by its name from now on. */
function targetOf(question: PlanRequest, snapshot: SnapshotSummary): string {
  const isDefault = question.target === undefined && question.at === undefined;
  return isDefault && snapshot.branch !== null
    ? targetKey({ target: { branch: snapshot.branch } })
    : targetKey(question);
}

/** The version on the target's own ref; null where the snapshot is of another, e.g. a pull request's base before its first push. */
function ownVersion({ target, at }: PlanRequest, snapshot: SnapshotSummary): number | null {
  if (at !== undefined) return null;
  if (target === undefined) return snapshot.version;
  const own =
    'branch' in target ? snapshot.branch === target.branch : snapshot.pullRequest === target.pullRequest;
  return own ? snapshot.version : null;
}
