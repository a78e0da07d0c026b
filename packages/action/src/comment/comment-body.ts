import { describePossibleSecrets, type PossibleSecrets } from '@fixture-registry/client';
import { COMMENT_MARKER } from '../names.js';
import { escapeMarkdown, inlineCode } from '../runner/escape-markdown.js';
import type { CommentMode } from '../runner/read-inputs.js';
import { hasDrift, type Report } from './drift-report.js';

/** GitHub refuses a comment with more characters. */
export const MAX_COMMENT_CHARACTERS = 65_536;

export interface RenderedComment {
  body: string;
  /** False: only update an existing comment, so that it does not become outdated. */
  createIfAbsent: boolean;
}

/**
 * Renders the comment for a report, at most 65,536 characters with its marker. Pure.
 * @param fork `owner/name` of the fork that recorded it; null for this repository
 * @param note one more line of markdown; null for none
 */
export function renderComment(
  report: Report,
  mode: CommentMode,
  fork: string | null,
  note: string | null = null,
): RenderedComment {
  const differs = hasDrift(report);
  return {
    body: withMarker(differs ? report.markdown : noDrift(report), report.url, [
      note,
      fork === null ? null : forkLine(fork),
    ]),
    createIfAbsent: differs || mode === 'always',
  };
}

/** Whether a comment starts with the marker. A reply that quotes the comment contains it further in. */
export function hasMarker(body: string | null | undefined): boolean {
  return body?.startsWith(COMMENT_MARKER) ?? false;
}

/** The text of a report without differences, as markdown. Pure. */
export function noDrift(report: Report): string {
  return (
    `### ✅ No fixture drift\n\nThe recordings of this pull request are identical to those of its ` +
    `baseline. [Report](${report.url})`
  );
}

/**
 * A note for reviewers: the tests ran in the fork's workflow, which this repository does not control.
 * Pure.
 */
export function forkLine(fork: string): string {
  return (
    `These recordings come from the fork ${inlineCode(fork)}. They belong to this pull request ` +
    `only, unless it is merged.`
  );
}

/** A line about what may be a secret in the recordings of a pull request. Pure. */
export function possibleSecretsLine(possible: PossibleSecrets): string {
  const what = escapeMarkdown(describePossibleSecrets(possible));
  return `⚠️ ${what}. The job summary of the run that pushed them lists the places.`;
}

function withMarker(markdown: string, url: string, notes: (string | null)[]): string {
  const ending = notes.map((note) => (note === null ? '' : `\n\n${note}`)).join('');
  const room = MAX_COMMENT_CHARACTERS - COMMENT_MARKER.length - 1 - ending.length;
  const fitting = markdown.length <= room ? markdown : shortened(markdown, url, room);
  return `${COMMENT_MARKER}\n${fitting}${ending}`;
}

/**
 * Cuts a report that exceeds the limit, as another release of the registry may send it, between two
 * lines.
 */
function shortened(markdown: string, url: string, room: number): string {
  const ending = `\n\nThis report is too long for a comment: [view the whole report](${url}).`;
  const kept = markdown.slice(0, room - ending.length - 2000);
  const whole = kept.slice(0, Math.max(0, kept.lastIndexOf('\n')));
  return (whole + closing(whole)).slice(0, room - ending.length) + ending;
}

/** The text that closes the code block and the folds that a cut left open. */
function closing(markdown: string): string {
  const fence = openFence(markdown);
  const folds = count(markdown, /<details\b/g) - count(markdown, /<\/details>/g);
  return (fence === null ? '' : `\n${fence}`) + '\n\n</details>'.repeat(Math.max(0, Math.min(folds, 100)));
}

/** The fence of the code block that the text ends in; null when it ends outside of one. */
function openFence(markdown: string): string | null {
  let open: string | null = null;
  for (const match of markdown.matchAll(/^ {0,3}(`{3,}|~{3,})(.*)$/gm)) {
    const [, mark = '', rest = ''] = match;
    if (open === null) open = mark;
    else if (mark.startsWith(open) && rest.trim() === '') open = null;
  }
  return open;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
