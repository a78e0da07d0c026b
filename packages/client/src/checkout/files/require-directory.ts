import { statSync } from 'node:fs';
import { LocalError } from '../local-error.js';

/** @throws LocalError unless the directory exists */
export function requireDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new LocalError(`The directory ${directory} does not exist.`);
  }
}
