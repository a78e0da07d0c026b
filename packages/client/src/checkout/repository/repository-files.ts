import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { STATE_FOLDER } from '../state/state-folder.js';

/** Large repositories list some 100,000 files. */
const MAX_BYTES = 256 * 1024 * 1024;

/** The root of the working tree that contains the directory; null outside of one, or without git. */
export function repositoryRoot(directory: string): string | null {
  return git(directory, ['rev-parse', '--show-toplevel'])?.trim() ?? null;
}

/** The paths in git's index, relative to the root; empty without git. */
export function indexedFiles(root: string): string[] {
  return listed(git(root, ['ls-files', '-z', '--full-name']));
}

/** The paths in a commit, relative to the root. */
export function committedFiles(root: string, commit: string): string[] {
  return listed(git(root, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit, '--']));
}

/** Whether the files of the working tree at these paths equal those of the commit. */
export function equalsCommit(root: string, commit: string, paths: string[]): boolean {
  const changed = new Set(listed(git(root, ['diff', '--name-only', '-z', '--no-renames', commit, '--'])));
  return !paths.some((path) => changed.has(path));
}

/**
 * Writes files of a commit into an empty folder outside of the working tree, as a checkout would.
 * Changes neither the working tree nor the index.
 * @throws if git cannot write them
 */
export function exportCommit(root: string, commit: string, paths: string[], folder: string): void {
  const options = {
    cwd: root,
    maxBuffer: MAX_BYTES,
    stdio: ['pipe', 'ignore', 'pipe'] as ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, GIT_INDEX_FILE: join(folder, '.index') },
  };
  execFileSync('git', ['read-tree', commit], options);
  execFileSync('git', ['checkout-index', '-z', '--stdin', `--prefix=${folder}/`], {
    ...options,
    input: paths.map((path) => `${path}\0`).join(''),
  });
}

/**
 * Returns those of the paths that a `.gitignore` of the repository ignores. Does not count the
 * ignore files of this machine, which other clones do not have. The files need not exist.
 */
export function ignoredPaths(root: string, paths: string[]): Set<string> {
  const ignored = new Set<string>();
  if (paths.length === 0) return ignored;
  const { stdout } = spawnSync('git', ['check-ignore', '--no-index', '--verbose', '-z', '--stdin'], {
    cwd: root,
    encoding: 'utf8',
    input: paths.map((path) => `${path}\0`).join(''),
    maxBuffer: MAX_BYTES,
  });
  const fields = (stdout ?? '').split('\0');
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [source = '', , pattern = '', path = ''] = fields.slice(at, at + 4);
    const isShared = /(?:^|\/)\.gitignore$/.test(source) && !/^(?:[/\\]|[a-z]:)/i.test(source);
    // The client's folder ignores itself where it exists.
    if (source.startsWith(`${STATE_FOLDER}/`)) continue;
    if (isShared && !pattern.startsWith('!')) ignored.add(path);
  }
  return ignored;
}

function listed(output: string | null): string[] {
  return output === null ? [] : output.split('\0').filter((path) => path !== '');
}

function git(directory: string, words: string[]): string | null {
  const { status, stdout } = spawnSync('git', words, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
  });
  return status === 0 ? stdout : null;
}
