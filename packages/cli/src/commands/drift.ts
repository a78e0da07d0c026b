import { type AcceptSummary, acceptDrift } from '@fixture-registry/client/accept-drift';
import { type Connection, missingState, type RegistryError } from '@fixture-registry/client/core';
import {
  type DriftLevel,
  type DriftOptions,
  type DriftSummary,
  drift,
  driftChanges,
} from '@fixture-registry/client/drift';
import { chooseAt } from '../options/choose-target.js';
import { openConnection, requireToken } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { colourReport } from '../output/colour.js';
import { openConsole } from '../output/console.js';
import { type Folding, folded } from '../output/folded.js';
import { writeJson, writeLines } from '../output/output.js';
import { wantsColour } from '../output/terminal.js';

type FailOn = 'behaviour' | 'content' | 'metadata' | 'any' | 'never';

interface DriftFlags extends Options {
  format: 'text' | 'markdown' | 'json';
  failOn: FailOn;
  accept?: boolean;
  level?: 'behaviour' | 'content' | 'metadata' | 'cosmetic';
  paths?: string[];
}

const DONE = 0;
const DRIFTED = 3;

/**
 * Runs `fixtures drift`.
 * @returns the exit status: 3 if there is drift at or above `--fail-on`
 * @throws UsageError, LocalError, RegistryError
 */
export async function runDrift(options: DriftFlags): Promise<number> {
  const accepting = wantsToAccept(options);
  const connection = await openConnection(options, openConsole().log);
  if (accepting) requireToken(connection, 'drift --accept');
  const compared = await comparedStates(options);
  const before = await drift(connection, compared);
  if (before === null) throw nothingToCompare(connection, compared);
  const accepted = accepting ? await accept(connection, options, before.head.id) : null;
  // The report is fetched again, because it shows what is accepted.
  const report = (accepted === null ? null : await drift(connection, compared)) ?? before;
  const json = options.json === true || options.format === 'json';
  if (json) {
    const changes = await driftChanges(connection, compared);
    writeJson({ ...report, changes, ...(accepted && { newlyAccepted: accepted.changes }) });
  } else {
    if (accepted !== null) writeLines([...acceptedLines(accepted, options), '']);
    const markdown = options.format === 'markdown';
    const text = markdown ? report.markdown : report.text;
    const colour = !markdown && wantsColour(process.stdout, process.env);
    writeLines(text.replace(/\n$/, '').split('\n'), colour ? colourReport : undefined);
  }
  return reaches(report, options.failOn) ? DRIFTED : DONE;
}

/** An empty report would pass every check, so a target without recordings is an error. */
function nothingToCompare(connection: Connection, { pullRequest, head }: DriftOptions): RegistryError {
  return missingState(connection, pullRequest === undefined ? (head ?? {}) : { pullRequest });
}

function wantsToAccept({ accept: wanted, pullRequest, level, paths }: DriftFlags): boolean {
  if (wanted !== true) {
    if (level !== undefined || paths !== undefined) {
      throw new UsageError('--level and --paths choose what to accept: use them with --accept.');
    }
    return false;
  }
  if (pullRequest === undefined) {
    throw new UsageError('--accept requires --pull-request: only changes of a pull request can be accepted.');
  }
  return true;
}

/** Accepts the changes of the report that was fetched, not those of later pushes. */
function accept(connection: Connection, options: DriftFlags, snapshot: string): Promise<AcceptSummary> {
  return acceptDrift(connection, {
    pullRequest: options.pullRequest as number,
    snapshot,
    ...(options.paths !== undefined && { paths: options.paths }),
    ...(options.level !== undefined && { level: options.level.toUpperCase() as DriftLevel }),
  });
}

/** Describes what was accepted: a summary, then a line per change. */
export function acceptedLines({ count, already, changes }: AcceptSummary, folding: Folding): string[] {
  const before = already > 0 ? ` (${already} accepted before)` : '';
  if (count === 0) return [`There was nothing to accept${before}.`];
  const lines = changes.map(({ testId, path, summary }) =>
    `  ${testId ?? path}: ${summary}`.replaceAll('\n', ' '),
  );
  if (count > changes.length) lines.push(`  and ${count - changes.length} more`);
  return [
    `Accepted ${count} ${count === 1 ? 'change' : 'changes'}${before}:`,
    ...folded(lines, folding, '  '),
  ];
}

async function comparedStates(options: DriftFlags): Promise<DriftOptions> {
  if (options.pullRequest !== undefined) return { pullRequest: options.pullRequest };
  const { at: head } = await chooseAt(options);
  return head === undefined ? {} : { head };
}

const LEVELS: DriftLevel[] = ['COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'];

/**
 * Whether changes that nobody accepted are at or above the level of `--fail-on`. `any` includes
 * changes without a level, such as removed recordings.
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
