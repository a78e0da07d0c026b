import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.js';

/**
 * The lines of the list that `--files` names; `-` reads stdin.
 * @throws UsageError if it cannot be read
 */
export function readUsedFiles(file: string): string[] {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    return text.replace(/^\uFEFF/, '').split(/\r?\n/);
  } catch (error) {
    throw new UsageError(`--files cannot be read: ${(error as Error).message}`);
  }
}
