import { pathPattern } from '@fixture-registry/protocol';
import { digestFiles } from '../checkout/discover/digest-files.js';
import { discover } from '../checkout/discover/discover.js';
import { nothingFound } from '../checkout/discover/nothing-found.js';
import { readPathPatterns } from '../checkout/discover/path-patterns.js';
import { DEFAULT_PATHS } from '../checkout/discover/recording-places.js';
import { requireDirectory } from '../checkout/files/require-directory.js';
import { LocalError } from '../checkout/local-error.js';
import { fetchPlan } from '../checkout/plan/fetch-plan.js';
import { type IfMissing, isOwnState, requireFallback } from '../checkout/plan/missing-target.js';
import type { Plan, PlannedFile } from '../checkout/plan/plan.js';
import { readState } from '../checkout/state/state-file.js';
import type { KnownFile } from '../checkout/state/sync-state.js';
import { type Connection, registryAddress } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { SnapshotSummary } from '../connection/registry/snapshot.js';
import type { PlanRequest } from '../connection/registry/target.js';

export interface StatusOptions extends PlanRequest {
  directory: string;
  /** Patterns of files that count as recordings; `DEFAULT_PATHS` unless given. */
  paths?: string[];
  /** What to do where the target has no recordings: fail, unless the target is what is checked out. */
  ifMissing?: IfMissing;
}

export interface StatusSummary {
  /** Null when the ref has no recordings yet. */
  snapshot: SnapshotSummary | null;
  baseline: SnapshotSummary | null;
  /** On disk, not in the registry: a push adds them. */
  new: string[];
  /** Changed on disk: a push replaces them. */
  modified: string[];
  /** In the registry, not on disk: a pull writes them. */
  missing: string[];
  /** As they were pulled, while the registry has others by now: a pull replaces them. */
  behind: string[];
  /** On disk with a content that was purged from the registry: a push of it is refused, and a pull removes what a pull wrote. */
  purged: string[];
  /** How many are the same on both sides. */
  unchanged: number;
}

/** Compares the directory with what a pull would bring; changes nothing. */
export async function status(connection: Connection, options: StatusOptions): Promise<StatusSummary> {
  const { directory } = options;
  requireDirectory(directory);
  const { owner, name } = connection.repository;
  const expected = { registry: registryAddress(connection), repository: `${owner}/${name}` };
  const state = readState(directory, expected, connection.log);
  const given = options.paths ?? DEFAULT_PATHS;
  const found = discover(directory, readPathPatterns(given, directory));
  const plan = await planOrNothing(connection, options);
  // Planned files count wherever they are, also outside the patterns.
  const planned = plan?.files ?? [];
  const paths = [...new Set([...found, ...planned.map(({ path }) => path)])];
  const { files } = digestFiles(directory, paths, state);
  if (options.paths !== undefined) requireAny(directory, given, paths);
  const snapshot = plan?.snapshot ?? null;
  const baseline = plan?.baseline ?? null;
  return { snapshot, baseline, ...compareSides(files, planned, state?.files ?? new Map(), plan?.purged) };
}

/** Null where the target has nothing to compare with, and may have nothing. */
async function planOrNothing(connection: Connection, question: StatusOptions): Promise<Plan | null> {
  try {
    const plan = await fetchPlan(connection, question, null);
    if (!isOwnState(question, plan.snapshot)) requireFallback(connection, question);
    return plan;
  } catch (error) {
    const isMissing = error instanceof RegistryError && error.code === 'NOT_FOUND';
    if (isMissing && question.ifMissing === 'base') return null;
    throw error;
  }
}

/** @throws LocalError where neither side has a file that the given paths cover */
function requireAny(directory: string, given: string[], paths: string[]): void {
  const matchers = readPathPatterns(given, directory).map(pathPattern);
  if (paths.some((path) => matchers.some((matcher) => matcher.test(path)))) return;
  throw new LocalError(`${nothingFound(directory, given)} The registry has none either.`);
}

/**
 * Tells for each path which side has moved.
 * @param pulled what state remembers; a file that differs from it was changed here, else over there
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
