import { LocalError, withCommas } from '@fixture-registry/client/core';
import { type CoverageCount, type CoverageSummary, coverage } from '@fixture-registry/client/coverage';
import { existingState } from '../options/existing-state.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { readTestsFile } from '../options/tests-file.js';
import { openConsole } from '../output/console.js';
import { counted, print } from '../output/describe.js';
import { type Folding, folded } from '../output/folded.js';

/** What a gate refuses: tests without recordings, recordings of tests that are not listed, either or none. */
export type CoverageGate = 'missing' | 'unlisted' | 'any' | 'never';

interface CoverageFlags extends Options {
  testsFile: string;
  failOn: CoverageGate;
}

const DONE = 0;
const REFUSED = 3;

/**
 * Runs `fixtures coverage`.
 * @returns the exit status: 3 if there is what `--fail-on` names
 * @throws UsageError, LocalError, RegistryError
 */
export async function runCoverage(options: CoverageFlags): Promise<number> {
  const tests = readTestsFile(options.testsFile);
  const { log } = openConsole();
  const connection = await openConnection(options, log);
  const at = await existingState(connection, options, { log, used: 'compared' });
  const summary = await coverage(connection, { tests, ...(at !== undefined && { at }) });
  if (summary.covered === 0 && summary.unlistedCount > 0) {
    // Test ids of another form, such as relative to a folder, say nothing of the recordings.
    throw new LocalError(
      `No recording belongs to one of the listed tests. The recordings name tests such as ` +
        `${summary.unlisted[0]?.testId}: list all tests, by ids that begin at the root of the repository.`,
    );
  }
  print(options.json, summary, linesOf(summary, options));
  return isRefused(summary, options.failOn) ? REFUSED : DONE;
}

/** Whether a gate refuses the result. */
export function isRefused({ missing, unlistedCount }: CoverageSummary, gate: CoverageGate): boolean {
  const refusesMissing = gate === 'missing' || gate === 'any';
  const refusesUnlisted = gate === 'unlisted' || gate === 'any';
  return (refusesMissing && missing.length > 0) || (refusesUnlisted && unlistedCount > 0);
}

function linesOf(summary: CoverageSummary, folding: Folding): string[] {
  const { listed, covered, missing, unlistedCount, unlisted, withoutTest } = summary;
  const lines = [`${withCommas(covered)} of ${counted(listed, 'test')} have recordings`];
  if (missing.length > 0) {
    const tests = missing.map((test) => `  ${test}`);
    lines.push('', `${counted(missing.length, 'test')} without recordings:`, ...folded(tests, folding, '  '));
  }
  if (unlistedCount > 0) {
    const tests = unlisted.map(
      ({ testId, recordings }) => `  ${testId} (${counted(recordings, 'recording')})`,
    );
    lines.push('', `recordings of ${counted(unlistedCount, 'test')} that the list does not have:`);
    lines.push(...folded(tests, folding, '  '));
    const more = unlistedCount - unlisted.length;
    if (more > 0) lines.push(`  … and ${withCommas(more)} more, which the registry does not list`);
  }
  if (withoutTest > 0) {
    lines.push('', `${counted(withoutTest, 'recording')} without a test id, for any test`);
  }
  return [...lines, ...groupLines(summary, folding)];
}

/** The numbers by suite and by model, where there are several. */
function groupLines({ bySuite, byModel }: CoverageSummary, folding: Folding): string[] {
  const suites = (bySuite ?? []).map(({ suite, ...counts }) => `  ${suite}: ${describeCounts(counts)}`);
  const models = (byModel ?? []).map(
    ({ model, ...counts }) => `  ${model ?? '(no model)'}: ${describeCounts(counts)}`,
  );
  const list = (title: string, lines: string[]) =>
    lines.length > 1 ? ['', title, ...folded(lines, folding, '  ')] : [];
  return [...list('by suite:', suites), ...list('by model:', models)];
}

function describeCounts({ missing, unlisted, recordings }: CoverageCount): string {
  const parts = [
    missing > 0 ? `${counted(missing, 'test')} without recordings` : '',
    unlisted > 0 ? `${counted(recordings, 'recording')} of ${counted(unlisted, 'test')} not listed` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
