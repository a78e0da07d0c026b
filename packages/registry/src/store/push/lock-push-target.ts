import { eq, sql } from 'drizzle-orm';
import { refs } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { pushesFromFork } from '../../trust/access/may-write.js';
import { workflowRunOf } from '../../trust/identity/workflow-run.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Baseline } from '../baseline/choose-baseline.js';
import { findBaseline, type RefusedBaseline } from '../baseline/find-baseline.js';
import { knownBase, mergedInto } from '../promotion/promotion-store.js';
import type { Ref } from '../snapshots/ref.js';
import { lockRef } from '../snapshots/ref-store.js';
import { placeOfPush } from './choose-push-target.js';
import type { PushRequest } from './push-request.js';

/** The locked ref that a push writes, and what it lies over there. */
export interface PushTarget {
  ref: Ref;
  baseline: Baseline | RefusedBaseline | null;
  isRerun: boolean;
  warnings: string[];
}

/**
 * Chooses the ref that a push writes: the branch or the pull request that it names, or, for a re-run of a merged or
 * closed pull request, a ref beside it.
 * @param ref the named one, locked
 */
export async function targetOfPush(
  tx: Database,
  repository: Repository,
  request: PushRequest,
  ref: Ref,
): Promise<PushTarget | { forbidden: string }> {
  if (ref.kind === 'PULL_REQUEST') {
    const place = placeOfPush({
      number: ref.name,
      merged: await mergedInto(tx, repository, ref),
      closedByRun: ref.closedByRun,
      run: workflowRunOf(request.by.identity),
    });
    if (place.kind === 'refused') return { forbidden: place.message };
    if (place.kind === 'rerun') return besidePullRequest(tx, repository, request, ref, place.warning);
    await markPullRequest(tx, request, ref, place.reopens);
  }
  const baseline = await findBaseline(tx, repository, request.ref, ref, request.baseline);
  return { ref, baseline, isRerun: false, warnings: [] };
}

/** The ref of the re-runs lies over what the pull request holds, so that both can be compared. */
async function besidePullRequest(
  tx: Database,
  repository: Repository,
  request: PushRequest,
  pullRequest: Ref,
  warning: string,
): Promise<PushTarget> {
  const ref = await lockRef(tx, repository.id, 'RERUN', pullRequest.name);
  const baseName = await knownBase(tx, repository, pullRequest);
  if (ref.baseName !== baseName) await updateRef(tx, ref, { baseName });
  const { id: refId, version } = pullRequest;
  const baseline =
    version > 0
      ? { layer: { refId, version }, reason: 'a re-run is compared with what its pull request holds' }
      : await findBaseline(tx, repository, request.ref, ref, request.baseline);
  return { ref, baseline, isRerun: true, warnings: [warning] };
}

/** Keeps which branch a pull request will be merged into, and that it comes from a fork, which stays. */
async function markPullRequest(
  tx: Database,
  { by, repository, ref: { base }, fromFork }: PushRequest,
  ref: Ref,
  reopens: boolean,
): Promise<void> {
  const isFork = ref.fromFork || fromFork || pushesFromFork(by.identity, repository);
  const baseName = base ?? ref.baseName;
  if (isFork === ref.fromFork && baseName === ref.baseName && !reopens) return;
  await updateRef(tx, ref, {
    fromFork: isFork,
    baseName,
    ...(reopens && { closedByRun: null, closedAt: null }),
  });
}

async function updateRef(
  tx: Database,
  { repositoryId, id }: Ref,
  set: Partial<Pick<Ref, 'fromFork' | 'baseName' | 'closedByRun' | 'closedAt'>>,
): Promise<void> {
  await tx
    .update(refs)
    .set(set)
    .where(sql`${eq(refs.repositoryId, repositoryId)} and ${eq(refs.id, id)}`);
}
