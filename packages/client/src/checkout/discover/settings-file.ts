import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../local-error.js';

/** The repository's settings file. */
export const SETTINGS_PATH = '.github/fixtures.yml';

// The registry rejects longer settings.
const MAX_BYTES = 1024 * 1024;

/**
 * The text of the settings file; null if it does not exist.
 * @throws LocalError if the file exists but cannot be read
 */
export function readSettings(directory: string): string | null {
  const file = path.join(directory, SETTINGS_PATH);
  try {
    if (statSync(file).size > MAX_BYTES)
      throw new LocalError(`${SETTINGS_PATH} has more than ${MAX_BYTES} bytes.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (error instanceof LocalError) throw error;
    throw new LocalError(`${SETTINGS_PATH} cannot be read (${code ?? error}).`);
  }
}
