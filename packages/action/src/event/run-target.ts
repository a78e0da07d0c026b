import * as core from '@actions/core';
import { STATE } from '../names.js';
import type { GitHub } from '../runner/github-client.js';
import * as log from '../runner/log.js';
import type { Inputs } from '../runner/read-inputs.js';
import { type EventTarget, eventTarget } from './event-target.js';
import { localGit } from './local-git.js';
import { namedTarget } from './named-target.js';
import { fetchPullRequest, targetOfPullRequest, testedCommit, whyEnded } from './requested-pull-request.js';
import type { WorkflowRun } from './workflow-run.js';

type Found = EventTarget | { nothing: string } | { problem: string };

/**
 * What this run pulls, pushes and promotes: what its event says, or what the inputs `pull-request` and
 * `branch` name. Post uses what main found, because a pull request may move on while the tests run.
 * @returns the target; `problem`: why the job fails; `nothing`: why there is nothing to do
 */
export async function runTarget(run: WorkflowRun, inputs: Inputs, github: GitHub): Promise<Found> {
  const saved = core.getState(STATE.target);
  if (saved !== '') return JSON.parse(saved) as EventTarget;
  const own = eventTarget(run);
  if ('nothing' in own) return own;
  const named = namedTarget(run, inputs, own);
  if ('problem' in named || named.kind === 'event') return 'problem' in named ? named : own;
  const found =
    named.kind === 'branch'
      ? branchToTest(run, own, named)
      : await pullRequestToRecord({ run, inputs, github, own }, named);
  if (!('problem' in found)) core.saveState(STATE.target, JSON.stringify(found));
  return found;
}

/** Another branch is only pulled. A branch that does not exist is an error, and not the default branch. */
function branchToTest(
  run: WorkflowRun,
  own: EventTarget,
  { branch, refused }: { branch: string; refused: string },
): EventTarget {
  return {
    ...own,
    target: { branch },
    lineage: { kind: 'branch', branch, runSha: run.sha },
    push: { refused },
    mustExist: true,
  };
}

async function pullRequestToRecord(
  { run, inputs, github, own }: { run: WorkflowRun; inputs: Inputs; github: GitHub; own: EventTarget },
  named: { number: number; refused: string | null },
): Promise<EventTarget | { problem: string }> {
  const fetched = await fetchPullRequest(github, run.repository, named.number);
  if ('problem' in fetched) return fetched;
  const { pull } = fetched;
  const refused = named.refused ?? whyEnded(pull);
  if (refused !== null && inputs.mode !== 'pull') return { problem: `Nothing can be pushed: ${refused}` };
  const tested = testedCommit(pull, await localGit(inputs.directory).head(), run.sha);
  if ('problem' in tested) {
    if (inputs.mode !== 'pull') return tested;
    log.warning(tested.problem, { title: 'Not the code of the pull request' });
  } else if (tested.warning !== null) {
    log.warning(tested.warning, { title: 'Not the head of the pull request' });
  }
  const commit = 'commit' in tested ? tested.commit : pull.head.sha;
  log.info(`This run is for pull request #${pull.number} at ${commit.slice(0, 10)}, into ${pull.base.ref}.`);
  return targetOfPullRequest(pull, own, { commit, refused });
}
