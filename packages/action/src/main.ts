import * as core from '@actions/core';
import { findCandidates } from './candidate-commits.js';
import { localGit } from './local-git.js';
import * as log from './log.js';
import { PUSH_ON_VARIABLE, STATE } from './names.js';
import { promoteMerged } from './promote-merged.js';
import { pullFixtures } from './pull-fixtures.js';
import { pushFixtures } from './push-fixtures.js';
import { reportClosing } from './report-closing.js';
import { guarded, settle } from './settle.js';
import { beginStep } from './step.js';

/**
 * Before the tests: promote what was merged, pull what this commit needs. With `mode: push`, push instead; in a workflow that runs after
 * another one, what a fork recorded there.
 */
async function main(): Promise<void> {
  const step = await beginStep();
  if ('problem' in step) return log.fail(step.problem);
  if ('nothing' in step) return log.info(step.nothing);

  const { about, github, inputs, run } = step;
  const mayGoOn = await settle(inputs, async () => {
    if (run.eventName === 'workflow_run' && inputs.mode === 'push') {
      // Not needed at any other start, with what it takes along.
      const { pushForkRun } = await import('./fork/push-fork-run.js');
      return pushForkRun(step);
    }
    const git = localGit(inputs.directory);
    const candidates = await findCandidates(about.lineage, { github, git, repository: run.repository });
    log.info(`Commits to take a baseline from: ${candidates.commits.length} ${candidates.source}`);
    core.saveState(STATE.candidates, candidates.commits.join(' '));

    await promoteMerged(step);
    await reportClosing(step);
    if (inputs.mode === 'push') await pushFixtures(step, candidates.commits, null);
    else await pullFixtures(step, candidates.commits);
  });

  if (!mayGoOn || inputs.mode !== 'auto') return;
  core.saveState(STATE.ready, 'true');
  if (inputs.pushOn === 'always') core.exportVariable(PUSH_ON_VARIABLE, 'always');
}

await guarded(main);
