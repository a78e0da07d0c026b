import { code, count, listing } from '../../../vocabulary/words.js';
import type { DriftChange } from '../../differences/drift.js';
import { groupBy } from '../../differences/group-by.js';

/** Names of tools that providers run, as a sentence has them. */
const PROVIDER_TOOLS: Readonly<Record<string, string>> = {
  web_search: 'web search',
  file_search: 'file search',
  knowledge_search: 'knowledge search',
  code_interpreter: 'code interpreter',
  image_generation: 'image generation',
};

/**
 * What the headline says about new failures: "14 of 18 new recordings are errors (400)", "web search returns
 * an error in 6 recordings", "2 empty answers". The numbers of errors here and in `lesserFailureParts` add up
 * to `DriftSummary.errors`.
 *
 * @param added number of new recordings in the report
 */
export function failureParts(changes: DriftChange[], added: number): string[] {
  const fresh = changes.filter((change) => change.leftoverBeside === null && !change.failedBefore);
  const of = (kind: string) => fresh.filter(({ failure }) => failure?.kind === kind);
  const [empty, cut] = [of('EMPTY').length, of('CUT_OFF').length];
  return [
    errorPart(of('ERROR'), added),
    toolPart(of('TOOL_ERROR')),
    empty > 0 ? count(empty, 'empty answer') : '',
    cut > 0 ? `${count(cut, 'answer')} ${cut === 1 ? 'is' : 'are'} cut off` : '',
  ].filter((part) => part !== '');
}

/** What the headline says about failures next to a good recording, and about those that failed before. */
export function lesserFailureParts(changes: DriftChange[]): string[] {
  const failures = changes.filter(({ failure }) => failure !== null);
  const stray = failures.filter(({ leftoverBeside }) => leftoverBeside !== null);
  const before = failures.filter((change) => change.leftoverBeside === null && change.failedBefore);
  const [strayErrors, errorsBefore] = [stray, before].map(
    (some) => some.filter(({ failure }) => isError(failure?.kind)).length,
  ) as [number, number];
  const others = stray.length - strayErrors;
  return [
    strayErrors > 0 ? count(strayErrors, 'stray error recording') : '',
    others > 0 ? count(others, 'stray recording') : '',
    errorsBefore > 0 ? `${count(errorsBefore, 'error')} as before` : '',
  ].filter((part) => part !== '');
}

function isError(kind: string | undefined): boolean {
  return kind === 'ERROR' || kind === 'TOOL_ERROR';
}

function errorPart(errors: DriftChange[], added: number): string {
  if (errors.length === 0) return '';
  const statuses = [...new Set(errors.map(({ failure }) => failure?.status ?? null))].filter(
    (status) => status !== null,
  );
  const suffix = statuses.length > 0 ? ` (${listing(statuses.sort().map(String), 2)})` : '';
  const fresh = errors.filter(({ kind }) => kind === 'ADDED').length;
  const what = `${errors.length === 1 ? 'is an error' : 'are errors'}${suffix}`;
  if (fresh < errors.length) {
    const some = fresh > 0 ? `, ${fresh.toLocaleString('en-GB')} of them new` : '';
    return `${count(errors.length, 'recording')} ${what}${some}`;
  }
  if (fresh === added)
    return `${fresh === 1 ? '1 new recording' : `all ${count(fresh, 'new recording')}`} ${what}`;
  return `${fresh.toLocaleString('en-GB')} of ${count(added, 'new recording')} ${what}`;
}

function toolPart(errors: DriftChange[]): string {
  if (errors.length === 0) return '';
  const tools = [...groupBy(errors, ({ failure }) => failure?.tool ?? null).keys()];
  const [tool] = tools;
  const number = count(errors.length, 'recording');
  if (tools.length > 1) return `${tools.length} tools return errors in ${number}`;
  const name = tool == null ? 'a tool' : (PROVIDER_TOOLS[tool] ?? code(tool, 40));
  return `${name} returns an error in ${number}`;
}
