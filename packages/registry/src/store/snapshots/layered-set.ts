import { type SQL, sql } from 'drizzle-orm';
import type { Layer, SnapshotKey } from './snapshot-key.js';

// `offset 0` in a lateral join forces a lookup by the whole key, independent of the planner's estimate.
// Without current statistics, the planner believes that a new repository is empty, and scans all of it for
// each row.

/** A condition on an entry, which the query names `e`. */
export type EntryCondition = SQL;

/**
 * How a query finds entries. `all`: through the entries of the ref, when it needs most of them. `few`:
 * through the calls that the condition limits by path, test or hash. `page`: through the calls in order, up
 * to a limit, in the lowest layer; upper layers are small and use their entries. `digests`: through contents,
 * of which a query returns the `digest`, each once.
 */
export type AccessPath = 'all' | 'few' | 'page' | { digests: SQL };

const COLUMNS = sql`n.ref_id, n.call_id, n.since, n.until, n.digest, k.path, k.test_id, k.model, k.endpoint, k.hash, k.hash_status`;

/** The entries of a ref with their calls, those that are valid at a version or later; for `from … e`. */
export function entriesOfRef(
  repositoryId: number,
  { refId, version }: { refId: number | SQL; version: number },
): SQL {
  // Negated, as in the index `entries_alive`.
  return sql`(select n.repository_id, ${COLUMNS} from entries n cross join lateral (
    select * from calls k where k.repository_id = n.repository_id and k.id = n.call_id offset 0) k
    where n.repository_id = ${repositoryId} and -n.ref_id = -(${refId}::bigint) and n.until > ${version})`;
}

/** The entries of a ref, found through the calls of a condition; for `from … e`. */
export function entriesByCall(refId: number | SQL): SQL {
  return sql`(select k.repository_id, ${COLUMNS} from calls k cross join lateral (select * from entries n
    where n.repository_id = k.repository_id and n.ref_id = ${refId} and n.call_id = k.id offset 0) n)`;
}

/** The entries of a ref, found through their contents; for `from … e`. */
function entriesByDigest(repositoryId: number, { refId }: Layer, digests: SQL): SQL {
  return sql`(select n.repository_id, ${COLUMNS} from (${digests}) d
    cross join lateral (select * from entries n where n.repository_id = ${repositoryId} and n.digest = d.digest
      and n.ref_id = ${refId} offset 0) n
    cross join lateral (select * from calls k where k.repository_id = n.repository_id and k.id = n.call_id offset 0) k)`;
}

/**
 * A query for the entries of a snapshot: from each layer those that are valid at its version and not hidden
 * by a layer above. Its cost depends on the result and the size of the upper layers, not on the history.
 * @param columns the selected columns of the entry `e`
 * @param where filters the result; it is no access control
 */
export function entriesOf(
  key: SnapshotKey,
  path: AccessPath,
  columns: SQL,
  where: EntryCondition = sql`true`,
): SQL {
  if (key.layers.length === 0) return sql`select ${columns} from ${entriesByCall(0)} e where false`;
  const parts = key.layers.map((layer, depth) => {
    const hidden = key.layers.slice(0, depth).map(
      (upper) => sql`and not exists (select 1 from ${entriesByCall(upper.refId)} o
        where o.repository_id = e.repository_id and o.path = e.path and ${validAt(upper, 'o')} offset 0)`,
    );
    const byCall = path === 'few' || (path === 'page' && depth === key.layers.length - 1);
    const from =
      typeof path === 'object'
        ? entriesByDigest(key.repositoryId, layer, path.digests)
        : byCall
          ? entriesByCall(layer.refId)
          : entriesOfRef(key.repositoryId, layer);
    return sql`select ${columns} from ${from} e
      where e.repository_id = ${key.repositoryId} and ${validAt(layer, 'e')}
      and e.digest is not null and (${where}) ${sql.join(hidden, sql` `)}`;
  });
  return sql.join(parts, sql` union all `);
}

/** The condition that an entry of any ref is valid at the version of a layer. */
function validAt({ version }: Layer, entry: 'e' | 'o'): SQL {
  const name = sql.raw(entry);
  return sql`${name}.since <= ${version} and ${name}.until > ${version}`;
}
