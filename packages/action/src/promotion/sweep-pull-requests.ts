import { closePullRequest, openPullRequests, promote, RegistryError } from '@fixture-registry/client';
import { describeBranchName } from '@fixture-registry/protocol';
import { defaultBranchOf } from '../event/event-target.js';
import type { Step } from '../event/step.js';
import type { WorkflowRun } from '../event/workflow-run.js';
import { waitingFor } from '../runner/activity.js';
import { escapeMarkdown } from '../runner/escape-markdown.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import type { Inputs } from '../runner/read-inputs.js';
import { type EndedPullRequest, findEnded } from './ended-pull-requests.js';

/** Limit on the pull requests that the job summary lists. */
const MAX_LISTED = 20;

/** The events whose runs on the default branch may report that any pull request was closed. */
const SWEEP_EVENTS = ['schedule', 'workflow_dispatch'];

/**
 * Whether a run compares the registry's open pull requests with GitHub's: a scheduled or dispatched run of the
 * default branch, once per matrix and not again where a second step pushes. The registry demands the identity
 * of the run, so a `token` does not suffice. Pure.
 */
export function isSweep(
  run: Pick<WorkflowRun, 'eventName' | 'ref' | 'payload'>,
  { token, mode, matrix }: Pick<Inputs, 'token' | 'mode' | 'matrix'>,
): boolean {
  if (!SWEEP_EVENTS.includes(run.eventName) || token !== '' || mode === 'push' || matrix.index > 0)
    return false;
  const branch = defaultBranchOf(run);
  return branch !== null && run.ref === `refs/heads/${branch}`;
}

/**
 * Reports the pull requests that ended while no run reported it: those that were closed as closed, and
 * promotes those that were merged into the branch of this run. A merged pull request is never reported as
 * closed, because the retention would remove its recordings. Nothing here fails the job.
 */
export async function sweepPullRequests(step: Step): Promise<void> {
  const { connection, github, inputs, run } = step;
  if (connection.token === null || !isSweep(run, inputs)) return;
  try {
    const numbers = await waitingFor('the registry to list its open pull requests', () =>
      openPullRequests(connection),
    );
    if (numbers.length === 0) return;
    const found = await findEnded(github, run.repository, numbers, run.id);
    if ('problem' in found) return log.info(`Closed pull requests are not reported: ${found.problem}`);
    await report(step, found.ended);
    if (found.postponed > 0) log.info(`Later runs look up ${found.postponed} more pull requests.`);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    log.info(`Closed pull requests are not reported: ${error.message}`);
  }
}

async function report(step: Step, ended: EndedPullRequest[]): Promise<void> {
  const lines: string[] = [];
  for (const each of ended) {
    const line = await reportOne(step, each);
    if (line === null) continue;
    log.info(line);
    lines.push(`- ${escapeMarkdown(line)}`);
  }
  if (lines.length === 0) return;
  const more = lines.length > MAX_LISTED ? [`- … and ${lines.length - MAX_LISTED} more, in the log`] : [];
  const list = [...lines.slice(0, MAX_LISTED), ...more].join('\n');
  await writeSummary(`### Pull requests that ended\n\n${list}`);
}

/** What became of one pull request, as a sentence; null when the registry knew it already. */
async function reportOne(step: Step, ended: EndedPullRequest): Promise<string | null> {
  try {
    return ended.merged === null ? await close(step, ended.number) : await promoteLate(step, ended.merged);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    // One that cannot be promoted must not stop the others.
    if (['UNREACHABLE', 'UNAVAILABLE', 'UNAUTHENTICATED'].includes(error.code)) throw error;
    const end = ended.merged === null ? 'closed' : 'merged';
    return `Pull request #${ended.number} was ${end}, but the registry did not record it: ${error.message}`;
  }
}

async function close({ connection }: Step, number: number): Promise<string | null> {
  const isNews = await waitingFor('the registry to record that a pull request was closed', () =>
    closePullRequest(connection, number),
  );
  return isNews ? `Pull request #${number} was closed without a merge.` : null;
}

/** A run may promote only to its own branch, and long after the merge only what the branch did not replace. */
async function promoteLate(
  { connection, run }: Step,
  merged: NonNullable<EndedPullRequest['merged']>,
): Promise<string> {
  const { number, branch, commit, head, mergedAt } = merged;
  const what = `Pull request #${number} was merged into ${describeBranchName(branch)}`;
  if (run.ref !== `refs/heads/${branch}`) {
    const options = `--pull-request ${number} --base ${branch}${commit === null ? '' : ` --commit ${commit}`}`;
    return (
      `${what} and is not promoted: only a run on that branch may promote it, or \`fixtures promote ${options}\` ` +
      'with a token.'
    );
  }
  const promotion = await waitingFor(`the registry to promote pull request #${number}`, () =>
    promote(connection, {
      ...{ pullRequest: number, branch, mergedAt, unlessChanged: true },
      ...(commit === null ? {} : { commit }),
      ...(head === null ? {} : { head }),
    }),
  );
  if (!promotion.promoted) return `${what}: ${promotion.reason}.`;
  const warnings = promotion.warnings.map((warning) => ` Warning: ${warning}.`).join('');
  return (
    `${what} and is promoted now: ${promotion.added} added, ${promotion.changed} changed, ` +
    `${promotion.removed} removed.${warnings}`
  );
}
