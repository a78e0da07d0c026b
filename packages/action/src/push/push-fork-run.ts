import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pushChanges, readPathPatterns } from '@fixture-registry/client';
import { findCandidates } from '../event/candidate-commits.js';
import type { LocalGit } from '../event/local-git.js';
import { explainMissingToken } from '../event/missing-token.js';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import type { CollectedRecordings } from '../fork/collect-recordings.js';
import { type Origin, originatingPullRequest } from '../fork/originating-pull-request.js';
import { receiveArtifacts } from '../fork/receive-artifacts.js';
import { listArtifacts } from '../fork/run-artifacts.js';
import * as log from '../runner/log.js';
import { reportNotPushed } from './push-fixtures.js';
import { reportPush } from './report-push.js';

/** How many paths outside of the patterns are named; the rest is counted. */
const MAX_NAMED = 10;

/**
 * The second workflow (`on: workflow_run`, `mode: push`): pushes what a fork's run recorded into its pull request, and tells it. It never
 * looks at the checkout, and nothing of the artifacts decides where they go.
 */
export async function pushForkRun(step: Step): Promise<void> {
  const { connection, github, inputs, run } = step;
  const runId = run.payload.workflow_run?.id;
  if (run.eventName !== 'workflow_run' || !Number.isSafeInteger(runId) || runId === undefined) {
    throw new StepFailure(
      'The event names no workflow run: this is for workflows that start `on: workflow_run`.',
    );
  }
  const found = await originatingPullRequest(github, run.repository, runId, inputs.pushOn);
  if ('nothing' in found) return reportNotPushed(found.nothing, false);
  if (connection.token === null)
    return reportNotPushed(explainMissingToken({ fromFork: false, actor: run.actor }), true);
  const artifacts = await listArtifacts(github, run.repository, runId);
  if (artifacts.length === 0)
    return reportNotPushed(`run ${runId} stored no recordings: it recorded nothing new.`, false);

  const work = mkdtempSync(path.join(run.temporary, 'fixture-registry-'));
  try {
    await pushTaken(step, found.origin, await receiveArtifacts(step, work, artifacts));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function pushTaken(step: Step, origin: Origin, taken: CollectedRecordings): Promise<void> {
  const { connection, inputs, run } = step;
  sayLeftOut([...taken.leftOut]);
  const remove = inputs.prune === false ? [] : [...taken.removed];
  if (taken.removed.size > remove.length) {
    log.info(
      `${taken.removed.size} paths that the fork no longer records stay: this workflow does not say \`prune: true\`.`,
    );
  }
  const add = [...taken.recordings.values()];
  if (add.length + remove.length === 0)
    return reportNotPushed('the run stored nothing that this workflow takes.', false);

  const target = { pullRequest: origin.number, base: origin.base.ref };
  const candidates = await candidatesOf(step, origin);
  const pushed = await pushChanges(
    connection,
    {
      directory: taken.folder,
      target,
      commit: origin.headSha,
      candidates,
      ...(inputs.baseline === null ? {} : { baseline: inputs.baseline }),
      ...(run.payload.repository?.default_branch === undefined
        ? {}
        : { defaultBranch: run.payload.repository.default_branch }),
      fromFork: true,
      ...(inputs.paths.length > 0 ? { paths: readPathPatterns(inputs.paths, null) } : {}),
      prune: inputs.prune,
      redact: inputs.redact,
    },
    { add, remove },
  );
  await reportPush(step, { target, commit: origin.headSha, fork: origin.fork }, pushed, null);
}

/** The workspace of this workflow holds the base branch, if anything: GitHub alone knows what the fork's tests saw of it. */
async function candidatesOf({ github, run }: Step, origin: Origin): Promise<string[]> {
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
  log.info(`Commits to take a baseline from: ${commits.length} ${source}`);
  return commits;
}

function sayLeftOut(paths: string[]): void {
  if (paths.length === 0) return;
  const named = paths.slice(0, MAX_NAMED).map((one) => JSON.stringify(one));
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
  log.warning(`Not pushed, because \`paths\` of this workflow does not match: ${named.join(', ')}${more}.`, {
    title: 'Recordings of a fork left out',
  });
}
