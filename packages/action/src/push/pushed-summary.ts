import {
  describePossibleSecrets,
  describeUnplayable,
  POSSIBLE_SECRETS_HINT,
  type PossibleSecrets,
  type PushSummary,
  possibleSecretPlaces,
  withCommas,
} from '@fixture-registry/client';
import { forkLine, noDrift } from '../comment/comment-body.js';
import { hasDrift, type Report } from '../comment/drift-report.js';
import { describeBaseline, describeTarget } from '../event/describe-target.js';
import type { PushedTo } from '../event/event-target.js';
import { escapeMarkdown, inlineCode } from '../runner/escape-markdown.js';

/** Lists are cut, because GitHub drops the whole summary of a step above 1 MiB. */
const MAX_LISTED = 50;

/** The job summary of a push with its report, as markdown. Pure. */
export function pushedSummary(
  pushed: PushSummary,
  { target, fork }: Omit<PushedTo, 'commit'>,
  report: Report | null,
  {
    commentUrl,
    problem,
    notes,
  }: { commentUrl: string | null; problem: string | null; notes: (string | null)[] },
): string {
  const parts = [
    `### Fixtures pushed to ${describeTarget(target)}`,
    `${withCommas(pushed.added)} added · ${withCommas(pushed.changed)} changed · ` +
      `${withCommas(pushed.removed)} removed · ${withCommas(pushed.unchanged)} unchanged · ` +
      `${withCommas(pushed.uploaded)} uploaded · snapshot \`${pushed.snapshot.id}\``,
  ];
  if (!('branch' in target)) parts.push(escapeMarkdown(describeBaseline(pushed)));
  if (fork !== null) parts.push(forkLine(fork));
  if (pushed.unplayable?.totalCount) parts.push(`⚠️ ${escapeMarkdown(describeUnplayable(pushed.unplayable))}`);
  if (pushed.defaultBranchChange !== null) parts.push(escapeMarkdown(pushed.defaultBranchChange));
  for (const warning of pushed.warnings) parts.push(`⚠️ ${escapeMarkdown(warning)}`);
  if (problem !== null) parts.push(`⚠️ ${escapeMarkdown(problem)}`);
  parts.push(...notes.filter((note) => note !== null));
  if (commentUrl !== null) parts.push(`[The comment on the pull request](${commentUrl})`);
  if (pushed.removed > 0) parts.push(removedList(pushed));
  if (pushed.possibleSecrets?.totalCount) parts.push(possibleSecretList(pushed.possibleSecrets));
  if (pushed.redacted.length > 0) parts.push(redactedList(pushed));
  if (pushed.problems.length > 0) parts.push(problemList(pushed.problems));
  if (report !== null) parts.push(hasDrift(report) ? report.markdown : noDrift(report));
  return parts.join('\n\n');
}

/** The job summary of a run that pushed nothing, as markdown. Pure. */
export function notPushedSummary(reason: string): string {
  return `### Fixtures not pushed\n\nNothing was pushed: ${escapeMarkdown(reason)}`;
}

/** The secrets that `redact` replaced, one line each. Pure. */
export function redactedLines({ redacted }: Pick<PushSummary, 'redacted'>): string[] {
  return redacted.flatMap(({ path, replacements }) =>
    replacements.map(({ kind, place, placeholder }) => `${path}: ${kind} at ${place} is now ${placeholder}`),
  );
}

/** The paths that `prune` removed, one line each, at most 50. Pure. */
export function removedLines({ removed, removedPaths }: PushSummary): string[] {
  return removed === 0 ? [] : boundedLines(removedPaths, (path) => `removed ${path}`);
}

function boundedLines(values: string[], line: (value: string) => string): string[] {
  const lines = values.slice(0, MAX_LISTED).map(line);
  const more = values.length - lines.length;
  return more > 0 ? [...lines, `… and ${withCommas(more)} more`] : lines;
}

function removedList(pushed: PushSummary): string {
  const lines = boundedLines(pushed.removedPaths, (path) => `- ${inlineCode(path)}`);
  return `#### Removed by \`prune\` (${withCommas(pushed.removed)})\n\n${lines.join('\n')}`;
}

function possibleSecretList(possible: PossibleSecrets): string {
  const places = possibleSecretPlaces(possible).map((line) => `- ${inlineCode(line)}`);
  const title = `⚠️ ${escapeMarkdown(describePossibleSecrets(possible))}.`;
  return `#### Possible secrets\n\n${title} ${POSSIBLE_SECRETS_HINT}\n\n${places.join('\n')}`;
}

function redactedList(pushed: PushSummary): string {
  const all = redactedLines(pushed);
  const lines = all.slice(0, MAX_LISTED).map((line) => `- ${inlineCode(line)}`);
  if (all.length > MAX_LISTED) lines.push(`- … and ${withCommas(all.length - MAX_LISTED)} more`);
  return `#### Redacted\n\n${lines.join('\n')}`;
}

function problemList(problems: { path: string; problem: string }[]): string {
  const lines = problems
    .slice(0, MAX_LISTED)
    .map(({ path, problem }) => `- ${inlineCode(path)}: ${escapeMarkdown(problem)}`);
  if (problems.length > MAX_LISTED) lines.push(`- … and ${withCommas(problems.length - MAX_LISTED)} more`);
  return `#### Stored, but not parsed\n\n${lines.join('\n')}`;
}
