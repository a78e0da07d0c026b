import { statSync } from 'node:fs';
import { UsageError } from './usage-error.js';

/** @throws UsageError unless `--directory` names a directory */
export function requireDirectory(directory: string): void {
  // A path below a file is an error of its own (ENOTDIR), which must not end in a stack trace.
  const found = statOrNull(directory);
  if (found?.isDirectory() === true) return;
  throw new UsageError(
    found === null
      ? `--directory ${directory} does not exist: name the root of the repository`
      : `--directory ${directory} is a file: name the root of the repository`,
  );
}

/** What is at a path; null if there is nothing, or nothing that can be reached. */
export function statOrNull(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
