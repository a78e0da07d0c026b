import { missingTarget } from '../../checkout/plan/missing-target.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import { type AcceptSummary, acceptDrift } from '../../review/accept-drift.js';
import {
  type DriftLevel,
  type DriftOptions,
  type DriftSummary,
  drift,
  driftChanges,
} from '../../review/drift.js';
import { chooseAt } from '../options/choose-target.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { colourReport, wantsColour } from '../output/colour.js';
import { openConsole } from '../output/console.js';
import { writeJson, writeLines } from '../output/output.js';

type FailOn = 'behaviour' | 'content' | 'metadata' | 'any' | 'never';

interface DriftWords extends Options {
  format: 'text' | 'markdown' | 'json';
  failOn: FailOn;
  accept?: boolean;
  level?: 'behaviour' | 'content' | 'metadata' | 'cosmetic';
  paths?: string[];
}

const DONE = 0;
const DRIFTED = 3;

/** Prints the report and gives the exit status. */
export async function runDrift(options: DriftWords): Promise<number> {
  const accepting = wantsToAccept(options);
  const connection = await openConnection(options, openConsole().log);
  const question = await questionOf(options);
  const seen = await drift(connection, question);
  if (seen === null) throw nothingToCompare(connection, question);
  const accepted = accepting ? await accept(connection, options, seen.head.id) : null;
  // What was accepted stands in the report that is shown.
  const report = (accepted === null ? null : await drift(connection, question)) ?? seen;
  const json = options.json === true || options.format === 'json';
  if (json) {
    const changes = await driftChanges(connection, question);
    writeJson({ ...report, changes, ...(accepted && { newlyAccepted: accepted.changes }) });
  } else {
    if (accepted !== null) writeLines([...acceptedLines(accepted), '']);
    const markdown = options.format === 'markdown';
    const text = markdown ? report.markdown : report.text;
    const colour = !markdown && wantsColour(process.stdout, process.env);
    writeLines(text.replace(/\n$/, '').split('\n'), colour ? colourReport : undefined);
  }
  return reaches(report, options.failOn) ? DRIFTED : DONE;
}

/** A report about nothing would pass every gate, so that there is none is a failure. */
function nothingToCompare(connection: Connection, { pullRequest, head }: DriftOptions): RegistryError {
  if (pullRequest !== undefined) return missingTarget(connection, { pullRequest });
  if (head?.branch !== undefined) return missingTarget(connection, { branch: head.branch });
  if (head === undefined) return missingTarget(connection, undefined);
  return new RegistryError('NOT_FOUND', `The registry knows no recordings of commit ${head.commit}.`);
}

function wantsToAccept({ accept: wanted, pullRequest, level, paths }: DriftWords): boolean {
  if (wanted !== true) {
    if (level !== undefined || paths !== undefined) {
      throw new UsageError('--level and --paths say what to accept: they go with --accept.');
    }
    return false;
  }
  if (pullRequest === undefined) {
    throw new UsageError('--accept needs --pull-request: only what a pull request changes is accepted.');
  }
  return true;
}

/** Accepts what was just read, and nothing that is pushed meanwhile. */
function accept(connection: Connection, options: DriftWords, snapshot: string): Promise<AcceptSummary> {
  return acceptDrift(connection, {
    pullRequest: options.pullRequest as number,
    snapshot,
    ...(options.paths !== undefined && { paths: options.paths }),
    ...(options.level !== undefined && { level: options.level.toUpperCase() as DriftLevel }),
  });
}

/** What was accepted, a line for each change. */
export function acceptedLines({ count, already, changes }: AcceptSummary): string[] {
  const before = already > 0 ? ` (${already} before)` : '';
  if (count === 0) return [`Nothing was left to accept${before}.`];
  const lines = changes.map(({ testId, path, summary }) =>
    `  ${testId ?? path}: ${summary}`.replaceAll('\n', ' '),
  );
  if (count > changes.length) lines.push(`  and ${count - changes.length} more`);
  return [`Accepted ${count} ${count === 1 ? 'change' : 'changes'}${before}:`, ...lines];
}

async function questionOf(options: DriftWords): Promise<DriftOptions> {
  if (options.pullRequest !== undefined) return { pullRequest: options.pullRequest };
  const head = await chooseAt(options);
  return head === undefined ? {} : { head };
}

const LEVELS: DriftLevel[] = ['COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'];

/**
 * Whether drift that nobody accepted is at or above what the user wants to fail for; `any` is every difference, also a recording
 * that came or went.
 */
export function reaches(
  report: Pick<DriftSummary, 'unaccepted' | 'unacceptedLevel'>,
  failOn: FailOn,
): boolean {
  if (failOn === 'never') return false;
  const { unaccepted, unacceptedLevel } = report;
  if (failOn === 'any') return unaccepted > 0;
  return (
    unacceptedLevel !== null &&
    LEVELS.indexOf(unacceptedLevel) >= LEVELS.indexOf(failOn.toUpperCase() as DriftLevel)
  );
}
