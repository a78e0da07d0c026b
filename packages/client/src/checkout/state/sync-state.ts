import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDigest, refusedPath } from '@fixture-registry/protocol';
import { isTracked } from '../git/tracked-files.js';
import { LocalError } from '../local-error.js';

/** The client's own folder in the directory; never pushed, ignored by git. */
export const STATE_FOLDER = '.fixtures';
const FORMAT = 1;
// Above a million files with long paths.
const MOST_BYTES = 512 * 1024 * 1024;

/** A file as it was on disk when it was pulled or pushed. */
export interface KnownFile {
  digest: string;
  size: number;
  mtimeMs: number;
  /** Whether a pull wrote it; only such files are ever removed. */
  written: boolean;
}

/** What the last pull or push left on disk. */
export interface SyncState {
  registry: string;
  /** `owner/name` */
  repository: string;
  /** See `targetKey`. */
  target: string;
  /** See `selectionKey`. */
  selection: string | null;
  /** The snapshot whose recordings `files` are; null when a push may have met others' changes that are not on disk. */
  snapshot: string | null;
  /**
   * The newest snapshot that the registry gave for this directory: it or one before it held every one of `files`. A push is a
   * difference to it, and names it, so that the registry can say whether it still holds it.
   */
  since: Since;
  /** What a pull request's recordings lie over. */
  baseline: string | null;
  /** Version of the snapshot on its ref. */
  version: number | null;
  files: Map<string, KnownFile>;
  /** Files that earlier pulls or pushes knew and that are not among this snapshot's selection. */
  others: Map<string, KnownFile>;
  /** Whether a pull brought `files`; false where only pushes know of them. */
  pulled: boolean;
}

export interface Since {
  /** Empty where the state is of an earlier release that noted none: no registry knows that one. */
  snapshot: string;
  /** When the newest of its recordings was pushed, by the registry's clock; ISO 8601. Null where that is not known. */
  at: string | null;
}

export interface StoredState extends SyncState {
  /** When the state was written, by the file system's clock: a file changed at that moment or later may differ unseen. */
  writtenMs: number;
}

/**
 * Reads the state of a directory for a registry and repository. State that is damaged, of another version or of another
 * repository is worth no more than none: files are read instead of trusted, and nothing is removed.
 * @param ignored is told, for a person, why state that is there does not count
 */
export function readState(
  directory: string,
  expected: { registry: string; repository: string },
  ignored: (line: string) => void,
): StoredState | null {
  const file = join(directory, STATE_FOLDER, 'state.json');
  let text: string;
  let writtenMs: number;
  try {
    requireOwnFolder(directory);
    const stats = lstatSync(file);
    if (!stats.isFile() || stats.size > MOST_BYTES) throw new Error('it is no file that a pull wrote');
    text = readFileSync(file, 'utf8');
    writtenMs = statSync(file).mtimeMs;
  } catch (error) {
    if (error instanceof LocalError) throw error;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      ignored(`${file} cannot be read (${(error as Error).message}); every file is compared instead.`);
    }
    return null;
  }
  // Git never tracks what a pull wrote: the folder ignores itself. Such a state came with the checkout.
  if (isTracked(directory, `${STATE_FOLDER}/state.json`)) {
    ignored(
      `${file} is tracked by git, so it describes another directory than this one; it is ignored. ` +
        `Remove it from git: git rm --cached ${STATE_FOLDER}/state.json`,
    );
    return null;
  }
  const state = parseState(text);
  if (state === null) {
    ignored(`${file} is damaged or from another version; every file is compared instead.`);
    return null;
  }
  if (state.registry !== expected.registry || state.repository !== expected.repository) {
    ignored(`${file} is of ${state.repository} at ${state.registry}; every file is compared instead.`);
    return null;
  }
  return { ...state, writtenMs };
}

/** Writes the state whole or not at all. */
export function writeState(directory: string, state: SyncState): void {
  const folder = join(directory, STATE_FOLDER);
  ensureStateFolder(directory);
  const temporary = join(folder, `state.${process.pid}.tmp`);
  // What lies there is left from a killed process, or is a link that must not be written through.
  rmSync(temporary, { force: true });
  writeFileSync(temporary, formatState(state), { flag: 'wx' });
  renameSync(temporary, join(folder, 'state.json'));
}

/** Makes the client's folder, with a note to git to leave it alone. */
export function ensureStateFolder(directory: string): void {
  const folder = join(directory, STATE_FOLDER);
  requireOwnFolder(directory);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * A checkout may bring its own `.fixtures`: as a link it would lead what the client writes to somewhere else.
 * @throws LocalError
 */
function requireOwnFolder(directory: string): void {
  const stats = lstatSync(join(directory, STATE_FOLDER), { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return;
  const what = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
  throw new LocalError(`${STATE_FOLDER} is ${what}, not the client's own folder. Remove it, then try again.`);
}

// Files are lists, not objects by path: shorter, and a path may be `__proto__`.
type FileRow = [path: string, digest: string, size: number, mtimeMs: number, written: 0 | 1];

export function formatState(state: SyncState): string {
  const { files, others, ...rest } = state;
  return JSON.stringify({ format: FORMAT, ...rest, files: rowsOf(files), others: rowsOf(others) });
}

/** Null for anything that `formatState` would not have written. */
export function parseState(text: string): SyncState | null {
  let stored: Record<string, unknown>;
  try {
    stored = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
  if (stored === null || typeof stored !== 'object' || stored['format'] !== FORMAT) return null;
  const { registry, repository, target, selection, snapshot, baseline, version } = stored;
  // State of version 0.1.0 does not say whether it was pulled.
  const pulled = stored['pulled'] ?? (selection !== null || snapshot !== null);
  if (typeof pulled !== 'boolean') return null;
  if (!isText(registry) || !isText(repository) || !isText(target)) return null;
  if (!isTextOrNull(selection) || !isTextOrNull(snapshot) || !isTextOrNull(baseline)) return null;
  if (version !== null && typeof version !== 'number') return null;
  const since = sinceOf(stored['since'], snapshot);
  if (since === undefined) return null;
  const files = filesOf(stored['files']);
  const others = filesOf(stored['others']);
  if (files === null || others === null) return null;
  return {
    registry,
    repository,
    target,
    selection,
    snapshot,
    since,
    baseline,
    version,
    files,
    others,
    pulled,
  };
}

/** An earlier release notes only the snapshot. Undefined for what `formatState` would not have written. */
function sinceOf(stored: unknown, snapshot: string | null): Since | undefined {
  if (stored === undefined) return { snapshot: snapshot ?? '', at: null };
  const { snapshot: named, at } = (stored ?? {}) as Record<string, unknown>;
  return isText(named) && isTextOrNull(at) ? { snapshot: named, at } : undefined;
}

function rowsOf(files: Map<string, KnownFile>): FileRow[] {
  return Array.from(files, ([path, file]) => [
    path,
    file.digest,
    file.size,
    file.mtimeMs,
    file.written ? 1 : 0,
  ]);
}

function filesOf(rows: unknown): Map<string, KnownFile> | null {
  if (!Array.isArray(rows)) return null;
  const files = new Map<string, KnownFile>();
  for (const row of rows as Partial<FileRow>[]) {
    if (!Array.isArray(row)) return null;
    const [path, digest, size, mtimeMs, written] = row;
    // Paths become places to delete: state that somebody tampered with must not lead out of the directory.
    if (!isText(path) || refusedPath(path) !== null || !isText(digest) || !isDigest(digest)) return null;
    if (typeof size !== 'number' || typeof mtimeMs !== 'number') return null;
    files.set(path, { digest, size, mtimeMs, written: written === 1 });
  }
  return files;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
