import { type SnapshotSummary, withCommas } from '@fixture-registry/client/core';
import { describeBranchName } from '@fixture-registry/protocol';
import { colourResult } from './colour.js';
import { writeJson, writeLines } from './output.js';
import { wantsColour } from './terminal.js';

/** Describes a snapshot, e.g. `pull request 12 at version 3 (commit 1a2b3c4)`. */
export function describeSnapshot({ branch, pullRequest, version, commit }: SnapshotSummary): string {
  const ref = branch === null ? `pull request ${pullRequest}` : describeBranchName(branch);
  return `${ref} at version ${version}${commit === null ? '' : ` (commit ${commit.slice(0, 7)})`}`;
}

/** A count with its noun, e.g. `1 recording`, `3,162 recordings`. */
export function counted(count: number, noun: string): string {
  return `${withCommas(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The counts that are not zero, e.g. `3 added, 1 removed`; the text `nothing` if all are. */
export function countsOf(counts: Record<string, number>, nothing: string): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  if (parts.length === 0) return nothing;
  return parts.map(([what, count]) => `${withCommas(count)} ${what}`).join(', ');
}

/** Prints a result as JSON, or else as lines for people. */
export function print(json: boolean | undefined, result: unknown, lines: string[]): void {
  if (json === true) writeJson(result);
  else writeLines(lines, wantsColour(process.stdout, process.env) ? colourResult : undefined);
}
