import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pushChanges } from '@fixture-registry/client';
import { findCandidates } from '../event/candidate-commits.js';
import type { LocalGit } from '../event/local-git.js';
import { explainMissingToken } from '../event/missing-token.js';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import type { CollectedRecordings } from '../fork/collect-recordings.js';
import { type Origin, originatingPullRequest } from '../fork/originating-pull-request.js';
import { pathsOfBase } from '../fork/paths-of-base.js';
import { receiveArtifacts } from '../fork/receive-artifacts.js';
import { listArtifacts } from '../fork/run-artifacts.js';
import { waitingFor } from '../runner/activity.js';
import * as log from '../runner/log.js';
import { reportNotPushed } from './push-fixtures.js';
import { reportPush } from './report-push.js';

/** Limit on the paths that the log lists. */
const MAX_NAMED = 10;

/**
 * The second workflow (`on: workflow_run`, `mode: push`): pushes the recordings of a fork's run to its
 * pull request and reports the drift there. It never reads the checkout, and the untrusted artifacts do
 * not decide where it pushes.
 * @throws StepFailure when GitHub refuses a request or an artifact is invalid; LocalError for a settings file
 * with invalid paths
 */
export async function pushForkRun(step: Step): Promise<void> {
  const { connection, github, inputs, run } = step;
  const runId = run.payload.workflow_run?.id;
  if (run.eventName !== 'workflow_run' || !Number.isSafeInteger(runId) || runId === undefined) {
    throw new StepFailure(
      'The event contains no workflow run: this mode is for workflows that start `on: workflow_run`.',
    );
  }
  const found = await originatingPullRequest(github, run.repository, runId, inputs.pushOn);
  if ('nothing' in found) return reportNotPushed(found.nothing, false);
  if (connection.token === null)
    return reportNotPushed(explainMissingToken({ fromFork: false, actor: run.actor }), true);
  const artifacts = await listArtifacts(github, run.repository, runId);
  if (artifacts.length === 0)
    return reportNotPushed(`run ${runId} stored no recordings: it has no new ones.`, false);

  const patterns = await pathsOfBase(step, found.origin.base.ref);
  const work = mkdtempSync(path.join(run.temporary, 'fixture-registry-'));
  try {
    const collected = await receiveArtifacts(step, work, artifacts, patterns);
    await pushCollected(step, found.origin, collected, patterns);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function pushCollected(
  step: Step,
  origin: Origin,
  collected: CollectedRecordings,
  patterns: string[],
): Promise<void> {
  const { connection, inputs, run } = step;
  warnUnmatched([...collected.unmatched]);
  const remove = inputs.prune === false ? [] : [...collected.removed];
  if (collected.removed.size > remove.length) {
    log.info(
      `Kept ${collected.removed.size} paths that the fork no longer records: this workflow does not ` +
        `set \`prune: true\`.`,
    );
  }
  const add = [...collected.recordings.values()];
  if (add.length + remove.length === 0)
    return reportNotPushed('none of the recordings that the run stored match this workflow.', false);

  const target = { pullRequest: origin.number, base: origin.base.ref };
  const candidates = await findForkCandidates(step, origin);
  const send = () =>
    pushChanges(
      connection,
      {
        directory: collected.folder,
        target,
        commit: origin.headSha,
        candidates,
        ...(inputs.baseline === null ? {} : { baseline: inputs.baseline }),
        ...(run.payload.repository?.default_branch === undefined
          ? {}
          : { defaultBranch: run.payload.repository.default_branch }),
        fromFork: true,
        ...origin.about,
        paths: patterns,
        prune: inputs.prune,
        redact: inputs.redact,
      },
      { add, remove },
    );
  const pushed = await waitingFor('the registry to store the recordings', send);
  await reportPush(step, { target, commit: origin.headSha, fork: origin.fork }, pushed, {
    pulledSnapshot: null,
    use: null,
  });
}

/**
 * Candidates from GitHub alone: the checkout of this workflow, if any, is the base branch and not what
 * the fork tested.
 */
async function findForkCandidates({ github, run }: Step, origin: Origin): Promise<string[]> {
  const git: LocalGit = {
    head: async () => (origin.testMerge === null ? null : { sha: origin.testMerge, parents: [] }),
    mergeBase: async () => null,
    line: async () => [],
  };
  const lineage = {
    kind: 'merge-base',
    baseBranch: origin.base.ref,
    baseSha: origin.base.sha,
    headSha: origin.headSha,
  } as const;
  const { commits, source } = await findCandidates(lineage, { github, git, repository: run.repository });
  log.info(`Baseline candidate commits: ${commits.length} ${source}`);
  return commits;
}

function warnUnmatched(paths: string[]): void {
  if (paths.length === 0) return;
  const named = paths.slice(0, MAX_NAMED).map((one) => JSON.stringify(one));
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
  log.warning(`Not pushed, because \`paths\` of this workflow does not match: ${named.join(', ')}${more}.`, {
    title: 'Recordings of a fork not pushed',
  });
}
