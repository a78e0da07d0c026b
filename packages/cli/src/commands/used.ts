import { describeTarget, LocalError, type Target, withCommas } from '@fixture-registry/client/core';
import {
  type FoundUse,
  type ReportedUse,
  readUse,
  reportUse,
  type UseReason,
} from '@fixture-registry/client/use';
import { chooseCommit, chooseRef } from '../options/choose-target.js';
import { openConnection, requireToken } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { readUsedFiles } from '../options/used-files.js';
import { workflowJob } from '../options/workflow-job.js';
import { openConsole } from '../output/console.js';
import { counted, print } from '../output/describe.js';

interface UsedFlags extends Options {
  files?: string;
}

/**
 * Runs `fixtures used`.
 * @throws UsageError; RegistryError; LocalError if nothing was pulled, or if the file system does
 *   not note reads and there is no list
 */
export async function runUsed(options: UsedFlags): Promise<void> {
  const { directory, files } = options;
  const usedFiles = files === undefined ? undefined : readUsedFiles(files);
  const { log } = openConsole();
  const connection = await openConnection(options, log);
  requireToken(connection, 'used');
  const found = readUse(directory, { ...(usedFiles !== undefined && { usedFiles }) });
  if ('unknown' in found)
    throw new LocalError(`${found.unknown} \`fixtures used\` reports the use of a pull.`);
  const [target, commit] = [await chooseRef(connection, options), await chooseCommit(options)];
  const use = { ...found.use, job: workflowJob(process.env) };
  // A run of which one job is blind must not count, so the registry learns of it as well.
  const run = await reportUse(connection, { directory, target, use, ...(commit !== null && { commit }) });
  if (found.readCount === null) throw blind(directory);
  const { unknownLines, readCount: read } = found;
  if (unknownLines.count > 0) log(`warning: ${describeUnknown(unknownLines, String(files))}`);
  const { snapshot, selection, recordings } = found.use;
  print(options.json, { snapshot, selection, recordings, read, unknownLines, run }, [
    `${withCommas(read)} of ${counted(recordings, 'pulled recording')} ${read === 1 ? 'was' : 'were'} read`,
    describeRun(run, target),
  ]);
}

function blind(directory: string): LocalError {
  return new LocalError(
    `The file system of ${directory} does not note which files are read, as with the mount option noatime, ` +
      'so the use of the recordings is unknown, and the run does not count for unused recordings. Let the ' +
      'tests write a list of what they read, and name it with --files FILE (docs/used.md of Fixture Registry).',
  );
}

function describeUnknown({ count, first }: FoundUse['unknownLines'], files: string): string {
  const lines = count === 1 ? '1 line of' : `${withCommas(count)} lines of`;
  const names = count === 1 ? 'names no pulled recording' : 'name no pulled recording; the first';
  return `${lines} ${files === '-' ? 'the list' : files} ${names}: ${first}`;
}

const REASONS: Record<UseReason, string> = {
  FAILED: 'a job of it failed',
  SELECTION: 'a job of it pulled only a selection of the recordings',
  BLIND: 'a job of it could not see which files were read',
  INCOMPLETE: 'some of its jobs have not reported yet',
  NOTHING_READ: 'its tests read no recording',
  NOT_DEFAULT_BRANCH: 'only runs of the default branch do',
};

function describeRun({ counts, reason, runs }: ReportedUse, target: Target): string {
  if (counts) {
    const verb = runs === 1 ? 'counts' : 'count';
    const total = `${counted(runs, 'run')} of ${describeTarget(target)} ${verb} so far`;
    return `the run counts for unused recordings; ${total}`;
  }
  // A newer registry may send another reason.
  const why = (reason === null ? undefined : REASONS[reason]) ?? reason ?? 'the registry does not say why';
  return `the run does not count for unused recordings: ${why}`;
}
