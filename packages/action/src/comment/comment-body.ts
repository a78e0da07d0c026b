import { COMMENT_MARKER } from '../names.js';
import { inlineCode } from '../runner/escape-markdown.js';
import type { CommentMode } from '../runner/read-inputs.js';
import { hasDrift, type Report } from './drift-report.js';

/** GitHub refuses a comment with more characters. */
export const MAX_COMMENT_CHARACTERS = 65_536;

export interface RenderedComment {
  body: string;
  /** False: say it only where a comment is already there and would otherwise tell something outdated. */
  createIfAbsent: boolean;
}

/**
 * What the pull request is to be told about a report. Pure.
 * @param fork `owner/name` of the fork that recorded it; null: this repository did
 */
export function renderComment(report: Report, mode: CommentMode, fork: string | null): RenderedComment {
  const drifted = hasDrift(report);
  return {
    body: withMarker(drifted ? report.markdown : noDrift(report), report.url, fork),
    createIfAbsent: drifted || mode === 'always',
  };
}

/** Ours are known by the marker at the very start: whoever quotes our comment has it further in. */
export function isOurs(body: string | null | undefined): boolean {
  return body?.startsWith(COMMENT_MARKER) ?? false;
}

export function noDrift(report: Report): string {
  return `### No fixture drift\n\nThe recordings of this pull request are those of its baseline. [Report](${report.url})`;
}

/** Whoever reviews the report has to know that nobody of this repository saw the tests run. */
export function forkLine(fork: string): string {
  return `These recordings come from the fork ${inlineCode(fork)}. They stay with this pull request unless it is merged.`;
}

function withMarker(markdown: string, url: string, fork: string | null): string {
  const ending = fork === null ? '' : `\n\n${forkLine(fork)}`;
  const room = MAX_COMMENT_CHARACTERS - COMMENT_MARKER.length - 1 - ending.length;
  const fitting = markdown.length <= room ? markdown : shortened(markdown, url, room);
  return `${COMMENT_MARKER}\n${fitting}${ending}`;
}

/** The registry keeps its reports within the limit; a newer or older one may not. Cuts between lines and closes what the cut left open. */
function shortened(markdown: string, url: string, room: number): string {
  const ending = `\n\nThis report is too long for a comment: [the rest is here](${url}).`;
  const kept = markdown.slice(0, room - ending.length - 2000);
  const whole = kept.slice(0, Math.max(0, kept.lastIndexOf('\n')));
  return (whole + closing(whole)).slice(0, room - ending.length) + ending;
}

function closing(markdown: string): string {
  const fence = openFence(markdown);
  const folds = count(markdown, /<details\b/g) - count(markdown, /<\/details>/g);
  return (fence === null ? '' : `\n${fence}`) + '\n\n</details>'.repeat(Math.max(0, Math.min(folds, 100)));
}

/** The characters that close the code block in which the text ends; null: it ends outside of one. */
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
