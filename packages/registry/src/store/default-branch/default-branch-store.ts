import { and, eq, sql } from 'drizzle-orm';
import { refs, repositories } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { repositoryColumns } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Layer } from '../snapshots/snapshot-key.js';

/**
 * Locks the repository row and returns it, so that its default branch cannot change until the transaction
 * ends. Writes to refs use `shared` locks and run concurrently; a change uses `alone` and waits for them.
 * Take this lock before locks on contents (a purge also locks the row; see `lockRepositoryBlocks`) and on
 * refs, so that no two transactions deadlock.
 */
export async function lockDefaultBranch(
  tx: Database,
  repositoryId: number,
  hold: 'shared' | 'alone',
): Promise<Repository> {
  // Same order as a workflow that renames a repository: first the table, then the row.
  if (hold === 'alone') await tx.execute(sql`lock table repositories in row exclusive mode`);
  const [found] = await tx
    .select(repositoryColumns)
    .from(repositories)
    .where(eq(repositories.id, repositoryId))
    .for(hold === 'alone' ? 'no key update' : 'share');
  if (!found) throw new Error(`repository ${repositoryId} vanished while it was locked`);
  return found;
}

/** Whether the default branch has recordings, and whether any branch has. */
export async function whichBranchesHold(
  db: Database,
  repository: Pick<Repository, 'id' | 'defaultBranch'>,
): Promise<{ knownHolds: boolean; anyBranchHolds: boolean }> {
  const [found] = await rows<{ knownHolds: boolean; anyBranchHolds: boolean }>(
    db,
    sql`select exists (select 1 from refs r where r.repository_id = ${repository.id} and r.kind = 'BRANCH'
          and r.name = ${repository.defaultBranch} and r.version > 0) as "knownHolds",
        exists (select 1 from refs r where r.repository_id = ${repository.id} and r.kind = 'BRANCH'
          and r.version > 0) as "anyBranchHolds"`,
  );
  return { knownHolds: found?.knownHolds ?? false, anyBranchHolds: found?.anyBranchHolds ?? false };
}

export async function setDefaultBranch(tx: Database, repositoryId: number, branch: string): Promise<void> {
  await tx.update(repositories).set({ defaultBranch: branch }).where(eq(repositories.id, repositoryId));
}

/** Renames a branch. No branch with a snapshot may have the new name. */
export async function renameBranch(
  tx: Database,
  repositoryId: number,
  branchId: number,
  to: string,
): Promise<void> {
  const isOf = eq(refs.repositoryId, repositoryId);
  // A refused push may leave a ref without a version.
  const isEmpty = and(eq(refs.kind, 'BRANCH'), eq(refs.name, to), eq(refs.version, 0));
  await tx.delete(refs).where(and(isOf, isEmpty));
  const name = tx
    .select({ name: refs.name })
    .from(refs)
    .where(and(isOf, eq(refs.id, branchId)));
  // Pull requests keep the branch as their base.
  await tx
    .update(refs)
    .set({ baseName: to })
    .where(and(isOf, eq(refs.baseName, name)));
  await tx
    .update(refs)
    .set({ name: to })
    .where(and(isOf, eq(refs.id, branchId)));
}

/** The entries of a ref's own layer at a version that were added or replaced after an earlier version. */
export async function changedSince(
  db: Database,
  repositoryId: number,
  { refId, version }: Layer,
  since: number,
): Promise<{ path: string; digest: string }[]> {
  return rows(
    db,
    sql`select k.path, encode(e.digest, 'hex') as digest from entries e
        join calls k on k.repository_id = e.repository_id and k.id = e.call_id
        where e.repository_id = ${repositoryId} and -e.ref_id = -(${refId}::bigint) and e.until > ${version}
          and e.since > ${since} and e.since <= ${version} and e.digest is not null`,
  );
}
