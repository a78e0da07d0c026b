import { describeBranchName } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { defaultBranchAuthority } from '../../trust/access/may-write.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { changeDefaultBranch } from '../default-branch/change-default-branch.js';
import { chooseDefaultBranch, type DefaultBranchDecision } from '../default-branch/choose-default-branch.js';
import { lockDefaultBranch, whichBranchesHold } from '../default-branch/default-branch-store.js';

/** The parts of a push that matter for the default branch. */
interface PushedBranch {
  repository: Repository;
  by: Caller;
  ref: RefName;
  /** The default branch that the caller reports, and whether it requests the change. */
  defaultBranch: { reported: string | null; isRequested: boolean };
  add: readonly unknown[];
}

/**
 * Whether a push may change the default branch, and so needs the exclusive lock. Runs before the transaction.
 */
export async function changesDefaultBranch(db: Database, push: PushedBranch): Promise<boolean> {
  if (push.defaultBranch.isRequested) return true;
  return (await decide(db, push, push.repository)).kind === 'set';
}

/**
 * Locks the default branch, decides about it and changes it, within the push's transaction.
 * @returns the repository after the change, or why the push is refused
 */
export async function settleDefaultBranch(
  tx: Database,
  push: PushedBranch,
  hold: 'shared' | 'alone',
): Promise<
  | { repository: Repository; warnings: string[]; change: string | null }
  | { kind: 'forbidden'; message: string }
> {
  const repository = await lockDefaultBranch(tx, push.repository.id, hold);
  const decision = await decide(tx, push, repository);
  if (decision.kind === 'refuse') return { kind: 'forbidden', message: decision.message };
  if (decision.kind === 'keep') {
    return { repository, warnings: decision.warning === null ? [] : [decision.warning], change: null };
  }
  // Another transaction changed it since the first decision. The next push will change it.
  if (hold === 'shared') return { repository, warnings: [], change: null };
  const { branch, reason } = decision;
  const changed = await changeDefaultBranch(tx, push.by, repository.id, branch, reason);
  const change = `${describeBranchName(branch)} is now the default branch, because ${reason}; ${changed.carried}`;
  return { repository: changed.repository, warnings: [], change };
}

async function decide(
  db: Database,
  { by, ref, defaultBranch, add }: PushedBranch,
  repository: Repository,
): Promise<DefaultBranchDecision> {
  const { reported, isRequested } = defaultBranch;
  const known = repository.defaultBranch;
  const pushed = ref.kind === 'BRANCH' ? ref.name : null;
  // Most pushes agree with the known branch and need no query.
  const agrees = reported === known || (reported === null && (pushed === null || pushed === known));
  if (agrees) return { kind: 'keep', warning: null };
  return chooseDefaultBranch({
    repository: `${repository.owner}/${repository.name}`,
    known,
    ...(await whichBranchesHold(db, repository)),
    reported,
    isRequested,
    pushed,
    addsRecordings: add.length > 0,
    authority: defaultBranchAuthority(by.identity, repository),
  });
}
