import { spawnSync } from 'node:child_process';

/** Paths for one call of git: the length of a command line is bounded. */
const AT_ONCE = 200;

/**
 * Those of the paths, relative to the directory, that git tracks. Empty where there is no git or no repository.
 * Letter case does not count, because it does not on every file system.
 */
export function trackedFiles(directory: string, paths: string[]): Set<string> {
  const tracked = new Set<string>();
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const specs = paths.slice(start, start + AT_ONCE).map((path) => `:(icase,literal)${path}`);
    const { status, stdout } = spawnSync('git', ['ls-files', '-z', '--', ...specs], {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    // Without git, or outside of a repository, nothing is tracked.
    if (status !== 0) break;
    for (const name of stdout.split('\0')) tracked.add(name.toLowerCase());
  }
  return new Set(paths.filter((path) => tracked.has(path.toLowerCase())));
}

/** Whether git tracks the file. */
export function isTracked(directory: string, path: string): boolean {
  return trackedFiles(directory, [path]).size > 0;
}
