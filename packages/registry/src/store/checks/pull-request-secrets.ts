import { sql } from 'drizzle-orm';
import { OPEN } from '../../database/schema/entries.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Ref } from '../snapshots/ref.js';
import { allowancesFor } from './allowances-for.js';
import { type FileFinding, pushedSecrets } from './check-secrets.js';

/**
 * What may be a secret in the recordings of a pull request and is not allowed, whichever of its pushes brought
 * it; ordered by path.
 */
export async function pullRequestSecrets(
  db: Database,
  repository: Repository,
  { id, name }: Ref,
): Promise<FileFinding[]> {
  const found = await rows<{ path: string; digest: string }>(
    db,
    sql`select k.path, encode(e.digest, 'hex') as digest from entries e
        join readings r on r.repository_id = e.repository_id and r.digest = e.digest and r.findings is not null
        join calls k on k.repository_id = e.repository_id and k.id = e.call_id
        where e.repository_id = ${repository.id} and -e.ref_id = ${-id} and e.until = ${OPEN}
        order by k.path`,
  );
  if (found.length === 0) return [];
  const allowances = await allowancesFor(db, repository, { kind: 'PULL_REQUEST', name, base: null }, null);
  return (await pushedSecrets(db, repository.id, found, allowances)).possible;
}
