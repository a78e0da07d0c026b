import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPicture } from './picture.js';
import type { BenchResults } from './results.js';
import { renderTable } from './table.js';
import { judge } from './targets.js';

/**
 * Keeps a run as a table, as JSON and, where there is a cold pull to show, as a picture. @returns the table
 */
export async function writeResults(run: BenchResults, folder: string): Promise<string> {
  const table = renderTable(run);
  await writeReport(folder, 'pull-and-push', table, { ...run, verdicts: judge(run) });
  if (run.results.some(({ scenario }) => scenario === 'cold pull')) {
    await writeFile(join(folder, 'cold-pull.svg'), renderPicture(run));
  }
  return table;
}

/** Keeps what one command found, for people and for programs. */
export async function writeReport(folder: string, name: string, table: string, found: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.md`), table);
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(found, rounded, 2)}\n`);
}

/** More digits than a clock has are noise in a diff. */
const rounded = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(4)) : value;
