import { eq, sql } from 'drizzle-orm';
import { refs } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { defaultBranchEvent, pushesFromFork } from '../../trust/access/may-write.js';
import { workflowRunOf } from '../../trust/identity/workflow-run.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Baseline } from '../baseline/choose-baseline.js';
import { findBaseline } from '../baseline/find-baseline.js';
import { knownBase, mergedInto } from '../promotion/promotion-store.js';
import type { Ref } from '../snapshots/ref.js';
import { lockRef } from '../snapshots/ref-store.js';
import { refusedPushTo } from './authorize-push.js';
import { choosePushTarget } from './choose-push-target.js';
import type { RefusedPush } from './push-outcome.js';
import type { PushRequest } from './push-request.js';

/** The locked ref that a push writes, with its baseline. */
export interface PushTarget {
  ref: Ref;
  baseline: Baseline | null;
  isRerun: boolean;
  warnings: string[];
}

type Refused = Extract<RefusedPush, { kind: 'forbidden' | 'invalid' }>;

/**
 * Locks the ref that a push writes: the named branch or pull request, or, for a re-run of a merged or closed
 * pull request, a separate ref over it. Then chooses its baseline.
 */
export async function lockPushTarget(
  tx: Database,
  repository: Repository,
  request: PushRequest,
): Promise<PushTarget | Refused> {
  const named = await lockRef(tx, repository.id, request.ref.kind, request.ref.name);
  // Another push may have created the ref since the first check.
  const forbidden = await refusedPushTo(tx, request, named);
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  if (named.kind === 'PULL_REQUEST') {
    const choice = choosePushTarget({
      number: named.name,
      merged: await mergedInto(tx, repository, named),
      closedByRun: named.closedByRun,
      run: workflowRunOf(request.by.identity),
      isOnDefaultBranch: defaultBranchEvent(request.by.identity, repository) !== null,
    });
    if (choice.kind === 'refused') return { kind: 'forbidden', message: choice.message };
    if (choice.kind === 'rerun') return lockRerun(tx, repository, request, named, choice.warning);
    await updatePullRequest(tx, request, named, choice.reopens);
  }
  const baseline = await baselineFor(tx, repository, request, named);
  if (baseline !== null && 'kind' in baseline) return baseline;
  return { ref: named, baseline, isRerun: false, warnings: [] };
}

/** The ref for re-runs has the pull request as its base, so that both can be compared. */
async function lockRerun(
  tx: Database,
  repository: Repository,
  request: PushRequest,
  pullRequest: Ref,
  warning: string,
): Promise<PushTarget | Refused> {
  const ref = await lockRef(tx, repository.id, 'RERUN', pullRequest.name);
  const baseName = await knownBase(tx, repository, pullRequest);
  if (ref.baseName !== baseName) await updateRef(tx, ref, { baseName });
  const { id: refId, version } = pullRequest;
  const baseline =
    version > 0
      ? { layer: { refId, version }, reason: 'a re-run is compared with the recordings of its pull request' }
      : await baselineFor(tx, repository, request, ref);
  if (baseline !== null && 'kind' in baseline) return baseline;
  return { ref, baseline, isRerun: true, warnings: [warning] };
}

async function baselineFor(
  tx: Database,
  repository: Repository,
  request: PushRequest,
  ref: Ref,
): Promise<Baseline | null | Refused> {
  const found = await findBaseline(tx, repository, request.ref, ref, request.baseline);
  if (found === null || !('refused' in found)) return found;
  const message = `${found.refused}; leave the baseline out to let the registry choose`;
  return { kind: 'invalid', field: 'baseline', message };
}

/**
 * Stores the base branch, title and author of a pull request, and that it comes from a fork, which is permanent.
 */
async function updatePullRequest(
  tx: Database,
  { by, repository, ref: { base }, fromFork, about }: PushRequest,
  ref: Ref,
  reopens: boolean,
): Promise<void> {
  const isFork = ref.fromFork || fromFork || pushesFromFork(by.identity, repository);
  const described = {
    baseName: base ?? ref.baseName,
    title: about.title ?? ref.title,
    author: about.author ?? ref.author,
  };
  const isSame =
    described.baseName === ref.baseName && described.title === ref.title && described.author === ref.author;
  if (isFork === ref.fromFork && isSame && !reopens) return;
  await updateRef(tx, ref, {
    fromFork: isFork,
    ...described,
    ...(reopens && { closedByRun: null, closedAt: null }),
  });
}

async function updateRef(
  tx: Database,
  { repositoryId, id }: Ref,
  set: Partial<Pick<Ref, 'fromFork' | 'baseName' | 'title' | 'author' | 'closedByRun' | 'closedAt'>>,
): Promise<void> {
  await tx
    .update(refs)
    .set(set)
    .where(sql`${eq(refs.repositoryId, repositoryId)} and ${eq(refs.id, id)}`);
}
