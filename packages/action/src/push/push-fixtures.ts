import { push } from '@fixture-registry/client';
import { explainMissingToken } from '../event/missing-token.js';
import type { Step } from '../event/step.js';
import { storeRecordings } from '../fork/store-recordings.js';
import { PULLED_VARIABLE } from '../names.js';
import { waitingFor } from '../runner/activity.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { readJobUse } from '../use/job-use.js';
import { notPushedSummary } from './pushed-summary.js';
import { reportPush } from './report-push.js';

/**
 * Pushes the recordings and reports the drift. A job of a fork, which cannot push, stores them for a
 * second workflow.
 * @param candidates shas of candidate baseline commits, nearest first
 * @param pull the pull of main, whose snapshot a push to a branch is compared with; null when this job
 * did not pull
 */
export async function pushFixtures(
  step: Step,
  candidates: string[],
  pull: { pulledSnapshot: string | null; pullFailed: boolean } | null,
): Promise<void> {
  const { about, connection, inputs, run } = step;
  // A named branch is a mistake of the workflow; the event of a run is not.
  if ('refused' in about.push) return reportNotPushed(about.push.refused, about.mustExist === true);
  const { target, commit, about: described } = about.push;
  if (connection.token === null) {
    if (about.fromFork) return storeRecordings(step, target, pull?.pullFailed);
    return reportNotPushed(explainMissingToken({ fromFork: about.fromFork, actor: run.actor }), true);
  }
  const { pulledSnapshot = null, pullFailed } = pull ?? {};
  // If main found nothing to pull, other jobs have pushed what the registry has now: prune none of it.
  const prune = pull !== null && !pull.pullFailed && pulledSnapshot === null ? false : inputs.prune;
  const fork = about.recordsFor?.fork ?? null;
  const pulledHere = pull === null ? process.env[PULLED_VARIABLE] || null : pulledSnapshot;
  const use = readJobUse(step, target, pullFailed === true ? null : pulledHere);
  const send = () =>
    push(connection, {
      directory: inputs.directory,
      target,
      commit,
      ...described,
      ...(fork === null ? {} : { fromFork: true }),
      candidates,
      ...(inputs.baseline === null ? {} : { baseline: inputs.baseline }),
      ...(about.defaultBranch === null ? {} : { defaultBranch: about.defaultBranch }),
      ...(inputs.paths.length > 0 ? { paths: inputs.paths } : {}),
      prune,
      // Without it the client looks for the pull of an earlier step in the directory.
      ...(pullFailed === undefined ? {} : { pullFailed }),
      afterFailedPull: 'skip',
      redact: inputs.redact,
      ...(use === null ? {} : { use: use.report }),
    });
  const pushed = await waitingFor('the registry to store the recordings', send);
  await reportPush(step, { target, commit, fork }, pushed, { pulledSnapshot, use });
}

/**
 * Reports in the log and the summary that nothing was pushed.
 * @param isWarning whether the log shows a warning, for a cause that somebody should fix
 */
export async function reportNotPushed(reason: string, isWarning: boolean): Promise<void> {
  const message = `Nothing was pushed: ${reason}`;
  if (isWarning) log.warning(message, { title: 'Fixtures not pushed' });
  else log.info(message);
  await writeSummary(notPushedSummary(reason));
}
