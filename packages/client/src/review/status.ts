import { pathPattern } from '@fixture-registry/protocol';
import { digestFiles } from '../checkout/discover/digest-files.js';
import { discover } from '../checkout/discover/discover.js';
import { nothingFound } from '../checkout/discover/nothing-found.js';
import { type RecordingPaths, recordingPaths } from '../checkout/discover/recording-paths.js';
import { requireDirectory } from '../checkout/files/require-directory.js';
import { LocalError } from '../checkout/local-error.js';
import { fetchPlan } from '../checkout/plan/fetch-plan.js';
import { type IfMissing, isOwnState, requireFallback } from '../checkout/plan/missing-target.js';
import type { Plan, PlannedFile } from '../checkout/plan/plan.js';
import type { SnapshotAges } from '../checkout/plan/snapshot-ages.js';
import { readState } from '../checkout/state/state-file.js';
import type { KnownFile } from '../checkout/state/sync-state.js';
import { type Connection, registryAddress } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { SnapshotSummary } from '../connection/registry/snapshot.js';
import type { PlanRequest } from '../connection/registry/target.js';

export interface StatusOptions extends PlanRequest {
  directory: string;
  /** Path patterns of recordings; by default those of the settings file, or `DEFAULT_PATHS`. */
  paths?: string[];
  /** What to do if the target has no recordings; `fail` by default. */
  ifMissing?: IfMissing;
}

export interface StatusSummary {
  /** Null if the ref has no recordings yet. */
  snapshot: SnapshotSummary | null;
  baseline: SnapshotSummary | null;
  /** On disk and not in the registry: a push adds them. */
  new: string[];
  /** Changed on disk: a push replaces them in the registry. */
  modified: string[];
  /** In the registry and not on disk: a pull writes them. */
  missing: string[];
  /** Unchanged on disk and changed in the registry: a pull replaces them on disk. */
  behind: string[];
  /**
   * On disk, but purged from the registry: a push is refused, and a pull removes those that a pull
   * wrote.
   */
  purged: string[];
  /** How many are the same on disk and in the registry. */
  unchanged: number;
  /**
   * How old the recordings of the snapshot are; null if the ref has no recordings yet, or if the
   * registry runs an earlier release.
   */
  ages: SnapshotAges | null;
}

/**
 * Compares the directory with what a pull would write; changes nothing. The lists of paths are
 * sorted.
 * @throws LocalError, also if `paths` match nothing on disk or in the registry; RegistryError
 */
export async function status(connection: Connection, options: StatusOptions): Promise<StatusSummary> {
  const { directory } = options;
  requireDirectory(directory);
  const { owner, name } = connection.repository;
  const expected = { registry: registryAddress(connection), repository: `${owner}/${name}` };
  const state = readState(directory, expected, connection.log);
  const searched = await recordingPaths(directory, options.paths);
  const found = discover(directory, searched.patterns);
  const plan = await planOrNull(connection, options);
  // Planned files are compared even if they do not match the patterns.
  const planned = plan?.files ?? [];
  const paths = [...new Set([...found, ...planned.map(({ path }) => path)])];
  const { files } = digestFiles(directory, paths, state);
  if (searched.source === 'user') requireAny(directory, searched, paths);
  const snapshot = plan?.snapshot ?? null;
  const baseline = plan?.baseline ?? null;
  const sides = compareSides(files, planned, state?.files ?? new Map(), plan?.purged);
  return { snapshot, baseline, ...sides, ages: plan?.ages ?? null };
}

/** Null if the target has no recordings, and `ifMissing` allows that. */
async function planOrNull(connection: Connection, options: StatusOptions): Promise<Plan | null> {
  try {
    const plan = await fetchPlan(connection, options, null, { withAges: true });
    if (!isOwnState(options, plan.snapshot)) requireFallback(connection, options);
    return plan;
  } catch (error) {
    const isMissing = error instanceof RegistryError && error.code === 'NOT_FOUND';
    if (isMissing && options.ifMissing === 'base') return null;
    throw error;
  }
}

/** @throws LocalError if no file matches, neither on disk nor in the registry */
function requireAny(directory: string, { given, patterns }: RecordingPaths, paths: string[]): void {
  const matchers = patterns.map(pathPattern);
  if (paths.some((path) => matchers.some((matcher) => matcher.test(path)))) return;
  throw new LocalError(`${nothingFound(directory, given)} The registry has none either.`);
}

/**
 * Sorts paths by the side that changed since the pull.
 * @param pulled the files in the state: a file that differs from its entry changed on disk, else in
 *   the registry
 */
export function compareSides(
  onDisk: Map<string, Pick<KnownFile, 'digest'>>,
  planned: PlannedFile[],
  pulled: Map<string, Pick<KnownFile, 'digest'>>,
  purged: Pick<PlannedFile, 'path' | 'digest'>[] = [],
): Pick<StatusSummary, 'new' | 'modified' | 'missing' | 'behind' | 'purged' | 'unchanged'> {
  const sides = {
    new: [] as string[],
    modified: [] as string[],
    missing: [] as string[],
    behind: [] as string[],
    purged: [] as string[],
    unchanged: 0,
  };
  for (const { path, digest } of planned) {
    const local = onDisk.get(path)?.digest;
    if (local === undefined) sides.missing.push(path);
    else if (local === digest) sides.unchanged++;
    else if (local === pulled.get(path)?.digest) sides.behind.push(path);
    else sides.modified.push(path);
  }
  for (const { path, digest } of purged) {
    const local = onDisk.get(path)?.digest;
    if (local === digest) sides.purged.push(path);
    else if (local !== undefined) sides.modified.push(path);
  }
  const known = new Set([...planned, ...purged].map(({ path }) => path));
  for (const path of onDisk.keys()) if (!known.has(path)) sides.new.push(path);
  for (const list of [sides.new, sides.modified, sides.missing, sides.behind, sides.purged]) list.sort();
  return sides;
}
