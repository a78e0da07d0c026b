import { join } from 'node:path';
import { withCommas } from '@fixture-registry/client/core';
import { type RekeySummary, type RenamedTest, rekey } from '@fixture-registry/client/rekey';
import { requireNamedState } from '../options/choose-target.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { statOrNull } from '../options/require-directory.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { counted, print } from '../output/describe.js';
import { type Folding, folded } from '../output/folded.js';

interface RekeyFlags extends Options {
  testId?: string[];
  dryRun?: boolean;
}

/** Runs `fixtures rekey`. @throws UsageError, LocalError, RegistryError */
export async function runRekey(paths: string[], options: RekeyFlags): Promise<void> {
  const { directory, testId = [], dryRun } = options;
  const renamedTests = testId.map(parseRenamedTest);
  const connection = await openConnection(options, openConsole().log);
  await requireNamedState(connection, options);
  const summary = await rekey(connection, {
    ...{ directory, renamedTests },
    ...(paths.length > 0 && { paths: paths.map((path) => filesIn(directory, path)) }),
    ...(dryRun !== undefined && { dryRun }),
  });
  print(options.json, summary, linesOf(summary, options));
}

/**
 * Reads `OLD=NEW`. Test ids may contain `=` in their brackets, so the separator is the only `=` outside of
 * brackets.
 * @throws UsageError
 */
export function parseRenamedTest(text: string): RenamedTest {
  const separators: number[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']') depth = Math.max(0, depth - 1);
    else if (text[at] === '=' && depth === 0) separators.push(at);
  }
  const [at] = separators;
  const [from, to] = at === undefined ? ['', ''] : [text.slice(0, at), text.slice(at + 1)];
  if (separators.length === 1 && from !== '' && to !== '') return { from, to };
  throw new UsageError(
    `--test-id must be OLD=NEW with one = outside of brackets, not ${JSON.stringify(text)}`,
  );
}

/** A folder stands for all files in it. */
function filesIn(directory: string, path: string): string {
  const trimmed = path.replace(/^\.\//, '').replace(/\/+$/, '');
  const isFolder = statOrNull(join(directory, trimmed))?.isDirectory() === true;
  return isFolder ? (trimmed === '' || trimmed === '.' ? '**' : `${trimmed}/**`) : trimmed;
}

function linesOf(
  { dryRun, renamed, blocked, unsound, current, unknown }: RekeySummary,
  folding: Folding,
): string[] {
  const section = (what: string, items: string[]) =>
    items.length === 0
      ? []
      : [
          `${counted(items.length, 'recording')} ${what}`,
          ...folded(
            items.map((item) => `  ${item}`),
            folding,
            '  ',
          ),
        ];
  const others = unknown > 0 ? `, ${withCommas(unknown)} without such a name` : '';
  const lines = [
    ...section(
      dryRun ? 'would be renamed' : 'renamed',
      renamed.map(({ from, to, reason }) => `${from} → ${nameOf(to)} (${reason})`),
    ),
    ...section(
      'not renamed, because another file has the name: keep one of them',
      blocked.map(
        ({ from, to, same }) => `${from} → ${nameOf(to)} (${same ? 'the same bytes' : 'other bytes'})`,
      ),
    ),
    ...section(
      'not renamed, because no recorder computes the hash in the name for the request: record again',
      unsound.map(({ path, fitsTestId }) =>
        fitsTestId === null ? path : `${path} (it fits if the test id was ${fitsTestId})`,
      ),
    ),
    `${counted(current, 'recording')} already named right${others}`,
  ];
  if (renamed.length > 0 && !dryRun)
    lines.push('Push with --prune to remove the old names from the registry, too.');
  return lines;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
