import { sql } from 'drizzle-orm';
import type { AcceptanceMeans } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { Acceptance, ChangeKey } from './acceptance.js';

const textArray = (values: string[]) => sql`${sql.param(values)}::text[]`;

/** All acceptances of a pull request, including those that no longer apply. */
export async function fetchAcceptances(
  db: Database,
  repositoryId: number,
  pullRequest: number,
): Promise<Acceptance[]> {
  const found = await rows<Omit<Acceptance, 'at'> & { at: number }>(
    db,
    sql`select path, encode(before, 'hex') as before, encode(after, 'hex') as after, accepted_by as by, means,
          (extract(epoch from accepted_at) * 1000)::float8 as at
        from acceptances where repository_id = ${repositoryId} and pull_request = ${pullRequest}`,
  );
  return found.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** Stores acceptances. An existing acceptance of the same change is kept. */
export async function addAcceptances(
  db: Database,
  about: {
    repositoryId: number;
    pullRequest: number;
    by: string;
    saidBy: string;
    means: AcceptanceMeans;
  },
  keys: ChangeKey[],
): Promise<void> {
  if (keys.length === 0) return;
  await db.execute(sql`
    insert into acceptances (repository_id, pull_request, path, before, after, accepted_by, said_by, means)
    select ${about.repositoryId}, ${about.pullRequest}, n.path, decode(n.before, 'hex'), decode(n.after, 'hex'),
      ${about.by}, ${about.saidBy}, ${about.means}
    from unnest(${textArray(keys.map((key) => key.path))}, ${textArray(keys.map((key) => key.before))},
      ${textArray(keys.map((key) => key.after))}) as n (path, before, after)
    on conflict do nothing`);
}
