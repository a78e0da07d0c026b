import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { Ref } from '../snapshots/ref.js';

/**
 * Adds the changes of a pull request's verdict to the week of its promotion to the default branch, by model. The
 * counts stay when the pull request is removed. Call it once for each promotion.
 * @param paths only the changes at these paths; null: all
 */
export async function countMergedChanges(
  tx: Database,
  { repositoryId, id: refId }: Pick<Ref, 'repositoryId' | 'id'>,
  promotedAt: Date,
  paths: string[] | null,
): Promise<void> {
  const isPromoted = paths === null ? sql`true` : sql`c.path = any(${sql.param(paths)}::text[])`;
  // Ordered, so that two transactions lock the rows in the same order.
  await tx.execute(sql`
    insert into weekly_changes as w (repository_id, week, model, behaviour, content, errors)
    select ${repositoryId}, date_trunc('week', ${promotedAt.toISOString()}::timestamptz at time zone 'UTC')::date,
      coalesce(c.model, ''), count(*) filter (where c.level = 'BEHAVIOUR'), count(*) filter (where c.level = 'CONTENT'),
      count(*) filter (where c.failure in ('ERROR', 'TOOL_ERROR'))
    from verdict_changes c where c.repository_id = ${repositoryId} and c.ref_id = ${refId} and ${isPromoted}
    group by 3 having bool_or(c.level in ('BEHAVIOUR', 'CONTENT') or c.failure in ('ERROR', 'TOOL_ERROR')) order by 3
    on conflict (repository_id, week, model) do update set behaviour = w.behaviour + excluded.behaviour,
      content = w.content + excluded.content, errors = w.errors + excluded.errors`);
}

/**
 * Counts the changes of a pull request that was promoted to the default branch before its first verdict was stored.
 * Does nothing when it was not promoted there.
 */
export async function countChangesMergedBefore(
  tx: Database,
  ref: Pick<Ref, 'repositoryId' | 'id'>,
): Promise<void> {
  const [promotion] = await rows<{ at: number }>(
    tx,
    sql`select (extract(epoch from p.promoted_at) * 1000)::float8 as at from promotions p
        join repositories r on r.id = p.repository_id
        join refs b on b.repository_id = p.repository_id and b.id = p.branch_ref_id and b.name = r.default_branch
        where p.repository_id = ${ref.repositoryId} and p.ref_id = ${ref.id}`,
  );
  if (promotion) await countMergedChanges(tx, ref, new Date(promotion.at), null);
}
