import * as core from '@actions/core';
import { drift, type PushSummary } from '@fixture-registry/client';
import { createCheckRun } from '../comment/check-run.js';
import { commentThread } from '../comment/comment-thread.js';
import { hasDrift, levelName, type Report } from '../comment/drift-report.js';
import { failureOf } from '../comment/fail-on.js';
import { labelReview } from '../comment/label-review.js';
import { type CommentResult, upsertComment } from '../comment/upsert-comment.js';
import { describeTarget } from '../event/describe-target.js';
import type { PushedTo, Target } from '../event/event-target.js';
import type { Step } from '../event/step.js';
import { OUTPUT } from '../names.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { pushedSummary, redactedLines, removedLines } from './pushed-summary.js';

/** Annotations beyond this many per step are dropped by GitHub; the summary lists them. */
const MAX_ANNOTATIONS = 10;

/** GitHub shows a summary of up to 1 MiB; a character has up to 4 bytes. */
const SUMMARY_CHARACTERS = 250_000;

/**
 * Tells what a push amounts to: comment, check run, log, outputs and summary; and fails the job where `fail-on` says so.
 * @param pulledSnapshot what main pulled, if it did: what a push to a branch is compared with
 */
export async function reportPush(
  step: Step,
  to: PushedTo,
  pushed: PushSummary,
  pulledSnapshot: string | null,
): Promise<void> {
  const { inputs } = step;
  const { target, commit } = to;
  log.info(
    `Pushed to ${describeTarget(target)}: ${pushed.added} added, ${pushed.changed} changed, ${pushed.removed} removed, ${pushed.unchanged} unchanged.`,
  );
  annotate(pushed);
  if (pushed.defaultBranchChange !== null) log.info(pushed.defaultBranchChange);
  for (const warning of pushed.warnings) log.warning(warning, { title: 'Fixtures' });
  for (const line of removedLines(pushed)) log.info(line);
  for (const line of redactedLines(pushed)) log.info(line);

  const told = await report(step, to, pushed, pulledSnapshot);
  if (told.problem !== null) log.warning(told.problem, { title: 'No comment on the pull request' });
  if (told.report !== null) log.info(told.report.text);
  if (inputs.check && told.report !== null && 'pullRequest' in target) {
    const at = { repository: step.run.repository, sha: commit };
    const problem = await createCheckRun(step.github, at, told.report, inputs.failOn);
    if (problem !== null) log.warning(problem, { title: 'No check run' });
  }
  setOutputs(pushed, told);
  await writeSummary(pushedSummary(pushed, to, await longForm(step, target, told.report), told));
  const failure = told.report === null ? null : failureOf(told.report, inputs.failOn);
  if (failure !== null) log.fail(failure);
}

/** A pull request is compared with its baseline and told so; a branch with what it was before. */
async function report(
  { connection, github, inputs, run }: Step,
  { target, fork }: PushedTo,
  pushed: PushSummary,
  pulledSnapshot: string | null,
): Promise<CommentResult> {
  if ('pullRequest' in target) {
    const { pullRequest } = target;
    const thread = commentThread(github, run.repository, pullRequest);
    const reviewed = labelReview({ connection, github, run }, pullRequest);
    return upsertComment(thread, { mode: inputs.comment, fork }, () =>
      reviewed(() => drift(connection, { pullRequest })),
    );
  }
  const before = pulledSnapshot ?? pushed.baseline?.id ?? null;
  if (before === null || before === pushed.snapshot.id)
    return { report: null, commentUrl: null, problem: null };
  const head = { snapshot: pushed.snapshot.id };
  // Null where the registry was restored from a backup since main pulled: then what the push itself changed is left to compare.
  const found =
    (await drift(connection, { base: { snapshot: before }, head })) ?? (await drift(connection, { head }));
  return { report: found, commentUrl: null, problem: null };
}

/** The same report for the job summary, which has more room than a comment. */
async function longForm({ connection }: Step, target: Target, report: Report | null): Promise<Report | null> {
  if (report === null || !hasDrift(report)) return report;
  const question =
    'pullRequest' in target
      ? { pullRequest: target.pullRequest }
      : { base: { snapshot: report.baseline.id }, head: { snapshot: report.head.id } };
  const long = await drift(connection, { ...question, markdownLimit: SUMMARY_CHARACTERS });
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
}

function annotate({ problems }: PushSummary): void {
  for (const { path, problem } of problems.slice(0, MAX_ANNOTATIONS)) {
    log.warning(problem, { title: 'Stored, but not understood', file: path });
  }
}
