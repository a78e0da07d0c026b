import { type SQL, sql } from 'drizzle-orm';

/** As recorders name their files; nothing else is ever kept as a hash. */
const HASH = /^(?:[0-9a-f]{64}|[0-9a-f]{12})$/;

/** The condition that an entry `e` lies under one of the hashes. What is no hash is the hash of none. */
export function hashCondition(hashes: string[]): SQL {
  const asked = hashes.filter((hash) => HASH.test(hash)).map((hash) => sql`decode(${hash}, 'hex')`);
  return asked.length > 0 ? sql`e.hash in (${sql.join(asked, sql`, `)})` : sql`false`;
}
