import { withCommas } from '@fixture-registry/client/core';
import {
  describeLastUse,
  explainUnremovable,
  fetchUnused,
  type UnusedRecording,
  type UnusedSummary,
} from '@fixture-registry/client/unused';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { refuseTarget } from '../options/refuse-target.js';
import { openConsole } from '../output/console.js';
import { counted, print } from '../output/describe.js';
import { type Folding, folded } from '../output/folded.js';

interface UnusedFlags extends Options {
  days: number;
}

/** Runs `fixtures unused`. @throws UsageError, RegistryError, also if no run counts yet */
export async function runUnused(options: UnusedFlags): Promise<void> {
  refuseTarget(options, 'unused lists recordings of the default branch');
  const connection = await openConnection(options, openConsole().log);
  const summary = await fetchUnused(connection, options.days);
  print(options.json, summary, linesOf(summary, options));
}

function linesOf(summary: UnusedSummary, folding: Folding): string[] {
  const { days, runs, since, recordings } = summary;
  const counts = `${counted(runs, 'run')} of the default branch ${runs === 1 ? 'counts' : 'count'}`;
  const known = `${counts} in that time; the oldest run that counts is of ${since.slice(0, 10)}`;
  const period = days === 0 ? 'by the runs of the newest day' : `in the last ${counted(days, 'day')}`;
  if (recordings.length === 0) return [`every recording was read ${period}`, known];
  const removable = recordings.filter(({ isRemovable }) => isRemovable).length;
  const why = explainUnremovable(summary, Date.now());
  return [
    `${counted(recordings.length, 'recording')} not read ${period}:`,
    ...folded(recordings.map(lineOf), folding, '  '),
    known,
    why === null
      ? `\`fixtures push --prune-unused --pull-request N --days ${days}\` removes ${withCommas(removable)} of them`
      : `none of them can be removed yet: ${why}`,
  ];
}

function lineOf({ path, testId, model, lastUsedAt, runsSince }: UnusedRecording): string {
  const runs = lastUsedAt === null ? [] : [`${counted(runsSince, 'run')} since`];
  const facts = [
    ...[testId, model].filter((name) => name !== null),
    describeLastUse({ lastUsedAt, runsSince }),
    ...runs,
  ];
  return `  ${path} (${facts.join(', ')})`;
}
