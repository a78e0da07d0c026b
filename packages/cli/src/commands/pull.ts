import { describePurged, describeTarget, type Selection } from '@fixture-registry/client/core';
import { type PullSummary, pull } from '@fixture-registry/client/pull';
import { chooseState } from '../options/choose-target.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { readTestsFile } from '../options/tests-file.js';
import { openConsole } from '../output/console.js';
import { counted, countsOf, describeSnapshot, print } from '../output/describe.js';
import { type Folding, folded } from '../output/folded.js';
import { openProgress } from '../output/progress.js';

interface PullFlags extends Options {
  tests?: string[];
  testsFile?: string;
  models?: string[];
  paths?: string[];
  baseline?: string;
}

/** Runs `fixtures pull`. @throws UsageError, LocalError, RegistryError */
export async function runPull(options: PullFlags): Promise<void> {
  const selection = selectionOf(options);
  const { log, onProgress, clear } = openConsole(await openProgress());
  const [connection, chosen] = await Promise.all([openConnection(options, log), chooseState(options)]);
  const { request, isCheckedOut } = chosen;
  const summary = await pull(connection, {
    ...request,
    directory: options.directory,
    selection,
    onProgress,
    ifMissing: isCheckedOut ? 'base' : 'fail',
    ...(options.baseline !== undefined && { baseline: options.baseline }),
  }).finally(clear);
  if (summary.fellBack && request.target !== undefined) {
    log(
      `${describeTarget(request.target)}, which is checked out, has no recordings yet; ` +
        `pulled those of ${describeSnapshot(summary.snapshot)}.`,
    );
  }
  for (const line of summary.unmatched) log(`warning: ${line}`);
  print(options.json, summary, linesOf(summary, options));
}

function selectionOf({ tests, testsFile, models, paths }: PullFlags): Selection {
  const listed = testsFile === undefined ? [] : readTestsFile(testsFile);
  return {
    ...((tests !== undefined || listed.length > 0) && { tests: [...(tests ?? []), ...listed] }),
    ...(models !== undefined && { models }),
    ...(paths !== undefined && { paths }),
  };
}

function linesOf(summary: PullSummary, folding: Folding): string[] {
  const { snapshot, baseline, baselineReason, pulled, reused, removed, replaced, bytes } = summary;
  const size = pulled === 0 ? '' : ` (${(bytes / 1024 / 1024).toFixed(1)} MiB)`;
  const counts = countsOf({ 'already there': reused, removed }, '');
  const lines = [
    describeSnapshot(snapshot),
    `${counted(pulled, 'recording')} written${size}${counts === '' ? '' : `, ${counts}`}`,
  ];
  if (baseline !== null && baseline.id !== snapshot.id) {
    lines.push(`baseline: ${describeSnapshot(baseline)} (${baselineReason})`);
  }
  if (replaced > 0) {
    lines.push(`${counted(replaced, 'local file')} replaced; backed up in .fixtures/replaced`);
  }
  return [...lines, ...folded(describePurged(summary.purged), folding)];
}
