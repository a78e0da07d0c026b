import { defaultBranch } from '@fixture-registry/client/core';
import { push } from '@fixture-registry/client/push';
import { describeSuperseded, fetchSuperseded, type SupersededSummary } from '@fixture-registry/client/unused';
import { candidatesFor, chooseCommit, chooseRef } from '../options/choose-target.js';
import { openConnection, requireToken } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { requirePullRequest } from '../options/require-pull-request.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { counted, describeSnapshot, print } from '../output/describe.js';
import { type Folding, folded } from '../output/folded.js';
import { unreadLines } from '../output/unread-lines.js';

interface PruneFlags extends Options {
  superseded?: boolean;
  dryRun?: boolean;
  force?: boolean;
  paths?: string[];
}

/** Runs `fixtures prune`. @throws UsageError, LocalError, RegistryError, also if no run counts yet */
export async function runPrune(options: PruneFlags): Promise<void> {
  if (options.superseded !== true) {
    throw new UsageError(
      'prune needs --superseded. `push --prune-unused` removes unused recordings, and `push --prune` those ' +
        'that are gone from disk',
    );
  }
  const { log } = openConsole();
  if (options.dryRun === true) {
    const connection = await openConnection(options, log);
    const summary = await fetchSuperseded(connection);
    print(options.json, summary, supersededLines(summary, options));
    return;
  }
  requirePullRequest(options, 'prune --superseded');
  const connection = await openConnection(options, log);
  requireToken(connection, 'prune');
  const { directory, paths } = options;
  const target = await chooseRef(connection, options);
  const [commit, branch, candidates] = await Promise.all([
    chooseCommit(options),
    defaultBranch(directory),
    candidatesFor(directory, target),
  ]);
  const summary = await push(connection, {
    ...{ directory, target, onlyRemovals: true },
    unread: { what: 'superseded', force: options.force === true },
    ...(commit !== null && { commit }),
    ...(branch !== null && { defaultBranch: branch }),
    ...(candidates.length > 0 && { candidates }),
    ...(paths !== undefined && { paths }),
  });
  for (const warning of summary.warnings) log(`warning: ${warning}`);
  const lines = summary.unread === undefined ? [] : unreadLines(summary.unread, options);
  print(options.json, summary, [describeSnapshot(summary.snapshot), ...lines]);
}

function supersededLines({ runs, skippedTests, recordings }: SupersededSummary, folding: Folding): string[] {
  const known = `${counted(runs, 'run')} of the default branch ${runs === 1 ? 'counts' : 'count'}`;
  const skipped =
    skippedTests === 0
      ? []
      : [`${counted(skippedTests, 'test')} not compared, because of too many recordings of one call`];
  if (recordings.length === 0) return ['no recording is superseded', known, ...skipped];
  return [
    `${counted(recordings.length, 'recording')} superseded:`,
    ...folded(
      recordings.map((each) => `  ${describeSuperseded(each)}`),
      folding,
      '  ',
    ),
    known,
    ...skipped,
  ];
}
