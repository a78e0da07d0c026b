import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { countChangesMergedBefore } from '../../store/promotion/weekly-change-store.js';
import type { Verdict, VerdictChange } from './verdict.js';

const texts = (values: (string | null)[]) => sql`${sql.param(values)}::text[]`;

/**
 * Stores the verdict of a version of a pull request, with its changes, instead of the one of an earlier version.
 * Does nothing for another ref, for a version that is not the newest, and for an equal verdict. Processes that
 * store verdicts of one pull request at once wait for each other on its row. The first verdict of a pull request
 * that was promoted already counts for the week of the promotion.
 */
export async function storeVerdict(
  db: Database,
  { repositoryId, refId, version }: { repositoryId: number; refId: number; version: number },
  { changes, ...verdict }: Verdict,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [stored] = await rows<{ isFirst: boolean }>(
      tx,
      sql`insert into verdicts as v (repository_id, ref_id, version, digest, headline, mark, level, unaccepted_level,
            behaviour, content, errors, unplayable, added, removed)
          select r.repository_id, r.id, r.version, ${verdict.digest}, ${verdict.headline}, ${verdict.mark}, ${verdict.level},
            ${verdict.unacceptedLevel}, ${verdict.behaviour}::int, ${verdict.content}::int, ${verdict.errors}::int,
            ${verdict.unplayable}::int, ${verdict.added}::int, ${verdict.removed}::int
          from refs r where r.repository_id = ${repositoryId} and r.id = ${refId} and r.kind = 'PULL_REQUEST'
            and r.version = ${version}
          on conflict (repository_id, ref_id) do update set version = excluded.version, digest = excluded.digest,
            headline = excluded.headline, mark = excluded.mark, level = excluded.level, unaccepted_level = excluded.unaccepted_level,
            behaviour = excluded.behaviour, content = excluded.content, errors = excluded.errors,
            unplayable = excluded.unplayable, added = excluded.added, removed = excluded.removed, at = now()
          where v.version < excluded.version or (v.version = excluded.version and v.digest <> excluded.digest)
          returning v.xmax = 0 as "isFirst"`,
    );
    if (!stored) return;
    await tx.execute(
      sql`delete from verdict_changes where repository_id = ${repositoryId} and ref_id = ${refId}`,
    );
    if (changes.length === 0) return;
    await tx.execute(sql`
      insert into verdict_changes (repository_id, ref_id, position, path, test_id, model, level, failure, words)
      select ${repositoryId}, ${refId}, n.position, n.path, n.test_id, n.model, n.level, n.failure, n.words
      from unnest(${texts(changes.map(({ path }) => path))}, ${texts(changes.map(({ testId }) => testId))},
        ${texts(changes.map(({ model }) => model))}, ${texts(changes.map(({ level }) => level))},
        ${texts(changes.map(({ failure }) => failure))}, ${texts(changes.map(({ words }) => words))})
        with ordinality as n (path, test_id, model, level, failure, words, position)`);
    // A promotion counts the verdict that is there: here, none was. A row that an update wrote has an `xmax`.
    if (stored.isFirst) await countChangesMergedBefore(tx, { repositoryId, id: refId });
  });
}

/** A stored verdict, without its changes. */
export interface StoredVerdict extends Omit<Verdict, 'changes' | 'digest'> {
  /** The version of the pull request that was compared. */
  version: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** The columns of a verdict `v` as a JSON object; null when there is none. */
export const VERDICT_OF_REF = sql`(select json_build_object('version', v.version, 'headline', v.headline, 'mark', v.mark,
    'level', v.level, 'unacceptedLevel', v.unaccepted_level, 'behaviour', v.behaviour, 'content', v.content,
    'errors', v.errors, 'unplayable', v.unplayable, 'added', v.added, 'removed', v.removed,
    'at', (extract(epoch from v.at) * 1000)::float8)
  from verdicts v where v.repository_id = r.repository_id and v.ref_id = r.id)`;

/** The verdicts of several pull requests, by the ids of their refs. Those without a verdict are left out. */
export async function verdictsOf(
  db: Database,
  repositoryId: number,
  refIds: readonly number[],
): Promise<Map<number, StoredVerdict>> {
  const found = await rows<{ id: number; verdict: StoredVerdict | null }>(
    db,
    sql`select r.id::int as id, ${VERDICT_OF_REF} as verdict from (
          select ${repositoryId}::bigint as repository_id, n.id from unnest(${sql.param(refIds)}::bigint[]) as n (id)) r`,
  );
  return new Map(found.flatMap(({ id, verdict }) => (verdict === null ? [] : [[id, verdict]])));
}

/** The first changes of a verdict, most important first. */
export function changesOfVerdict(
  db: Database,
  { repositoryId, id }: { repositoryId: number; id: number },
  limit: number,
): Promise<VerdictChange[]> {
  return rows(
    db,
    sql`select path, test_id as "testId", model, level, failure, words from verdict_changes
        where repository_id = ${repositoryId} and ref_id = ${id} order by position limit ${limit}`,
  );
}
