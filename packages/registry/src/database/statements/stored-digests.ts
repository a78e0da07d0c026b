import { type SQL, sql } from 'drizzle-orm';

/** An array condition makes Postgres look up each digest: for a join, it may scan the whole table. */
export const digestsOf = (digests: readonly string[]): SQL =>
  sql`any(array(select decode(d, 'hex') from unnest(${sql.param([...digests])}::text[]) d))`;
