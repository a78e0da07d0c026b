import { createHash } from 'node:crypto';
import type { WatchReport } from '@fixture-registry/client';
import { WATCH_MARKER } from '../../names.js';
import { escapeMarkdown, inlineCode } from '../../runner/escape-markdown.js';
import { GONE } from './decide-issue.js';

/** GitHub refuses a longer text. */
const MAX_CHARACTERS = 65_536;

/** The text around the report needs less. */
const FRAME_CHARACTERS = 4_000;

/** How many characters of report fit into the issue. */
export const ISSUE_REPORT_CHARACTERS = MAX_CHARACTERS - FRAME_CHARACTERS;

export interface RenderedIssue {
  title: string;
  body: string;
}

/** What the issue says besides the report. */
export interface IssueAbout {
  defaultBranch: string;
  /** The address of the workflow run on GitHub. */
  runUrl: string;
  /** How to accept the recordings, as markdown. */
  accept: string;
}

/**
 * A text that is equal for equal drift, whatever run found it; null when no behaviour differs. Wording that
 * the provider changes in each run is not part of it. Pure.
 * @param accept how to accept the recordings, so that the issue changes when that changes
 */
export function driftState(report: WatchReport, accept: string): string | null {
  if (report.driftedCount === 0) return null;
  const changes = report.drifted
    .map(({ kind, path, summary }) => JSON.stringify([path, kind, summary]))
    .sort();
  return createHash('sha256')
    .update(JSON.stringify([report.driftedCount, changes, accept]))
    .digest('hex')
    .slice(0, 32);
}

/** The issue of a watch that found drift, at most 65,536 characters. Pure. */
export function renderIssue(report: WatchReport, state: string, about: IssueAbout): RenderedIssue {
  const { defaultBranch, runUrl, accept } = about;
  const times = report.repeats === 1 ? '' : `, in each of ${report.repeats} repeats`;
  const body = [
    `${header(state)}\n${report.markdown.slice(0, ISSUE_REPORT_CHARACTERS)}`,
    `[This run](${runUrl}) recorded the tests again against their live providers${times}, and compared the ` +
      `recordings with those of ${inlineCode(defaultBranch)}. The branch did not change.`,
    `**Accept:** ${accept}`,
    'The action updates this issue when the drift changes and closes it when the drift is gone. If you ' +
      'close it, it stays closed until the drift changes.',
  ].join('\n\n');
  return { title: titleOf(report.headline), body };
}

/** The issue after a watch without drift. Pure. */
export function renderGone({ defaultBranch, runUrl }: Omit<IssueAbout, 'accept'>): RenderedIssue {
  return {
    title: 'Fixtures: no behaviour drift',
    body:
      `${header(GONE)}\nThe recordings that [this run](${runUrl}) made against the live providers behave ` +
      `like those of ${inlineCode(defaultBranch)}. The action reopens this issue when that changes.`,
  };
}

/** The state in the text of an issue; null when there is none. Pure. */
export function stateOf(body: string): string | null {
  const [, state = null] = /^<!-- state: ([0-9a-z]+) -->\s*$/m.exec(body.slice(0, 200)) ?? [];
  return state;
}

/** Whether a text is that of the watch's issue. Pure. */
export function isWatchIssue(body: string | null | undefined): boolean {
  return body?.startsWith(WATCH_MARKER) ?? false;
}

function header(state: string): string {
  return `${WATCH_MARKER}\n<!-- state: ${state} -->`;
}

/** GitHub accepts titles of at most 256 characters, and shows markdown in them as text. */
function titleOf(headline: string): string {
  const text = escapeMarkdown(headline).replaceAll('\u200b', '').replaceAll('`', '');
  const title = `Fixtures: ${text}`;
  return title.length <= 250 ? title : `${title.slice(0, 249)}…`;
}
