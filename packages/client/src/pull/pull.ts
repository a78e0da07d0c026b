import { recordingPaths } from '../checkout/discover/recording-paths.js';
import { requirePlaces } from '../checkout/discover/recording-places.js';
import { Folders } from '../checkout/files/folders.js';
import { requireDirectory } from '../checkout/files/require-directory.js';
import { removeUnfinished } from '../checkout/files/unfinished-writes.js';
import { type IfMissing, isOwnState, requireFallback } from '../checkout/plan/missing-target.js';
import type { OnProgress } from '../checkout/progress.js';
import { ReadsProbe } from '../checkout/reads/probe-reads.js';
import { clearReportedReads } from '../checkout/reads/reported-reads.js';
import { removeUnchanged } from '../checkout/removal/remove-files.js';
import { clearFailedPull, markPullFailed } from '../checkout/state/failed-pull.js';
import { readState, writeState } from '../checkout/state/state-file.js';
import { type Connection, registryAddress } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { SnapshotSummary } from '../connection/registry/snapshot.js';
import { type PlanRequest, selectionKey } from '../connection/registry/target.js';
import { checkSelection, requireMatches } from './check/check-selection.js';
import { requireDistinctPaths } from './check/name-collisions.js';
import { compareWithDisk } from './compare/compare-with-disk.js';
import { describeSpared, findObsolete } from './compare/obsolete-files.js';
import { type PurgedRecording, purgedOnDisk } from './compare/purged-on-disk.js';
import { planPull } from './plan-pull.js';
import { isSamePlan, markWritten, pulledPlan } from './pulled-plan.js';
import { stateAfterPull } from './state-after-pull.js';
import { BlockWriters } from './write/block-writers.js';
import { type Written, writeWanted } from './write/write-wanted.js';

export interface PullOptions extends PlanRequest {
  /** Where to write recordings: the repository's root. It must exist. */
  directory: string;
  /** What to do if the target has no recordings; `fail` by default. */
  ifMissing?: IfMissing;
  /** What to do if the selection matches nothing; `fail` by default. */
  ifUnmatched?: 'fail' | 'warn';
  onProgress?: OnProgress;
}

/**
 * Maximum plans per pull: an admin may purge several contents one after the other while it runs.
 */
const MAX_PLANS = 10;

export interface PullSummary {
  snapshot: SnapshotSummary;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** Files written. */
  pulled: number;
  /** Files that were already on disk. */
  reused: number;
  /** Files that an earlier pull wrote and that are no longer in the snapshot. */
  removed: number;
  /** Written files that replaced a local file, which is backed up in `.fixtures/replaced`. */
  replaced: number;
  /** Bytes written. */
  bytes: number;
  /** Recordings of the snapshot whose content was purged from the registry. */
  purged: PurgedRecording[];
  /**
   * Whether the target has no recordings, so that those of its base (`snapshot`) were pulled
   * instead.
   */
  fellBack: boolean;
  /** Sentences for people about the parts of the selection that match nothing. */
  unmatched: string[];
  /** Whether the selection as a whole, or one of its lists, matches nothing. */
  selectedNothing: boolean;
}

/**
 * Makes the directory contain the recordings of a ref or of one exact state; `PullSummary` lists
 * the changes. Sends one request if everything is on disk, and else one more for all contents.
 * @throws RegistryError, LocalError; files written before the failure stay, and the next pull
 *   continues from there
 */
export async function pull(connection: Connection, options: PullOptions): Promise<PullSummary> {
  const { directory } = options;
  requireDirectory(directory);
  try {
    const { selection } = options;
    const { patterns } = await recordingPaths(directory, selection?.paths);
    const expanded = selection?.paths === undefined ? selection : { ...selection, paths: patterns };
    const request = { ...options, ...(expanded !== undefined && { selection: expanded }) };
    const summary = await pullWithNewPlans(connection, { ...request, places: patterns });
    clearFailedPull(directory);
    clearReportedReads(directory);
    return summary;
  } catch (error) {
    markPullFailed(directory);
    throw error;
  }
}

/** The options with `{a,b}` in paths expanded, and the patterns of the files that a pull may write. */
type PullRequest = PullOptions & { places: string[] };

async function pullWithNewPlans(connection: Connection, options: PullRequest): Promise<PullSummary> {
  for (let plans = 1; ; plans++) {
    const folders = new Folders(options.directory);
    const writers = new BlockWriters(options.directory, folders);
    const probe = new ReadsProbe(options.directory);
    try {
      return await pullOnce(connection, options, probe, folders, writers);
    } catch (error) {
      // A content was purged between the plan and the download. A new plan leaves it out.
      const mayPlanAgain = error instanceof RegistryError && error.code === 'GONE' && plans < MAX_PLANS;
      if (!mayPlanAgain) throw error;
    } finally {
      probe.remove();
      await writers.close();
    }
  }
}

async function pullOnce(
  connection: Connection,
  options: PullRequest,
  probe: ReadsProbe,
  folders: Folders,
  writers: BlockWriters,
): Promise<PullSummary> {
  const { directory } = options;
  const repository = `${connection.repository.owner}/${connection.repository.name}`;
  const source = { registry: registryAddress(connection), repository };
  const selection = selectionKey(options.selection);
  const state = readState(directory, source, connection.log);
  // A first pull usually writes many files: start the thread for it while the registry plans.
  if (state === null && selection === null) writers.start();

  const plan = await planPull(connection, options, state?.selection === selection ? state : null);
  const fellBack = !isOwnState(options, plan.snapshot);
  if (fellBack) requireFallback(connection, options);
  const paths = [...plan.files, ...plan.purged].map(({ path }) => path);
  const selected = checkSelection(options.selection, paths, plan.unmatched ?? null);
  // Nothing matches in a repository without recordings, but the selection is not the cause.
  if (plan.snapshot.version > 0) requireMatches(selected, options.ifUnmatched);
  requirePlaces(plan.files, options.places);
  requireDistinctPaths(directory, plan.files);

  // If the registry lost the state, the files on disk may be its last copy.
  const keep = plan.knowsHave === false;
  if (keep) connection.log(STATE_LOST);
  const comparison = compareWithDisk(directory, plan.files, state, folders, keep);
  options.onProgress?.({ step: 'compare', done: plan.files.length, total: plan.files.length });

  const next = stateAfterPull({ ...source, selection }, options, plan, comparison.present);
  removeUnfinished(
    directory,
    plan.files.map(({ path }) => path),
  );
  const { obsolete, unselected } = findObsolete(state, selection, plan.files, plan.purged);
  const reused = comparison.present.size;
  let written: Written;
  try {
    written = await writeWanted(connection, directory, comparison, folders, writers, options.onProgress);
  } catch (error) {
    // Record the files written so far, without a snapshot: they are only a part of it.
    const remaining = new Map([...obsolete, ...unselected]);
    writeState(directory, { ...next, snapshot: null, remaining, plan: null });
    throw error;
  }
  const places = { patterns: options.places, keep };
  const { removed, stayed, spared } = removeUnchanged(directory, obsolete, folders, state, places);
  const notRemoved = describeSpared(spared);
  if (notRemoved !== null) connection.log(notRemoved);

  const reads = probe.notedReads();
  if (reads === 'marked') markWritten(directory, comparison);
  const pulled = pulledPlan(plan, options.selection, comparison.present, reads);
  const isSameState =
    state !== null && state.snapshot === plan.snapshot.id && state.target === next.target && plan.unchanged;
  const changed = comparison.read + comparison.marked + written.pulled + removed.length;
  if (!isSameState || !isSamePlan(state.plan, pulled) || changed > 0) {
    const remaining = new Map([...unselected, ...stayed]);
    writeState(directory, { ...next, snapshot: plan.snapshot.id, remaining, plan: pulled });
  }
  const { snapshot, baseline, baselineReason } = plan;
  return {
    snapshot,
    baseline,
    baselineReason,
    ...{ reused, removed: removed.length, ...written },
    purged: purgedOnDisk(directory, plan.purged, new Set(removed), folders),
    fellBack,
    unmatched: selected.messages,
    selectedNothing: selected.empty,
  };
}

const STATE_LOST =
  'The registry no longer knows the snapshot that this directory was pulled from; comparing every file. ' +
  'Files that differ are backed up in .fixtures/replaced.';
