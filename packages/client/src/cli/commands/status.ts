import { type StatusSummary, status } from '../../review/status.js';
import { chooseState } from '../options/choose-target.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { openConsole } from '../output/console.js';
import { counted, describeSnapshot, print } from '../output/words.js';

interface StatusWords extends Options {
  paths?: string[];
  baseline?: string;
}

export async function runStatus(options: StatusWords): Promise<void> {
  const { directory, paths, baseline } = options;
  const [connection, { question, isCheckedOut }] = await Promise.all([
    openConnection(options, openConsole().log),
    chooseState(options),
  ]);
  const summary = await status(connection, {
    ...{ directory, ...question },
    ifMissing: isCheckedOut ? 'base' : 'fail',
    ...(paths !== undefined && { paths }),
    ...(baseline !== undefined && { baseline }),
  });
  print(options.json, summary, linesOf(summary));
}

function linesOf(summary: StatusSummary): string[] {
  const { snapshot, unchanged } = summary;
  const lines = [
    snapshot === null ? 'nothing was pushed to this ref yet' : describeSnapshot(snapshot),
    `${counted(unchanged, 'recording')} the same here and there`,
  ];
  const groups: [string, string[]][] = [
    ['new, a push adds them', summary.new],
    ['modified, a push replaces them', summary.modified],
    ['missing, a pull writes them', summary.missing],
    ['behind, a pull replaces them', summary.behind],
    ['purged from the registry, delete them and record anew', summary.purged],
  ];
  for (const [title, paths] of groups) {
    if (paths.length > 0) lines.push('', `${paths.length} ${title}:`, ...paths.map((path) => `  ${path}`));
  }
  return lines;
}
