import { type SQL, sql } from 'drizzle-orm';
import type { Layer, SnapshotKey } from './snapshot-key.js';

// `offset 0` within a lateral join: one row is looked up by its whole key, whatever the planner believes. What it knows of a
// repository that came after its last look is that there is nothing in it; it would then go through all of the repository for each row.

/** A query and its condition speak of an entry as `e`. */
export type EntryCondition = SQL;

/**
 * How entries are come by. `all`: through the entries of the ref, because most of them are wanted. `few`: through the calls that the condition
 * names by path, test or hash. `page`: through the calls in the order that is asked for, up to a limit; the layers above the lowest
 * hold few of them, and are gone through by their entries.
 */
export type EntryWay = 'all' | 'few' | 'page';

const COLUMNS = sql`n.ref_id, n.call_id, n.since, n.until, n.digest, k.path, k.test_id, k.model, k.endpoint, k.hash, k.hash_status`;

/** The entries of a ref with what their calls say, those of them that are valid at a version or later; for `from … e`. */
export function entriesOfRef(repositoryId: number, { refId, version }: Layer): SQL {
  // Negated as in the index.
  return sql`(select n.repository_id, ${COLUMNS} from entries n cross join lateral (
    select * from calls k where k.repository_id = n.repository_id and k.id = n.call_id offset 0) k
    where n.repository_id = ${repositoryId} and -n.ref_id = -(${refId}::bigint) and n.until > ${version})`;
}

/** The entries of a ref, found through the calls that a condition names; for `from … e`. */
export function entriesByCall(refId: number | SQL): SQL {
  return sql`(select k.repository_id, ${COLUMNS} from calls k cross join lateral (select * from entries n
    where n.repository_id = k.repository_id and n.ref_id = ${refId} and n.call_id = k.id offset 0) n)`;
}

/**
 * The entries of a snapshot as a query. Every layer gives what is valid at its version and is not hidden by a layer
 * above; the cost follows the result and the changes of the upper layers, not the history.
 * @param columns of the entry `e`
 * @param where narrows the result; it must not be used to hide anything
 */
export function entriesOf(
  key: SnapshotKey,
  way: EntryWay,
  columns: SQL,
  where: EntryCondition = sql`true`,
): SQL {
  if (key.layers.length === 0) return sql`select ${columns} from ${entriesByCall(0)} e where false`;
  const parts = key.layers.map((layer, depth) => {
    const hidden = key.layers.slice(0, depth).map(
      (upper) => sql`and not exists (select 1 from ${entriesByCall(upper.refId)} o
        where o.repository_id = e.repository_id and o.path = e.path and ${validAt(upper, 'o')} offset 0)`,
    );
    const byCall = way === 'few' || (way === 'page' && depth === key.layers.length - 1);
    const from = byCall ? entriesByCall(layer.refId) : entriesOfRef(key.repositoryId, layer);
    return sql`select ${columns} from ${from} e
      where e.repository_id = ${key.repositoryId} and ${validAt(layer, 'e')}
      and e.digest is not null and (${where}) ${sql.join(hidden, sql` `)}`;
  });
  return sql.join(parts, sql` union all `);
}

/** The condition that an entry, of whichever ref, is valid at the version of a layer. */
function validAt({ version }: Layer, entry: 'e' | 'o'): SQL {
  const name = sql.raw(entry);
  return sql`${name}.since <= ${version} and ${name}.until > ${version}`;
}
