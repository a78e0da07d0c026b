import { push } from '@fixture-registry/client';
import { explainMissingToken } from '../event/missing-token.js';
import type { Step } from '../event/step.js';
import { storeRecordings } from '../fork/store-recordings.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { notPushedSummary } from './pushed-summary.js';
import { reportPush } from './report-push.js';

/**
 * Pushes what was recorded and tells what that changes. A job of a fork, which may not, leaves it for a second workflow.
 * @param pull what main pulled, if it did: what a push to a branch is compared with; null: this job did not pull
 */
export async function pushFixtures(
  step: Step,
  candidates: string[],
  pull: { pulledSnapshot: string | null; pullFailed: boolean } | null,
): Promise<void> {
  const { about, connection, inputs, run } = step;
  if ('refused' in about.push) return reportNotPushed(about.push.refused, false);
  const { target, commit } = about.push;
  if (connection.token === null) {
    if (about.fromFork) return storeRecordings(step, target, pull?.pullFailed);
    return reportNotPushed(explainMissingToken({ fromFork: about.fromFork, actor: run.actor }), true);
  }
  const { pulledSnapshot = null, pullFailed } = pull ?? {};
  // Where the registry had nothing to pull, whatever is there by now was pushed by other jobs.
  const prune = pull !== null && !pull.pullFailed && pulledSnapshot === null ? false : inputs.prune;
  const pushed = await push(connection, {
    directory: inputs.directory,
    target,
    commit,
    candidates,
    ...(inputs.baseline === null ? {} : { baseline: inputs.baseline }),
    ...(about.defaultBranch === null ? {} : { defaultBranch: about.defaultBranch }),
    ...(inputs.paths.length > 0 ? { paths: inputs.paths } : {}),
    prune,
    // Without it the directory tells, where an earlier step of the job pulled.
    ...(pullFailed === undefined ? {} : { pullFailed }),
    afterFailedPull: 'skip',
    ifNothingFound: 'warn',
    redact: inputs.redact,
  });
  await reportPush(step, { target, commit, fork: null }, pushed, pulledSnapshot);
}

/** @param worry whether somebody should look into it */
export async function reportNotPushed(reason: string, worry: boolean): Promise<void> {
  const message = `Nothing was pushed: ${reason}`;
  if (worry) log.warning(message, { title: 'Fixtures not pushed' });
  else log.info(message);
  await writeSummary(notPushedSummary(reason));
}
