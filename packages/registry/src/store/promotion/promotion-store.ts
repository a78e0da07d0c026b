import { and, eq, sql } from 'drizzle-orm';
import { promotions, refs } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Ref } from '../snapshots/ref.js';
import { findDefaultRef, findRef, refById } from '../snapshots/ref-store.js';
import type { Layer } from '../snapshots/snapshot-key.js';

/** The promoted version of a pull request, and the version of the branch that the promotion created. */
export interface PromotionMark {
  version: number;
  as: number | null;
}

/** The last promotion of a pull request to a branch; null when there is none. */
export async function promotionTo(
  db: Database,
  pullRequest: Ref,
  branchId: number,
): Promise<PromotionMark | null> {
  const [stored] = await db
    .select({ version: promotions.promotedVersion, as: promotions.promotedAs })
    .from(promotions)
    .where(
      and(
        eq(promotions.repositoryId, pullRequest.repositoryId),
        eq(promotions.refId, pullRequest.id),
        eq(promotions.branchRefId, branchId),
      ),
    );
  // Processes of earlier releases only write the columns of the ref.
  const { promotedRefId, promotedVersion, promotedAs } = pullRequest;
  const isOfBranch = promotedRefId === branchId && promotedVersion !== null;
  const onRef = isOfBranch ? { version: promotedVersion, as: promotedAs } : null;
  if (onRef === null || (stored && stored.version >= onRef.version)) return stored ?? onRef;
  return onRef;
}

/** The version of a watch that was accepted into a pull request; null when none was. */
export async function acceptedVersion(
  db: Database,
  repositoryId: number,
  watchId: number,
  pullRequestId: number,
): Promise<number | null> {
  const [found] = await db
    .select({ version: promotions.promotedVersion })
    .from(promotions)
    .where(
      and(
        eq(promotions.repositoryId, repositoryId),
        eq(promotions.refId, watchId),
        eq(promotions.branchRefId, pullRequestId),
      ),
    );
  return found?.version ?? null;
}

/** Records that a version of a watch was accepted into a pull request, and as which version of that. */
export async function noteAcceptance(
  tx: Database,
  repositoryId: number,
  watch: Layer,
  pullRequest: Layer,
): Promise<void> {
  const set = { promotedVersion: watch.version, promotedAs: pullRequest.version, promotedAt: new Date() };
  await tx
    .insert(promotions)
    .values({ repositoryId, refId: watch.refId, branchRefId: pullRequest.refId, ...set })
    .onConflictDoUpdate({ target: [promotions.repositoryId, promotions.refId, promotions.branchRefId], set });
}

/** Records a promotion, separately for each branch. */
export async function notePromotion(
  tx: Database,
  pullRequest: Ref,
  branchId: number,
  { version, as }: PromotionMark,
): Promise<void> {
  const { repositoryId, id: refId } = pullRequest;
  const set = { promotedVersion: version, promotedAs: as, promotedAt: new Date() };
  await tx
    .insert(promotions)
    .values({ repositoryId, refId, branchRefId: branchId, ...set })
    .onConflictDoUpdate({ target: [promotions.repositoryId, promotions.refId, promotions.branchRefId], set });
  await tx
    .update(refs)
    .set({ promotedVersion: version, promotedRefId: branchId, promotedAs: as })
    .where(and(eq(refs.repositoryId, repositoryId), eq(refs.id, refId)));
}

/** The tolerated clock skew between GitHub and the registry, in milliseconds. */
const SKEW = 60_000;

/**
 * The version of a pull request that the runs of a commit recorded; null when none did.
 * @param mergedAt ignores later pushes, also by a re-run of the commit; null: counts all
 */
export async function versionOfHead(
  db: Database,
  { repositoryId, id }: Ref,
  head: string,
  mergedAt: Date | null,
): Promise<number | null> {
  const until =
    mergedAt === null
      ? sql`'infinity'::timestamptz`
      : sql`${new Date(mergedAt.getTime() + SKEW).toISOString()}::timestamptz`;
  const [found] = await rows<{ version: number | null }>(
    db,
    sql`select (select max(s.version) from snapshots s
          where s.repository_id = c.repository_id and s.ref_id = c.ref_id and s.version <= c.version
            and s.created_at <= ${until}) as version
        from commits c where c.repository_id = ${repositoryId} and c.ref_id = ${id} and c.commit = ${head}
          and c.noted_at <= ${until}`,
  );
  return found?.version ?? null;
}

/** The base branch of a pull request, from its last push. */
export async function knownBase(db: Database, repository: Repository, pullRequest: Ref): Promise<string> {
  if (pullRequest.baseName !== null) return pullRequest.baseName;
  const { baseRefId } = pullRequest;
  const base = baseRefId === null ? null : await refById(db, repository.id, baseRefId);
  return base?.name ?? repository.defaultBranch;
}

/**
 * The promotion of a merged pull request: to its base, or to the default branch after a retarget; null when
 * none.
 */
export async function mergedInto(
  db: Database,
  repository: Repository,
  pullRequest: Ref,
): Promise<{ branch: string; as: number | null } | null> {
  const base = await findRef(db, repository.id, 'BRANCH', await knownBase(db, repository, pullRequest));
  for (const branch of [base, await findDefaultRef(db, repository.id)]) {
    const mark = branch && (await promotionTo(db, pullRequest, branch.id));
    if (mark) return { branch: branch.name, as: mark.as };
  }
  return null;
}
