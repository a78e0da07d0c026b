import { type DigestedFiles, digestFiles, type PathProblem } from '../../checkout/discover/digest-files.js';
import { discover } from '../../checkout/discover/discover.js';
import { linkedRecordings } from '../../checkout/discover/linked-recordings.js';
import { failForNothingFound, nothingFound } from '../../checkout/discover/nothing-found.js';
import { readPathPatterns } from '../../checkout/discover/path-patterns.js';
import { DEFAULT_PATHS, recordingPlaces } from '../../checkout/discover/recording-places.js';
import { requireDirectory } from '../../checkout/files/require-directory.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { OnProgress } from '../../checkout/progress.js';
import { lastPullFailed } from '../../checkout/state/failed-pull.js';
import { readState, type StoredState } from '../../checkout/state/sync-state.js';
import { type Connection, registryAddress } from '../../connection/registry/connection.js';
import { type Target, targetKey } from '../../connection/registry/target.js';
import type { Prune } from '../prune/prune-rule.js';
import { removals } from '../prune/removals.js';
import { filesToAdd } from './choose-changes.js';

export interface ChangeQuestion {
  /** The repository's root. */
  directory: string;
  target: Target;
  /** Patterns; `DEFAULT_PATHS` unless given. */
  paths?: string[];
  /** Whether to remove from the ref what the paths no longer hold on disk. */
  prune?: Prune;
  /** Whether the pull of this job failed, where the caller knows; else the directory tells. */
  pullFailed?: boolean;
  /** What pruning does after a failed pull: refuse the push, or push without it whatever `prune` says. */
  afterFailedPull?: 'refuse' | 'skip';
  /** What to do where no file is found: fail where `paths` are given, unless said otherwise. */
  ifNothingFound?: 'fail' | 'warn';
  candidates?: string[];
  baseline?: string;
  onProgress?: OnProgress;
}

/** What a push would name, and how it was found. */
export interface FoundChanges {
  add: PlannedFile[];
  remove: string[];
  /** Files that cannot be pushed. */
  problems: PathProblem[];
  /** What the user should know although the push goes on. */
  warnings: string[];
  /** Every recording on disk. */
  files: DigestedFiles['files'];
  known: { registry: string; repository: string; target: string };
  /** What state remembers of this directory, of whichever ref; null when it remembers nothing. */
  state: StoredState | null;
}

/**
 * Compares the directory with what was pulled to it; changes nothing. Without `prune` the registry is not asked.
 * @throws LocalError for paths that cannot be used or match nothing, and where pruning is refused
 */
export async function findChanges(connection: Connection, options: ChangeQuestion): Promise<FoundChanges> {
  const { directory, target, onProgress } = options;
  requireDirectory(directory);
  const known = {
    registry: registryAddress(connection),
    repository: `${connection.repository.owner}/${connection.repository.name}`,
    target: targetKey({ target }),
  };
  const given = options.paths ?? DEFAULT_PATHS;
  const paths = readPathPatterns(given, directory);
  const { found, links } = recordingsOnDisk(directory, paths);
  const state = readState(directory, known, connection.log);
  const ofThisRef = state?.target === known.target ? state : null;

  const { files, problems } = digestFiles(directory, found, state, onProgress);
  for (const path of links) problems.push({ path, problem: 'not pushed: it is a symbolic link' });
  const add = filesToAdd(files, ofThisRef?.files ?? null);
  const pullFailed = options.pullFailed ?? lastPullFailed(directory);
  const onDisk = new Set([...found, ...links]);
  const { remove, skipped } = await removals(
    connection,
    { ...options, pullFailed },
    { paths, onDisk, state },
  );
  const warnings = skipped === null ? [] : [skipped];
  if (found.length === 0 && remove.length === 0) {
    const fails = options.ifNothingFound ?? (options.paths === undefined ? 'warn' : 'fail');
    if (fails === 'fail') failForNothingFound(directory, given);
    warnings.push(nothingFound(directory, given));
  } else if (options.paths !== undefined) {
    warnings.push(...patternsWithout(given, directory, onDisk));
  }
  return { add, remove, problems, warnings, files, known, state };
}

function recordingsOnDisk(directory: string, paths: string[]): { found: string[]; links: string[] } {
  const met: string[] = [];
  const found = discover(directory, paths, (path) => met.push(path));
  const refusal = recordingPlaces(paths);
  const links = linkedRecordings(directory, met, (path) => refusal(path) === null, new Set(found));
  return { found, links };
}

/** A warning for each given pattern that no file on disk matches. */
function patternsWithout(given: string[], directory: string, onDisk: Set<string>): string[] {
  return given.flatMap((pattern) => {
    const refusal = recordingPlaces(readPathPatterns([pattern], directory));
    for (const path of onDisk) if (refusal(path) === null) return [];
    return [nothingFound(directory, [pattern])];
  });
}
