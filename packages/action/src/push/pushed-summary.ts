import * as core from '@actions/core';
import {
  type PullSummary,
  type PushSummary,
  type SnapshotSummary,
  withCommas,
} from '@fixture-registry/client';
import { describeBranchName } from '@fixture-registry/protocol';
import { forkLine, noDrift } from '../comment/comment-body.js';
import { hasDrift, type Report } from '../comment/drift-report.js';
import type { PushedTo, Target } from '../event/event-target.js';
import { codeOf, harmlessMarkdown } from '../runner/escape-markdown.js';

/** GitHub drops a step's summary beyond 1 MiB as a whole, so a long list is cut here. */
const MOST_PROBLEMS = 50;

/** Adds markdown to the summary of the job; does nothing where the runner offers none. */
export async function writeSummary(markdown: string): Promise<void> {
  if (!process.env['GITHUB_STEP_SUMMARY']) return;
  await core.summary.addRaw(`${markdown}\n`, true).write();
}

/** What main did. Pure. */
export function pulledSummary(pulled: PullSummary, target: Target | null): string {
  const figures = [
    `${withCommas(pulled.pulled)} pulled`,
    `${withCommas(pulled.reused)} already there`,
    ...(pulled.removed > 0 ? [`${withCommas(pulled.removed)} removed`] : []),
    ...(pulled.replaced > 0
      ? [`${withCommas(pulled.replaced)} local files moved to \`.fixtures/replaced\``]
      : []),
    ...(pulled.purged.length > 0
      ? [`⚠️ ${withCommas(pulled.purged.length)} purged from the registry (the log names them)`]
      : []),
  ];
  return `### Fixtures of ${described(target)}\n\n${figures.join(' · ')} · snapshot \`${pulled.snapshot.id}\`\n\n${harmlessMarkdown(baselineLine(pulled))}`;
}

/** What was pushed, and the same report as on the pull request. Pure. */
export function pushedSummary(
  pushed: PushSummary,
  { target, fork }: Omit<PushedTo, 'commit'>,
  report: Report | null,
  told: { commentUrl: string | null; problem: string | null },
): string {
  const parts = [
    `### Fixtures pushed to ${described(target)}`,
    `${withCommas(pushed.added)} added · ${withCommas(pushed.changed)} changed · ${withCommas(pushed.removed)} removed · ${withCommas(pushed.unchanged)} unchanged · ` +
      `${withCommas(pushed.uploaded)} uploaded · snapshot \`${pushed.snapshot.id}\``,
  ];
  if (!('branch' in target)) parts.push(harmlessMarkdown(baselineLine(pushed)));
  if (fork !== null) parts.push(forkLine(fork));
  if (pushed.defaultBranchChange !== null) parts.push(harmlessMarkdown(pushed.defaultBranchChange));
  for (const warning of pushed.warnings) parts.push(`⚠️ ${harmlessMarkdown(warning)}`);
  if (told.problem !== null) parts.push(`⚠️ ${harmlessMarkdown(told.problem)}`);
  if (told.commentUrl !== null) parts.push(`[The comment on the pull request](${told.commentUrl})`);
  for (const warning of pushed.warnings) parts.push(`⚠️ ${harmlessMarkdown(warning)}`);
  if (pushed.removed > 0) parts.push(removedList(pushed));
  if (pushed.redacted.length > 0) parts.push(redactedList(pushed));
  if (pushed.problems.length > 0) parts.push(problemList(pushed.problems));
  if (report !== null) parts.push(hasDrift(report) ? report.markdown : noDrift(report));
  return parts.join('\n\n');
}

export function notPushedSummary(reason: string): string {
  return `### Fixtures not pushed\n\nNothing was pushed: ${harmlessMarkdown(reason)}`;
}

/** What `redact` replaced, one line for each secret. Pure. */
export function redactedLines({ redacted }: Pick<PushSummary, 'redacted'>): string[] {
  return redacted.flatMap(({ path, replacements }) =>
    replacements.map(({ kind, place, placeholder }) => `${path}: ${kind} at ${place} is now ${placeholder}`),
  );
}

/** What `prune` removed, one line for each path. Pure. */
export function removedLines({ removed, removedPaths }: PushSummary): string[] {
  return removed === 0 ? [] : boundedLines(removedPaths, (path) => `removed ${path}`);
}

function boundedLines(values: string[], line: (value: string) => string): string[] {
  const lines = values.slice(0, MOST_PROBLEMS).map(line);
  const more = values.length - lines.length;
  return more > 0 ? [...lines, `… and ${withCommas(more)} more`] : lines;
}

function removedList(pushed: PushSummary): string {
  const lines = boundedLines(pushed.removedPaths, (path) => `- ${codeOf(path)}`);
  return `#### Removed by \`prune\` (${withCommas(pushed.removed)})\n\n${lines.join('\n')}`;
}

function redactedList(pushed: PushSummary): string {
  const all = redactedLines(pushed);
  const lines = all.slice(0, MOST_PROBLEMS).map((line) => `- ${codeOf(line)}`);
  if (all.length > MOST_PROBLEMS) lines.push(`- … and ${withCommas(all.length - MOST_PROBLEMS)} more`);
  return `#### Redacted\n\n${lines.join('\n')}`;
}

function problemList(problems: { path: string; problem: string }[]): string {
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ path, problem }) => `- ${codeOf(path)}: ${harmlessMarkdown(problem)}`);
  if (problems.length > MOST_PROBLEMS)
    lines.push(`- … and ${withCommas(problems.length - MOST_PROBLEMS)} more`);
  return `#### Stored, but not understood\n\n${lines.join('\n')}`;
}

/** What a run is compared with, and why, in one line. */
export function baselineLine(about: { baseline: SnapshotSummary | null; baselineReason: string }): string {
  const { baseline, baselineReason } = about;
  if (baseline === null) return `Baseline: none (${baselineReason})`;
  return `Baseline: ${snapshotWords(baseline)}: ${baselineReason}`;
}

/** A snapshot as a person reads it, such as `main` at version 3 (commit `1a2b3c4d5e6f`). */
function snapshotWords({ branch, pullRequest, version, commit }: SnapshotSummary): string {
  const name = codeOf(branch == null ? `pull/${pullRequest}` : describeBranchName(branch));
  return `${name} at version ${version}${commit === null ? '' : ` (commit \`${commit.slice(0, 12)}\`)`}`;
}

export function described(target: Target | null): string {
  if (target === null) return 'the default branch';
  return 'branch' in target
    ? codeOf(describeBranchName(target.branch))
    : `pull request #${target.pullRequest} over ${codeOf(describeBranchName(target.base))}`;
}
