import { ignoredPaths } from '@fixture-registry/client/checkout';
import { expandBraces } from '@fixture-registry/protocol';
import type { FoundPattern } from '../layout/detect-layout.js';

/** The folder in which the client keeps the state of a checkout. */
const STATE_LINE = '.fixtures/';
const TITLE = '# Recordings are kept in the fixture registry.';

/**
 * The lines that `.gitignore` needs so that git ignores the recordings. Leaves out those for which
 * git already ignores every file that they would match.
 * @param text the `.gitignore` of the root; empty if there is none
 */
export function missingIgnoreLines(root: string, text: string, patterns: readonly FoundPattern[]): string[] {
  const present = new Set(text.split('\n').map((line) => line.trim()));
  const wanted = patterns.flatMap(({ pattern, files }) =>
    (expandBraces(pattern) ?? []).map((each) => ({
      line: ignoreLine(each),
      samples: samplesOf(each),
      files,
    })),
  );
  const samples = [...wanted.flatMap((each) => each.samples), ...patterns.flatMap(({ files }) => files)];
  const ignored = ignoredPaths(root, [...samples, `${STATE_LINE}state`]);
  const lines = wanted
    .filter((each) => !each.samples.every((path) => ignored.has(path)))
    .map(({ line }) => line);
  if (!ignored.has(`${STATE_LINE}state`)) lines.push(STATE_LINE);
  return [...new Set(lines)].filter((line) => !present.has(line));
}

/** The text of a `.gitignore` with more lines at its end. */
export function withIgnoreLines(text: string, lines: readonly string[]): string {
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const gap = before === '' || before.endsWith('\n\n') ? '' : '\n';
  const title = text.includes(TITLE) ? '' : `${TITLE}\n`;
  return `${before}${gap}${title}${lines.join('\n')}\n`;
}

/** A path pattern without braces as a line of `.gitignore`, relative to the root. */
export function ignoreLine(pattern: string): string {
  // In `.gitignore`, other characters are special too, and a line without a slash matches anywhere.
  const escaped = pattern
    .replaceAll(/[[\]?\\]/g, '\\$&')
    .replace(/ +$/, (spaces) => '\\ '.repeat(spaces.length));
  const anchored = escaped.includes('/') ? escaped : `/${escaped}`;
  return /^[#!]/.test(anchored) ? `\\${anchored}` : anchored;
}

/** Paths that the pattern matches, near the root and deep. */
function samplesOf(pattern: string): string[] {
  return ['', 'a/b/'].map((folders) =>
    pattern.replaceAll('**/', folders).replaceAll('**', `${folders}x`).replaceAll('*', 'x'),
  );
}
