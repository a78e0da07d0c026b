import {
  type DriftLevel,
  type DriftOptions,
  type DriftSummary,
  drift,
  driftChanges,
} from '../../questions/drift.js';
import { chooseAt } from '../choose-target.js';
import { openConsole } from '../console.js';
import { openConnection } from '../open-connection.js';
import type { Options } from '../options.js';
import { plain } from '../words.js';

type FailOn = 'behaviour' | 'content' | 'metadata' | 'any' | 'never';

interface DriftWords extends Options {
  format: 'text' | 'markdown' | 'json';
  failOn: FailOn;
}

const DONE = 0;
const DRIFTED = 3;

/** Prints the report and gives the exit status. */
export async function runDrift(options: DriftWords): Promise<number> {
  const connection = await openConnection(options, openConsole().log);
  const question = await questionOf(options);
  const report = await drift(connection, question);
  const json = options.json === true || options.format === 'json';
  if (json) {
    const changes = report === null ? [] : await driftChanges(connection, question);
    process.stdout.write(`${JSON.stringify(report === null ? null : { ...report, changes })}\n`);
  } else if (report === null) {
    process.stdout.write('There is nothing to compare: nothing was pushed, or there is no baseline yet.\n');
  } else {
    const text = options.format === 'markdown' ? report.markdown : plain(report.text);
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }
  return report !== null && reaches(report, options.failOn) ? DRIFTED : DONE;
}

async function questionOf(options: DriftWords): Promise<DriftOptions> {
  if (options.pullRequest !== undefined) return { pullRequest: options.pullRequest };
  const head = await chooseAt(options);
  return head === undefined ? {} : { head };
}

const LEVELS: DriftLevel[] = ['COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'];

/** Whether drift is at or above what the user wants to fail for; `any` is every difference, also a recording that came or went. */
export function reaches(
  report: Pick<DriftSummary, 'level' | 'added' | 'removed' | 'changed' | 'rekeyed' | 'moved'>,
  failOn: FailOn,
): boolean {
  if (failOn === 'never') return false;
  const { level, added, removed, changed, rekeyed, moved } = report;
  if (failOn === 'any') return added + removed + changed + rekeyed + moved > 0;
  return level !== null && LEVELS.indexOf(level) >= LEVELS.indexOf(failOn.toUpperCase() as DriftLevel);
}
