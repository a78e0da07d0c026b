import { eq, sql } from 'drizzle-orm';
import { repositories } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { Purge } from './purge.js';

/** The purge of a content `c` as JSON, or null. */
export const PURGE_OF_CONTENT = sql`case when c.purged_at is not null then json_build_object(
  'at', (extract(epoch from c.purged_at) * 1000)::float8, 'by', c.purged_by, 'reason', c.purge_reason) end`;

/** The purges among the contents, by digest. */
export async function purgesAmong(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, Purge>> {
  if (digests.length === 0) return new Map();
  const found = await rows<{ digest: string; purge: Purge }>(
    db,
    sql`select encode(c.digest, 'hex') as digest, ${PURGE_OF_CONTENT} as purge from contents c
        where c.repository_id = ${repositoryId} and c.purged_at is not null
        and c.digest in (select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d)`,
  );
  return new Map(found.map((row) => [row.digest, row.purge]));
}

/** The number of purges of a repository, and a unique name for this set of purges. */
export async function purgesOf(db: Database, repositoryId: number): Promise<{ count: number; name: string }> {
  const [found] = await db
    .select({ count: repositories.purges, seal: repositories.purgeSeal })
    .from(repositories)
    .where(eq(repositories.id, repositoryId));
  // The name includes the count, because processes of earlier releases do not change the seal.
  return { count: found?.count ?? 0, name: `${found?.count}-${found?.seal}` };
}

/**
 * Locks a content exclusively: pushes that name it wait, and then see the purge. Null when the repository
 * does not have the content.
 */
export async function lockContent(
  tx: Database,
  repositoryId: number,
  digest: string,
): Promise<{ purge: Purge | null } | null> {
  const [found] = await rows<{ purge: Purge | null }>(
    tx,
    sql`select ${PURGE_OF_CONTENT} as purge from contents c
        where c.repository_id = ${repositoryId} and c.digest = decode(${digest}, 'hex') for update`,
  );
  return found ?? null;
}

/**
 * Writes the tombstone and counts the purge, so that every process drops what it derived from the content.
 */
export async function markPurged(
  tx: Database,
  repositoryId: number,
  digest: string,
  { by, reason }: Omit<Purge, 'at'>,
): Promise<Purge> {
  const [marked] = await rows<{ purge: Purge }>(
    tx,
    sql`update contents c set purged_at = now(), purged_by = ${by}, purge_reason = ${reason}
        where c.repository_id = ${repositoryId} and c.digest = decode(${digest}, 'hex')
        returning ${PURGE_OF_CONTENT} as purge`,
  );
  if (!marked) throw new Error('the content vanished while it was locked');
  await tx.execute(sql`
    update repositories set purges = purges + 1, purge_seal = default where id = ${repositoryId}`);
  return marked.purge;
}

/** The number of recordings with a content over all snapshots (each path once per ref), and of refs. */
export async function countNaming(
  db: Database,
  repositoryId: number,
  digest: string,
): Promise<{ recordings: number; refs: number }> {
  const [found] = await rows<{ recordings: number; refs: number }>(
    db,
    sql`select count(*)::int as recordings, count(distinct n.ref_id)::int as refs
        from (select distinct e.ref_id, k.path from entries e
          join calls k on k.repository_id = e.repository_id and k.id = e.call_id
          where e.repository_id = ${repositoryId} and e.digest = decode(${digest}, 'hex')) n`,
  );
  return found ?? { recordings: 0, refs: 0 };
}
