import {
  type Connection,
  type WatchPushSummary,
  type WatchReport,
  watchDigest,
  watchReport,
} from '@fixture-registry/client';
import { driftFailure } from '../comment/fail-on.js';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { waitingFor } from '../runner/activity.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { prepareAcceptance } from './acceptance/prepare-acceptance.js';
import { digestText } from './digest-text.js';
import { driftState, ISSUE_REPORT_CHARACTERS, renderGone, renderIssue } from './issue/issue-body.js';
import { repositoryIssues } from './issue/repository-issues.js';
import { type IssueResult, upsertIssue, type WantedIssue } from './issue/upsert-issue.js';
import { watchSummary } from './watch-summary.js';

/** GitHub accepts a summary of 1 MiB; a character has up to 4 bytes. */
const SUMMARY_CHARACTERS = 200_000;

/**
 * Reports a complete watch: in the issue, the log and the summary, with a link that accepts what it recorded.
 * Fails the job as `fail-on` says.
 * @throws RegistryError, StepFailure
 */
export async function reportWatch(
  step: Step,
  defaultBranch: string,
  counts: WatchPushSummary,
): Promise<void> {
  const { connection, inputs, run } = step;
  const report = await fetchReport(connection, String(run.id), SUMMARY_CHARACTERS);
  if (report === null) throw new StepFailure('The registry has no report of this watch. Run the job again.');
  log.info(report.headline);
  const accept = await prepareAcceptance(step, defaultBranch, report);
  const issue = await keepIssue(step, defaultBranch, report, accept);
  if (issue.done !== null) log.info(issue.done);
  if (issue.problem !== null) log.notice(issue.problem, { title: 'No issue for the watch' });
  const figures = await waitingFor('the registry to compute the digest', () => watchDigest(connection));
  const digest = digestText(figures, report.unstableCount);
  await writeSummary(watchSummary({ report, counts, accept, issue, digest }));
  const failure = driftFailure(judged(report), inputs.failOn);
  if (failure !== null) log.fail(failure);
}

async function keepIssue(
  { connection, github, inputs, run }: Step,
  defaultBranch: string,
  own: WatchReport,
  accept: string | null,
): Promise<IssueResult> {
  const wanted = async (): Promise<WantedIssue> => {
    const report = await fetchNewest(connection, own);
    const { owner, name } = run.repository;
    const runUrl = `${run.githubServerUrl}/${owner}/${name}/actions/runs/${report.run}`;
    const about = { defaultBranch, runUrl, accept: accept ?? 'see the summary of the run.' };
    const state = driftState(report, about.accept);
    return {
      state,
      isWhole: inputs.jobSucceeded,
      text: state === null ? renderGone(about) : renderIssue(report, state, about),
      goodbye: `The drift is gone: [this run](${runUrl}) recorded the behaviour of \`${defaultBranch}\`.`,
    };
  };
  return upsertIssue(repositoryIssues(github, run.repository), wanted);
}

/** The newest complete watch: another run may have completed meanwhile. */
async function fetchNewest(connection: Connection, own: WatchReport): Promise<WatchReport> {
  const newest = await fetchReport(connection, null, ISSUE_REPORT_CHARACTERS);
  if (newest !== null && newest.stored >= newest.repeats && newest.at >= own.at) return newest;
  return (await fetchReport(connection, own.run, ISSUE_REPORT_CHARACTERS)) ?? own;
}

function fetchReport(connection: Connection, run: string | null, limit: number): Promise<WatchReport | null> {
  return waitingFor('the registry to compute the report', () => watchReport(connection, run, limit));
}

function judged({ headline, level }: WatchReport): Parameters<typeof driftFailure>[0] {
  return { unaccepted: level === null ? 0 : 1, unacceptedLevel: level, text: headline };
}
