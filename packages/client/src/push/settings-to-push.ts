import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../local-error.js';
import type { Target } from '../target.js';

/** Where a repository says what drift means to it. */
export const SETTINGS_PATH = '.github/fixtures.yml';

// The registry reads no longer ones; whatever this is then, it is not settings.
const LONGEST = 1024 * 1024;

/**
 * The text of the settings file, empty where there is none; undefined for a pull request, whose report follows the settings of its
 * baseline.
 * @throws LocalError when it is there but cannot be read
 */
export function readSettings(directory: string, target: Target): string | undefined {
  if (!('branch' in target)) return undefined;
  const file = path.join(directory, SETTINGS_PATH);
  try {
    if (statSync(file).size > LONGEST) throw new LocalError(`${SETTINGS_PATH} is too large to be settings.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    if (error instanceof LocalError) throw error;
    throw new LocalError(`${SETTINGS_PATH} cannot be read (${code ?? error}).`);
  }
}
