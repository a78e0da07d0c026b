import * as core from '@actions/core';
import { runEntryPoint, runStep } from './event/run-step.js';
import { beginStep } from './event/step.js';
import { STATE } from './names.js';
import { pushFixtures } from './push/push-fixtures.js';
import * as log from './runner/log.js';
import { watchFixtures } from './watch/watch-fixtures.js';

/**
 * After the tests, with `mode: auto`: pushes their recordings and reports the drift on the pull request. With
 * `mode: watch`: stores them beside the default branch, and reports what changed.
 */
async function post(): Promise<void> {
  if (core.getState(STATE.ready) !== 'true') {
    return log.info('Nothing to push: before the tests, the action only pulled, pushed already, or failed.');
  }
  const step = await beginStep();
  if ('problem' in step) return log.fail(step.problem);
  if ('nothing' in step) return log.info(step.nothing);

  const candidates = core
    .getState(STATE.candidates)
    .split(' ')
    .filter((sha) => sha !== '');
  const pulledSnapshot = core.getState(STATE.pulledSnapshot) || null;
  const pullFailed = core.getState(STATE.pull) !== 'done';
  if (step.inputs.mode === 'watch')
    return void (await runStep(step.inputs, () => watchFixtures(step, pullFailed ? null : pulledSnapshot)));
  await runStep(step.inputs, () => pushFixtures(step, candidates, { pulledSnapshot, pullFailed }));
}

await runEntryPoint(post);
