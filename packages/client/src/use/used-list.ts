import { isAbsolute, posix, relative, sep } from 'node:path';
import type { PulledPlan } from '../checkout/state/sync-state.js';

/** What a list of used files names. */
export interface ListedUse {
  /** Paths of the plan. */
  read: Set<string>;
  /** The lines that name no pulled recording. */
  unknown: UnknownLines;
}

export interface UnknownLines {
  count: number;
  /** Null if there are none. */
  first: string | null;
}

/**
 * The folders that a path in the list may begin at, absolute: the directory and the root of the
 * repository.
 */
export interface ListFolders {
  /** The directory as given and, if it differs, without symbolic links. */
  directories: string[];
  /** Null outside of a git repository. */
  repositoryRoot: string | null;
}

/**
 * Finds the pulled recordings that a list names, one per line: by its path relative to the
 * directory or to the root of the repository, by its absolute path, by the request hash in its file
 * name, or by its sha256 digest. Pure.
 */
export function listedUse(
  lines: readonly string[],
  plan: Pick<PulledPlan, 'files' | 'purged'>,
  folders: ListFolders,
): ListedUse {
  const paths = new Set([...plan.files.keys(), ...plan.purged]);
  const byHash = hashesOf(plan, paths);
  const listed: ListedUse = { read: new Set(), unknown: { count: 0, first: null } };
  for (const line of lines) {
    const entry = line.trim();
    if (entry === '') continue;
    const found = candidatesOf(entry, folders)
      .filter((path) => paths.has(path))
      .slice(0, 1);
    if (found.length === 0) found.push(...(byHash.get(entry.toLowerCase()) ?? []));
    for (const path of found) listed.read.add(path);
    if (found.length > 0) continue;
    listed.unknown.count++;
    listed.unknown.first ??= entry;
  }
  return listed;
}

/** The paths relative to the directory that an entry may mean, the likeliest first. */
function candidatesOf(entry: string, { directories, repositoryRoot }: ListFolders): string[] {
  if (isAbsolute(entry)) return directories.map((directory) => slashed(relative(directory, entry)));
  const path = posix.normalize(slashed(entry));
  const ofRoot = directories.flatMap((directory) => {
    if (repositoryRoot === null) return [];
    const below = slashed(relative(repositoryRoot, directory));
    return below === '' ? [] : [posix.relative(below, path)];
  });
  return [path, ...ofRoot];
}

function slashed(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

/** The hash in a file name such as `<hash>.json`, or `models-<hash>-<digest>.json`. */
const HASH_IN_NAME = /^(?:models-)?([0-9a-f]{12,64})(?:-[0-9a-f]+)?\.[a-z.]+$/i;

/** The paths by their hashes and digests. Several recordings may have one hash. */
function hashesOf({ files }: Pick<PulledPlan, 'files'>, paths: Set<string>): Map<string, string[]> {
  const byHash = new Map<string, string[]>();
  const add = (hash: string, path: string) => byHash.set(hash, [...(byHash.get(hash) ?? []), path]);
  for (const path of paths) {
    const hash = HASH_IN_NAME.exec(posix.basename(path))?.[1]?.toLowerCase();
    const digest = files.get(path)?.digest;
    if (hash !== undefined) add(hash, path);
    if (digest !== undefined && digest !== hash) add(digest, path);
  }
  return byHash;
}
