import * as core from '@actions/core';
import {
  describePossibleSecrets,
  describeUnplayable,
  drift,
  fetchPossibleSecrets,
  POSSIBLE_SECRETS_HINT,
  type PushSummary,
  possibleSecretPlaces,
} from '@fixture-registry/client';
import { annotateChanges } from '../annotations/annotate-changes.js';
import { MAX_ANNOTATIONS } from '../annotations/choose-annotations.js';
import { createCheckRun } from '../comment/check-run.js';
import { possibleSecretsLine } from '../comment/comment-body.js';
import { commentThread } from '../comment/comment-thread.js';
import { hasDrift, levelName, type Report } from '../comment/drift-report.js';
import { driftFailure } from '../comment/fail-on.js';
import { labelReview } from '../comment/label-review.js';
import { untestedLine } from '../comment/untested-line.js';
import { type CommentResult, upsertComment } from '../comment/upsert-comment.js';
import { describeTarget } from '../event/describe-target.js';
import type { PushedTo, Target } from '../event/event-target.js';
import type { Step } from '../event/step.js';
import { OUTPUT } from '../names.js';
import { waitingFor } from '../runner/activity.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import type { JobUse } from '../use/job-use.js';
import { pushedSummary, redactedLines, removedLines } from './pushed-summary.js';

const REPORT = 'the registry to compute the report';

/** GitHub accepts a summary of 1 MiB; a character has up to 4 bytes. */
const SUMMARY_CHARACTERS = 250_000;

/**
 * Reports a push: in the comment, the check run, the log, the outputs and the summary. Fails the job as
 * `fail-on` says.
 * @param ofJob the snapshot that main pulled, which a push to a branch is compared with, and what the tests read of it
 */
export async function reportPush(
  step: Step,
  to: PushedTo,
  pushed: PushSummary,
  { pulledSnapshot, use }: { pulledSnapshot: string | null; use: JobUse | null },
): Promise<void> {
  const { inputs } = step;
  const { target, commit } = to;
  log.info(
    `Pushed to ${describeTarget(target)}: ${pushed.added} added, ${pushed.changed} changed, ` +
      `${pushed.removed} removed, ${pushed.unchanged} unchanged.`,
  );
  if (pushed.unplayable?.totalCount)
    log.warning(describeUnplayable(pushed.unplayable), { title: 'Recordings that will not be found' });
  warnOfProblems(pushed);
  warnOfPossibleSecrets(pushed);
  if (pushed.defaultBranchChange !== null) log.info(pushed.defaultBranchChange);
  for (const warning of pushed.warnings) log.warning(warning, { title: 'Fixtures' });
  for (const line of removedLines(pushed)) log.info(line);
  for (const line of redactedLines(pushed)) log.info(line);
  if (use !== null) log.info(use.text);

  const untested = await untestedLine(step, to, pushed.baseline?.id ?? null);
  if (untested !== null) log.info(untested);
  const reported = await commentOn(step, to, pushed, { pulledSnapshot, untested });
  if (reported.problem !== null) log.warning(reported.problem, { title: 'No comment on the pull request' });
  if (reported.report !== null) log.info(reported.report.text);
  if (inputs.check && reported.report !== null && 'pullRequest' in target) {
    const at = { repository: step.run.repository, sha: commit };
    const problem = await createCheckRun(step.github, at, reported.report, inputs.failOn);
    if (problem !== null) log.warning(problem, { title: 'No check run' });
  }
  await annotate(step, to, pushed, reported.report);
  setOutputs(pushed, reported);
  core.setOutput(OUTPUT.unused, use?.unused ?? '');
  await writeSummary(
    pushedSummary(pushed, to, await fetchLongReport(step, target, reported.report), {
      ...reported,
      notes: [use?.text ?? null, untested],
    }),
  );
  const failure = reported.report === null ? null : driftFailure(reported.report, inputs.failOn);
  if (failure !== null) log.fail(failure);
}

/**
 * Compares a pull request with its baseline and comments on it; compares a branch with its state before
 * the push.
 */
async function commentOn(
  { about, connection, github, inputs, run }: Step,
  { target, fork }: PushedTo,
  pushed: PushSummary,
  { pulledSnapshot, untested }: { pulledSnapshot: string | null; untested: string | null },
): Promise<CommentResult> {
  if ('pullRequest' in target) {
    const { pullRequest } = target;
    const thread = commentThread(github, run.repository, pullRequest);
    // Only the pull request's own runs accept drift; setting the label starts one.
    const reviewed = about.recordsFor ? undefined : labelReview({ connection, github, run }, pullRequest);
    const fetchReport = () => waitingFor(REPORT, () => drift(connection, { pullRequest }));
    return upsertComment(
      thread,
      { mode: inputs.comment, fork },
      () => (reviewed === undefined ? fetchReport() : reviewed(fetchReport)),
      async () => {
        const possible = await waitingFor(REPORT, () => fetchPossibleSecrets(connection, pullRequest));
        const secrets = possible?.totalCount ? possibleSecretsLine(possible) : null;
        return [untested, secrets].filter((line) => line !== null).join('\n\n') || null;
      },
    );
  }
  const before = pulledSnapshot ?? pushed.baseline?.id ?? null;
  if (before === null || before === pushed.snapshot.id)
    return { report: null, commentUrl: null, problem: null };
  const head = { snapshot: pushed.snapshot.id };
  // Null when the registry was restored from a backup after the pull: then compare with the state
  // before the push.
  const report = await waitingFor(
    REPORT,
    async () =>
      (await drift(connection, { base: { snapshot: before }, head })) ?? (await drift(connection, { head })),
  );
  return { report, commentUrl: null, problem: null };
}

/** The same report with longer markdown, because a job summary may be longer than a comment. */
async function fetchLongReport(
  { connection }: Step,
  target: Target,
  report: Report | null,
): Promise<Report | null> {
  if (report === null || !hasDrift(report)) return report;
  const compared =
    'pullRequest' in target
      ? { pullRequest: target.pullRequest }
      : { base: { snapshot: report.baseline.id }, head: { snapshot: report.head.id } };
  const long = await waitingFor(REPORT, () =>
    drift(connection, { ...compared, markdownLimit: SUMMARY_CHARACTERS }),
  );
  return long === null ? report : { ...report, markdown: long.markdown };
}

function setOutputs(
  pushed: PushSummary,
  { report, commentUrl }: { report: Report | null; commentUrl: string | null },
): void {
  core.setOutput(OUTPUT.added, report?.added ?? pushed.added);
  core.setOutput(OUTPUT.changed, report?.changed ?? pushed.changed);
  core.setOutput(OUTPUT.rekeyed, report?.rekeyed ?? 0);
  core.setOutput(OUTPUT.removed, report?.removed ?? pushed.removed);
  core.setOutput(OUTPUT.driftLevel, report === null ? 'none' : levelName(report.level));
  core.setOutput(OUTPUT.commentUrl, commentUrl ?? '');
  core.setOutput(OUTPUT.reportUrl, report?.url ?? '');
  core.setOutput(OUTPUT.errors, report?.errors ?? 0);
}

/** GitHub drops further annotations of a step; the summary lists all problems. */
function warnOfProblems({ problems }: PushSummary): void {
  for (const { path, problem } of problems.slice(0, MAX_ANNOTATIONS)) {
    log.warning(problem, { title: 'Stored, but not parsed', file: path });
  }
}

/** One annotation: possible secrets are often many, and harmless. */
function warnOfPossibleSecrets({ possibleSecrets }: PushSummary): void {
  if (!possibleSecrets?.totalCount) return;
  const places = possibleSecretPlaces(possibleSecrets);
  const text = [`${describePossibleSecrets(possibleSecrets)}.`, ...places, POSSIBLE_SECRETS_HINT].join('\n');
  log.warning(text, { title: 'Possible secrets' });
}

/** Annotates the changed tests of a pull request. A run for a fork does not read its checkout. */
async function annotate(
  { connection, inputs }: Step,
  { target, fork }: PushedTo,
  { problems }: PushSummary,
  report: Report | null,
): Promise<void> {
  if (!inputs.annotations || report === null || fork !== null || !('pullRequest' in target)) return;
  const { directory } = inputs;
  const workspace = process.env['GITHUB_WORKSPACE'] ?? directory;
  const compared = { pullRequest: target.pullRequest };
  const room = MAX_ANNOTATIONS - Math.min(MAX_ANNOTATIONS, problems.length);
  await waitingFor(REPORT, () =>
    annotateChanges(connection, compared, report, { directory, workspace }, room),
  );
}
