import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Identity } from '../identity/identity.js';

/**
 * A page of the repositories that an identity may read, ordered by owner and name. Every scope includes read, so a
 * grant of any scope counts.
 * @param page.after the `owner/name` before the page; null for the first page
 * @param page.before the `owner/name` after the page
 * @param page.fromEnd whether to start at the end, in descending order
 */
export function readableRepositories(
  db: Database,
  identity: Identity,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<Repository[]> {
  const conditions = [isReadable(identity)];
  if (page.after !== null) conditions.push(sql`(lower(owner), lower(name)) > ${nameOf(page.after)}`);
  if (page.before !== null) conditions.push(sql`(lower(owner), lower(name)) < ${nameOf(page.before)}`);
  const direction = page.fromEnd ? sql`desc` : sql`asc`;
  return rows(
    db,
    sql`select id::int as id, owner, name, visibility, default_branch as "defaultBranch" from repositories
        where ${sql.join(conditions, sql` and `)}
        order by lower(owner) ${direction}, lower(name) ${direction} limit ${page.limit}`,
  );
}

/** The number of repositories that an identity may read. */
export async function countReadableRepositories(db: Database, identity: Identity): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from repositories where ${isReadable(identity)}`,
  );
  return found?.count ?? 0;
}

/** The same rule as `may(identity, 'read', …)`. */
function isReadable({ grants }: Identity): SQL {
  const granted = grants.map(({ repositoryId }) => repositoryId);
  if (granted.includes('all')) return sql`true`;
  return sql`(visibility = 'PUBLIC' or id = any(${sql.param(granted)}::bigint[]))`;
}

function nameOf(fullName: string): SQL {
  const [owner = '', name = ''] = fullName.split('/', 2);
  return sql`(lower(${owner}::text), lower(${name}::text))`;
}
