import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.js';

/** The last line of `pytest --collect-only -q`: it is not a test. */
const SUMMARY = /^(?:=+ )?(?:no tests|\d+(?:\/\d+)? tests?) (?:collected|selected)\b/;

/**
 * The test ids or patterns in a file with one per line, such as the output of `pytest --collect-only -q`. `-` reads
 * stdin.
 * @throws UsageError for a file that cannot be read or contains no test
 */
export function readTestsFile(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`--tests-file cannot be read: ${(error as Error).message}`);
  }
  const tests = testsIn(text);
  // Nobody means an empty list, and for a pull it would select everything.
  if (tests.length === 0) throw new UsageError(`--tests-file ${file} contains no test`);
  return tests;
}

/** The lines of a text that name a test. */
export function testsIn(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.filter((line) => line.trim() !== '' && !SUMMARY.test(line)).map((line) => line.trimEnd());
}
