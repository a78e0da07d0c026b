import { describeBranchName } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Repository } from '../../vocabulary/repository.js';
import { count } from '../../vocabulary/words.js';
import { writeChanges } from '../changes/write-changes.js';
import { statesOf } from '../snapshots/entry-store.js';
import { keyAt } from '../snapshots/layer-store.js';
import { entriesOf } from '../snapshots/layered-set.js';
import type { Held } from '../snapshots/plan-changes.js';
import { countRecordings } from '../snapshots/recording-store.js';
import type { Ref } from '../snapshots/ref.js';
import { findRef, lockRef } from '../snapshots/ref-store.js';
import type { Layer, SnapshotKey } from '../snapshots/snapshot-key.js';
import { changedSince, lockDefaultBranch, renameBranch, setDefaultBranch } from './default-branch-store.js';

export interface DefaultBranchChange {
  /** As it is after the change. */
  repository: Repository;
  /** What was carried along, for a person; null when the branch was the default one already. */
  carried: string | null;
}

/**
 * Makes another branch the default one and carries the recordings of the old one along, within a transaction. A new
 * name without recordings gets the old branch itself: snapshots, commits and what lies over it stay valid. A branch
 * with recordings keeps all of them and gets those at paths where it has none; the old branch stays beside it.
 * @param why what the audit log says of the reason
 */
export async function changeDefaultBranch(
  tx: Database,
  by: Caller,
  repositoryId: number,
  to: string,
  why: string,
): Promise<DefaultBranchChange> {
  const repository = await lockDefaultBranch(tx, repositoryId, 'alone');
  const from = repository.defaultBranch;
  if (from === to) return { repository, carried: null };
  const old = await findRef(tx, repositoryId, 'BRANCH', from);
  const target = await findRef(tx, repositoryId, 'BRANCH', to);
  const carried = await carryAlong(tx, repositoryId, { old, target, from, to });
  await setDefaultBranch(tx, repositoryId, to);
  await recordAudit(tx, {
    repositoryId,
    by,
    action: 'repository.change',
    target: `${repository.owner}/${repository.name}`,
    outcome: 'DONE',
    detail: `defaultBranch: ${describeBranchName(from)} to ${describeBranchName(to)} (${why}); ${carried}`,
  });
  return { repository: { ...repository, defaultBranch: to }, carried };
}

interface Branches {
  old: Ref | null;
  target: Ref | null;
  from: string;
  to: string;
}

async function carryAlong(tx: Database, repositoryId: number, branches: Branches): Promise<string> {
  const { old, target } = branches;
  const [from, to] = [describeBranchName(branches.from), describeBranchName(branches.to)];
  if (!old || old.version === 0) return `${from} has no recordings to carry along`;
  const oldKey = await keyAt(tx, repositoryId, { refId: old.id, version: old.version });
  if (!target || target.version === 0) {
    await renameBranch(tx, repositoryId, old.id, branches.to);
    const recordings = count(await countRecordings(tx, oldKey), 'recording');
    return `${to} is what ${from} was, with its ${recordings}, snapshots and commits; ${from} is no branch any more`;
  }
  const locked = await lockRef(tx, repositoryId, 'BRANCH', branches.to);
  const targetKey = await keyAt(tx, repositoryId, { refId: locked.id, version: locked.version });
  const wanted = await missingIn(tx, targetKey, oldKey);
  if (wanted.size > 0) {
    const change = {
      baseline: null,
      commit: null,
      origin: 'PUSH',
      pullRequest: null,
      settings: null,
    } as const;
    await writeChanges(tx, repositoryId, { ref: locked, wanted, ...change });
  }
  const got = wanted.size === 0 ? 'lacks none' : `gets ${count(wanted.size, 'recording')}`;
  return `${to} keeps its recordings and ${got} of those of ${from}, which stays a branch`;
}

/** What the old state holds at paths where the new one neither holds nor removed anything. */
async function missingIn(tx: Database, target: SnapshotKey, old: SnapshotKey): Promise<Map<string, Held>> {
  const [top, ...below] = target.layers;
  if (!top) return new Map();
  const offered = await offeredBy(tx, target, old);
  const base = { ...target, layers: below };
  const paths = offered.map(({ path }) => path);
  const stateOf = await statesOf(tx, target.repositoryId, top.refId, base, paths);
  const isMissing = ({ path }: { path: string }) => {
    const { own, base: held } = stateOf(path);
    return own === null && held === null;
  };
  return new Map(offered.filter(isMissing).map(({ path, digest }) => [path, digest]));
}

/** A target that lies over the old branch has what that held then, unless it removed it: only newer ones are offered. */
async function offeredBy(
  tx: Database,
  target: SnapshotKey,
  old: SnapshotKey,
): Promise<{ path: string; digest: string }[]> {
  const [oldTop] = old.layers;
  if (!oldTop) return [];
  const shared = sharedLayer(target, oldTop);
  if (shared) return changedSince(tx, old.repositoryId, oldTop, shared.version);
  // The old branch may lie over the target, which removed some of that since.
  const isOverTarget = old.layers.some(({ refId }) => refId === target.layers[0]?.refId);
  if (isOverTarget) return changedSince(tx, old.repositoryId, oldTop, 0);
  return rows(tx, entriesOf(old, 'all', sql`e.path, encode(e.digest, 'hex') as digest`));
}

function sharedLayer(target: SnapshotKey, { refId }: Layer): Layer | undefined {
  return target.layers.find((layer) => layer.refId === refId);
}
