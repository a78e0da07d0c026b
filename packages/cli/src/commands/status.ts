import { withCommas } from '@fixture-registry/client/core';
import { type StatusSummary, status } from '@fixture-registry/client/status';
import { chooseState } from '../options/choose-target.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { openConsole } from '../output/console.js';
import { counted, describeSnapshot, print } from '../output/describe.js';
import { describeStale } from '../output/describe-stale.js';
import { type Folding, folded } from '../output/folded.js';

interface StatusFlags extends Options {
  paths?: string[];
  baseline?: string;
}

/** Runs `fixtures status`. @throws UsageError, LocalError, RegistryError */
export async function runStatus(options: StatusFlags): Promise<void> {
  const { directory, paths, baseline } = options;
  const [connection, { request, isCheckedOut }] = await Promise.all([
    openConnection(options, openConsole().log),
    chooseState(options),
  ]);
  const summary = await status(connection, {
    ...{ directory, ...request },
    ifMissing: isCheckedOut ? 'base' : 'fail',
    ...(paths !== undefined && { paths }),
    ...(baseline !== undefined && { baseline }),
  });
  print(options.json, summary, linesOf(summary, options));
}

function linesOf(summary: StatusSummary, folding: Folding): string[] {
  const { snapshot, unchanged } = summary;
  const lines = [
    snapshot === null ? 'nothing was pushed to this ref yet' : describeSnapshot(snapshot),
    `${counted(unchanged, 'recording')} unchanged`,
    ...describeStale(summary.ages),
  ];
  const groups: [string, string[]][] = [
    ['new (a push adds them)', summary.new],
    ['modified (a push replaces them in the registry)', summary.modified],
    ['missing (a pull writes them)', summary.missing],
    ['behind (a pull replaces them on disk)', summary.behind],
    ['purged from the registry (delete them and record again)', summary.purged],
  ];
  for (const [title, paths] of groups) {
    if (paths.length === 0) continue;
    const listed = paths.map((path) => `  ${path}`);
    lines.push('', `${withCommas(paths.length)} ${title}:`, ...folded(listed, folding, '  '));
  }
  return lines;
}
