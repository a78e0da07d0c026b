import { type SQL, sql } from 'drizzle-orm';
import { OPEN } from '../database/schema.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

/** A query and its condition speak of an entry as `e`. */
export type EntryCondition = SQL;

/**
 * The entries of a snapshot as a query. Every layer gives what is valid at its version and is not hidden by a layer
 * above; the cost follows the result and the changes of the upper layers, not the history.
 * @param columns of the entry `e`
 * @param where narrows the result; it must not be used to hide anything
 */
export function entriesOf(key: SnapshotKey, columns: SQL, where: EntryCondition = sql`true`): SQL {
  if (key.layers.length === 0) return sql`select ${columns} from entries e where false`;
  const parts = key.layers.map((layer, depth) => {
    const hidden = key.layers.slice(0, depth).map(
      (upper) => sql`and not exists (select 1 from entries o
        where o.repository_id = ${key.repositoryId} and o.ref_id = ${upper.refId} and o.path = e.path
        and o.since <= ${upper.version} and o.until > ${upper.version})`,
    );
    return sql`select ${columns} from entries e
      where e.repository_id = ${key.repositoryId} and ${validAt(layer)}
      and e.digest is not null and (${where}) ${sql.join(hidden, sql` `)}`;
  });
  return sql.join(parts, sql` union all `);
}

/** The condition that an entry `e` belongs to a ref at a version, tombstones included. */
export function validAt(layer: Layer): SQL {
  return sql`e.ref_id = ${layer.refId} and e.since <= ${layer.version} and e.until > ${layer.version}`;
}

/** The condition that an entry `e` is a ref's newest at its path. */
export function stillValid(refId: number): SQL {
  return sql`e.ref_id = ${refId} and e.until = ${OPEN}`;
}
