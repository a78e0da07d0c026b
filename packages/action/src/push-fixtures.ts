import { push } from '@fixture-registry/client';
import { storeRecordings } from './fork/store-recordings.js';
import * as log from './log.js';
import type { Step } from './step.js';
import { notPushedSummary, writeSummary } from './summary.js';
import { tellPush } from './tell-push.js';
import { whyNoToken } from './why-no-token.js';

/**
 * Pushes what was recorded and tells what that changes. A job of a fork, which may not, leaves it for a second workflow.
 * @param pulledSnapshot what main pulled, if it did: what a push to a branch is compared with
 */
export async function pushFixtures(
  step: Step,
  candidates: string[],
  pulledSnapshot: string | null,
): Promise<void> {
  const { about, connection, inputs, run } = step;
  if ('refused' in about.push) return sayNotPushed(about.push.refused, false);
  const { target, commit } = about.push;
  if (connection.token === null) {
    if (about.fromFork) return storeRecordings(step, target);
    return sayNotPushed(whyNoToken({ fromFork: about.fromFork, actor: run.actor }), true);
  }
  const pushed = await push(connection, {
    directory: inputs.directory,
    target,
    commit,
    candidates,
    ...(inputs.baseline === null ? {} : { baseline: inputs.baseline }),
    ...(about.defaultBranch === null ? {} : { defaultBranch: about.defaultBranch }),
    ...(inputs.paths.length > 0 ? { paths: inputs.paths } : {}),
    prune: inputs.prune,
    redact: inputs.redact,
  });
  await tellPush(step, { target, commit, fork: null }, pushed, pulledSnapshot);
}

/** @param worry whether somebody should look into it */
export async function sayNotPushed(reason: string, worry: boolean): Promise<void> {
  const message = `Nothing was pushed: ${reason}`;
  if (worry) log.warning(message, { title: 'Fixtures not pushed' });
  else log.info(message);
  await writeSummary(notPushedSummary(reason));
}
