import { plain } from '../../../vocabulary/words.js';
import type { Drift, DriftSummary } from '../../differences/drift.js';
import { causeParts } from './cause-parts.js';

const MAXIMUM_PARTS = 4;
const MAXIMUM_LENGTH = 200;

/**
 * The first line of a report, without its mark: what broke first, in categories by weight, with counts and
 * the value where it is one cause. Names and values are between backticks; at most about 200 characters.
 * "14 of 18 new recordings are errors (400); 1 test no longer calls its tool".
 */
export function headline(drift: Drift): string {
  const { summary } = drift;
  const causes = causeParts(drift);
  const kinds = kindParts(
    summary,
    causes.some((part) => /\bnew recordings?\b|\bof them new\b/.test(part)),
  ).join(', ');
  const isQuiet = summary.behaviour + summary.content === 0 && causes.every(isRename);
  if (!isQuiet) return startUpper(fit([...causes, ...(causes.length <= 2 && kinds !== '' ? [kinds] : [])]));
  const quiet = [...causes, ...quietParts(summary)].join(', ');
  if (quiet === '') return kinds === '' ? 'No drift' : kinds;
  return fit([`Nothing that a test would notice: ${quiet}`, ...(kinds === '' ? [] : [kinds])]);
}

function isRename(part: string): boolean {
  return part.startsWith('model `');
}

function quietParts({ metadata, cosmetic }: DriftSummary): string[] {
  const parts = metadata > 0 ? [`${number(metadata)} with changed metadata`] : [];
  if (cosmetic > 0) parts.push(`${number(cosmetic)} cosmetic`);
  return parts;
}

function kindParts({ added, removed, rekeyed, moved }: DriftSummary, addedIsCounted: boolean): string[] {
  return [
    added > 0 && !addedIsCounted ? `${number(added)} new` : '',
    removed > 0 ? `${number(removed)} removed` : '',
    rekeyed > 0 ? `${number(rekeyed)} with a changed request` : '',
    moved > 0 ? `${number(moved)} moved` : '',
  ].filter((part) => part !== '');
}

/** Joins as many parts as fit; a part about errors takes the place of the last one. */
function fit(parts: string[]): string {
  let shown = parts.slice(0, MAXIMUM_PARTS);
  while (shown.length > 1 && plain(shown.join('; ')).length > MAXIMUM_LENGTH) shown = shown.slice(0, -1);
  const isError = (part: string) => /\berrors?\b/.test(part);
  const omitted = parts.slice(shown.length).find(isError);
  if (omitted !== undefined && !shown.some(isError)) shown = [...shown.slice(0, -1), omitted];
  return shown.join('; ');
}

function startUpper(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
