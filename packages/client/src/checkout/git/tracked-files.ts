import { spawnSync } from 'node:child_process';

/** Paths per git command: the length of a command line is limited. */
const BATCH_SIZE = 200;

/**
 * Returns those of the paths (relative to the directory) that git tracks; none without git or a
 * repository. Ignores case, because some file systems do.
 */
export function trackedFiles(directory: string, paths: string[]): Set<string> {
  const tracked = new Set<string>();
  for (let start = 0; start < paths.length; start += BATCH_SIZE) {
    const specs = paths.slice(start, start + BATCH_SIZE).map((path) => `:(icase,literal)${path}`);
    const { status, stdout } = spawnSync('git', ['ls-files', '-z', '--', ...specs], {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    // Git is not installed, or this is not a repository.
    if (status !== 0) break;
    for (const name of stdout.split('\0')) tracked.add(name.toLowerCase());
  }
  return new Set(paths.filter((path) => tracked.has(path.toLowerCase())));
}

/** Whether git tracks the file. */
export function isTracked(directory: string, path: string): boolean {
  return trackedFiles(directory, [path]).size > 0;
}
