import * as core from '@actions/core';
import { findCandidates } from './event/candidate-commits.js';
import { localGit } from './event/local-git.js';
import { runEntryPoint, runStep } from './event/run-step.js';
import { beginStep } from './event/step.js';
import { PUSH_ON_VARIABLE, STATE } from './names.js';
import { promoteMerged } from './promotion/promote-merged.js';
import { reportClosing } from './promotion/report-closing.js';
import { sweepPullRequests } from './promotion/sweep-pull-requests.js';
import { pullFixtures } from './pull/pull-fixtures.js';
import { pushFixtures } from './push/push-fixtures.js';
import * as log from './runner/log.js';
import { adoptWatch } from './watch/acceptance/adopt-watch.js';
import { beginWatch } from './watch/begin-watch.js';

/**
 * Before the tests: promotes merged pull requests and pulls the recordings of this commit. With `mode:
 * push` it pushes instead; on `workflow_run` it pushes the recordings of a fork. With `mode: watch` it
 * decides whether post stores what the tests record.
 */
async function main(): Promise<void> {
  const step = await beginStep();
  if ('problem' in step) return log.fail(step.problem);
  if ('nothing' in step) return log.info(step.nothing);

  const { about, github, inputs, run } = step;
  let isReady = inputs.mode === 'auto';
  const succeeded = await runStep(inputs, async () => {
    if (run.eventName === 'workflow_run' && inputs.mode === 'push') {
      // Loaded only here: other runs would pay for its dependencies at every start.
      const { pushForkRun } = await import('./push/push-fork-run.js');
      return pushForkRun(step);
    }
    const git = localGit(inputs.directory);
    const candidates = await findCandidates(about.lineage, { github, git, repository: run.repository });
    log.info(`Baseline candidate commits: ${candidates.commits.length} ${candidates.source}`);
    core.saveState(STATE.candidates, candidates.commits.join(' '));

    if (inputs.mode === 'watch') isReady = await beginWatch(step);
    await promoteMerged(step);
    await reportClosing(step);
    await sweepPullRequests(step);
    await adoptWatch(step, candidates.commits);
    if (inputs.mode === 'push') await pushFixtures(step, candidates.commits, null);
    else await pullFixtures(step, candidates.commits);
  });

  if (!succeeded || !isReady) return;
  core.saveState(STATE.ready, 'true');
  // Tests fail where behaviour differs, and that is what a watch reports.
  if (inputs.pushOn === 'always' || inputs.mode === 'watch') core.exportVariable(PUSH_ON_VARIABLE, 'always');
  else if (process.env[PUSH_ON_VARIABLE] === 'always') log.warning(SHARED_PUSH_ON);
}

const SHARED_PUSH_ON =
  'An earlier step of this job set `push-on: always`. It applies to the whole job, so this step pushes after failed ' +
  'tests, too. Set the same `push-on` in all steps.';

await runEntryPoint(main);
