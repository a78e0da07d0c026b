import { describeBranchName } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { defaultBranchAuthority } from '../../trust/access/may-write.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { changeDefaultBranch } from '../default-branch/change-default-branch.js';
import { chooseDefaultBranch, type DefaultBranchDecision } from '../default-branch/choose-default-branch.js';
import { lockDefaultBranch, whichBranchesHold } from '../default-branch/default-branch-store.js';

/** What of a push counts for the default branch. */
interface Asked {
  repository: Repository;
  by: Caller;
  ref: RefName;
  /** The default branch as the caller knows it, and whether it asks to make it so. */
  defaultBranch: { said: string | null; isOrder: boolean };
  add: readonly unknown[];
}

/** Whether a push may change the default branch, so that it has to hold it alone: before the transaction. */
export async function changesDefaultBranch(db: Database, asked: Asked): Promise<boolean> {
  if (asked.defaultBranch.isOrder) return true;
  return (await decide(db, asked, asked.repository)).kind === 'set';
}

/**
 * Locks the default branch, decides about it and changes it, within the push's transaction.
 * @returns the repository as it is then, or why the push is refused
 */
export async function settleDefaultBranch(
  tx: Database,
  asked: Asked,
  hold: 'shared' | 'alone',
): Promise<
  | { repository: Repository; warnings: string[]; change: string | null }
  | { kind: 'forbidden'; message: string }
> {
  const repository = await lockDefaultBranch(tx, asked.repository.id, hold);
  const decision = await decide(tx, asked, repository);
  if (decision.kind === 'refuse') return { kind: 'forbidden', message: decision.message };
  if (decision.kind === 'keep') {
    return { repository, warnings: decision.warning === null ? [] : [decision.warning], change: null };
  }
  // It could not be known before: somebody else changed it in the meantime. The next push sees that.
  if (hold === 'shared') return { repository, warnings: [], change: null };
  const { branch, reason } = decision;
  const changed = await changeDefaultBranch(tx, asked.by, repository.id, branch, reason);
  const change = `${describeBranchName(branch)} is now the default branch, because ${reason}; ${changed.carried}`;
  return { repository: changed.repository, warnings: [], change };
}

async function decide(
  db: Database,
  { by, ref, defaultBranch, add }: Asked,
  repository: Repository,
): Promise<DefaultBranchDecision> {
  const { said, isOrder } = defaultBranch;
  const known = repository.defaultBranch;
  const pushed = ref.kind === 'BRANCH' ? ref.name : null;
  // Nearly every push agrees with what is known, and needs no look at the branches.
  const agrees = said === known || (said === null && (pushed === null || pushed === known));
  if (agrees) return { kind: 'keep', warning: null };
  return chooseDefaultBranch({
    repository: `${repository.owner}/${repository.name}`,
    known,
    ...(await whichBranchesHold(db, repository)),
    said,
    isOrder,
    pushed,
    addsRecordings: add.length > 0,
    authority: defaultBranchAuthority(by.identity, repository),
  });
}
