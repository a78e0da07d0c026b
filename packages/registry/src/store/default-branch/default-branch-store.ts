import { and, eq, sql } from 'drizzle-orm';
import { refs, repositories } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { repositoryColumns } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Layer } from '../snapshots/snapshot-key.js';

/**
 * Gives the repository as it is now, and keeps its default branch from changing until the transaction ends. Whoever
 * writes to a ref holds it `shared`: those go on side by side. A change takes it `alone`, after all of them. It comes
 * before locks on contents (a purge holds the row, too; see `holdBlocks`) and on refs, so that no two transactions
 * wait for each other.
 */
export async function lockDefaultBranch(
  tx: Database,
  repositoryId: number,
  hold: 'shared' | 'alone',
): Promise<Repository> {
  // A workflow that renames a repository locks the table, then the row; the same order here.
  if (hold === 'alone') await tx.execute(sql`lock table repositories in row exclusive mode`);
  const [found] = await tx
    .select(repositoryColumns)
    .from(repositories)
    .where(eq(repositories.id, repositoryId))
    .for(hold === 'alone' ? 'no key update' : 'share');
  if (!found) throw new Error(`repository ${repositoryId} vanished while it was locked`);
  return found;
}

/** Whether the default branch, and whether any branch has recordings. */
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

/** Gives a branch another name, which no branch with a state may have. */
export async function renameBranch(
  tx: Database,
  repositoryId: number,
  branchId: number,
  to: string,
): Promise<void> {
  const isOf = eq(refs.repositoryId, repositoryId);
  // A push that came to nothing leaves a row without a version behind.
  const isEmpty = and(eq(refs.kind, 'BRANCH'), eq(refs.name, to), eq(refs.version, 0));
  await tx.delete(refs).where(and(isOf, isEmpty));
  const name = tx
    .select({ name: refs.name })
    .from(refs)
    .where(and(isOf, eq(refs.id, branchId)));
  // Pull requests go along: their base is the same branch.
  await tx
    .update(refs)
    .set({ baseName: to })
    .where(and(isOf, eq(refs.baseName, name)));
  await tx
    .update(refs)
    .set({ name: to })
    .where(and(isOf, eq(refs.id, branchId)));
}

/** What a ref's own layer added or replaced after a version, as it is at a later one. */
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
