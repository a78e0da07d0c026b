import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Identity } from '../identity/identity.js';

/**
 * A page of the repositories that an identity may read, ordered by name. Every scope includes read, so a
 * grant of any scope counts.
 * @param page.after the `owner/name` before the page; null for the first page
 */
export function readableRepositories(
  db: Database,
  identity: Identity,
  page: { after: string | null; limit: number },
): Promise<Repository[]> {
  const granted = identity.grants.map((grant) => grant.repositoryId);
  const ids = granted.filter((id) => id !== 'all');
  const name = sql`lower(owner || '/' || name) collate "C"`;
  return rows(
    db,
    sql`select id::int as id, owner, name, visibility, default_branch as "defaultBranch" from repositories
        where (${granted.includes('all')} or visibility = 'PUBLIC' or id = any(${sql.param(ids)}::bigint[]))
          and (${page.after}::text is null or ${name} > lower(${page.after}::text) collate "C")
        order by ${name} limit ${page.limit}`,
  );
}
