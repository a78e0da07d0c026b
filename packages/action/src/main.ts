import * as core from '@actions/core';
import { findCandidates } from './candidate-commits.js';
import { localGit } from './local-git.js';
import { PUSH_ON_VARIABLE, STATE } from './names.js';
import { promoteMerged } from './promote-merged.js';
import { pullFixtures } from './pull-fixtures.js';
import { pushFixtures } from './push-fixtures.js';
import { settle } from './settle.js';
import { beginStep } from './step.js';

/** Before the tests: promote what was merged, pull what this commit needs. With `mode: push`, push instead. */
async function main(): Promise<void> {
  const step = await beginStep();
  if ('problem' in step) return core.setFailed(step.problem);
  if ('nothing' in step) return core.info(step.nothing);

  const { about, github, inputs, run } = step;
  const mayGoOn = await settle(inputs, async () => {
    const git = localGit(inputs.directory);
    const candidates = await findCandidates(about.lineage, { github, git, repository: run.repository });
    core.info(`Commits to take a baseline from: ${candidates.commits.length} ${candidates.source}`);
    core.saveState(STATE.candidates, candidates.commits.join(' '));

    await promoteMerged(step);
    if (inputs.mode === 'push') await pushFixtures(step, candidates.commits, null);
    else await pullFixtures(step, candidates.commits);
  });

  if (!mayGoOn || inputs.mode !== 'auto') return;
  core.saveState(STATE.ready, 'true');
  if (inputs.pushOn === 'always') core.exportVariable(PUSH_ON_VARIABLE, 'always');
}

await main();
