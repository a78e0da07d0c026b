import { type SQL, sql } from 'drizzle-orm';

/** The forms of request hashes in file names; only these are stored. */
const HASH = /^(?:[0-9a-f]{64}|[0-9a-f]{12})$/;

/** The condition that an entry `e` has one of the hashes. Texts in another form match no entry. */
export function hashCondition(hashes: string[]): SQL {
  const values = hashes.filter((hash) => HASH.test(hash)).map((hash) => sql`decode(${hash}, 'hex')`);
  return values.length > 0 ? sql`e.hash in (${sql.join(values, sql`, `)})` : sql`false`;
}
