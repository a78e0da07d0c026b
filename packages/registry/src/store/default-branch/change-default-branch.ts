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
import type { PathDigest } from '../snapshots/plan-changes.js';
import { countRecordings } from '../snapshots/recording-store.js';
import type { Ref } from '../snapshots/ref.js';
import { findRef, lockRef } from '../snapshots/ref-store.js';
import type { Layer, SnapshotKey } from '../snapshots/snapshot-key.js';
import { changedSince, lockDefaultBranch, renameBranch, setDefaultBranch } from './default-branch-store.js';

export interface DefaultBranchChange {
  /** The repository after the change. */
  repository: Repository;
  /** A sentence about the recordings that moved; null when the branch was already the default one. */
  carried: string | null;
}

/**
 * Makes another branch the default one, with the recordings of the old one, within a transaction. If the new
 * branch has no recordings, the old branch is renamed: its snapshots, commits and the refs over it stay
 * valid. Otherwise the new branch keeps its recordings and receives the old branch's at paths where it has
 * none; the old branch remains.
 * @param why the reason, for the audit log
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
  if (!old || old.version === 0) return `${from} has no recordings to move`;
  const oldKey = await keyAt(tx, repositoryId, { refId: old.id, version: old.version });
  if (!target || target.version === 0) {
    await renameBranch(tx, repositoryId, old.id, branches.to);
    const recordings = count(await countRecordings(tx, oldKey), 'recording');
    return `${from} was renamed to ${to}, with its ${recordings}, snapshots and commits`;
  }
  const locked = await lockRef(tx, repositoryId, 'BRANCH', branches.to);
  const targetKey = await keyAt(tx, repositoryId, { refId: locked.id, version: locked.version });
  const changes = await missingIn(tx, targetKey, oldKey);
  if (changes.size > 0) {
    const change = {
      baseline: null,
      commit: null,
      origin: 'PUSH',
      pullRequest: null,
      settings: null,
    } as const;
    await writeChanges(tx, repositoryId, { ref: locked, changes, ...change });
  }
  const received =
    changes.size === 0
      ? `already has those of ${from}`
      : `receives ${count(changes.size, 'recording')} from ${from}`;
  return `${to} keeps its recordings and ${received}, which remains a branch`;
}

/** The recordings of the old state at paths without an entry in the new one, not even a removal. */
async function missingIn(
  tx: Database,
  target: SnapshotKey,
  old: SnapshotKey,
): Promise<Map<string, PathDigest>> {
  const [top, ...below] = target.layers;
  if (!top) return new Map();
  const candidates = await candidatesOf(tx, target, old);
  const base = { ...target, layers: below };
  const paths = candidates.map(({ path }) => path);
  const stateOf = await statesOf(tx, target.repositoryId, top.refId, base, paths);
  const isMissing = ({ path }: { path: string }) => {
    const { own, base } = stateOf(path);
    return own === null && base === null;
  };
  return new Map(candidates.filter(isMissing).map(({ path, digest }) => [path, digest]));
}

/**
 * The recordings that the target may lack. A target over the old branch has the older ones, unless it removed
 * them.
 */
async function candidatesOf(
  tx: Database,
  target: SnapshotKey,
  old: SnapshotKey,
): Promise<{ path: string; digest: string }[]> {
  const [oldTop] = old.layers;
  if (!oldTop) return [];
  const shared = sharedLayer(target, oldTop);
  if (shared) return changedSince(tx, old.repositoryId, oldTop, shared.version);
  // The old branch may lie over the target, which may have removed some of its recordings since.
  const isOverTarget = old.layers.some(({ refId }) => refId === target.layers[0]?.refId);
  if (isOverTarget) return changedSince(tx, old.repositoryId, oldTop, 0);
  return rows(tx, entriesOf(old, 'all', sql`e.path, encode(e.digest, 'hex') as digest`));
}

function sharedLayer(target: SnapshotKey, { refId }: Layer): Layer | undefined {
  return target.layers.find((layer) => layer.refId === refId);
}
