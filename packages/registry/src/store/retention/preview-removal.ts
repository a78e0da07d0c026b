import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { UNREFERENCED } from '../contents/unreferenced.js';
import { endedRefs } from './remove-ended-refs.js';
import { countOldEvents } from './remove-old-rows.js';
import { replacedSnapshots } from './remove-replaced-snapshots.js';
import { NOTHING, type Removed } from './removed.js';
import { type KeptRepository, repositoriesAfter, retentionOf } from './retention-of.js';

/** Refs and versions of a repository that a preview counts. */
const MOST = 1_000_000;

/**
 * Counts what the next rounds remove first: refs, versions, audit events, and contents that nothing refers to now.
 * Contents and entries that only these refs and versions have are not counted.
 */
export async function previewRemoval(
  db: Database,
): Promise<{ removed: Removed; unreadable: KeptRepository[] }> {
  const removed = { ...NOTHING };
  const unreadable: KeptRepository[] = [];
  for (const id of await repositoriesAfter(db, 0)) {
    const repository = await retentionOf(db, id);
    if (repository === null) continue;
    if (repository.retention === null) {
      unreadable.push(repository);
      continue;
    }
    const { pullRequests, snapshots, audit } = repository.retention;
    const refs = pullRequests === null ? [] : await endedRefs(db, id, pullRequests, MOST);
    const numbers = refs.filter(({ kind }) => kind === 'PULL_REQUEST');
    removed.pullRequests += numbers.length;
    removed.otherRefs += refs.length - numbers.length;
    if (snapshots !== null) removed.snapshots += (await replacedSnapshots(db, id, snapshots, MOST)).length;
    if (audit !== null) removed.events += await countOldEvents(db, id, audit);
  }
  const [found] = await rows<{ count: number; bytes: number }>(
    db,
    sql`select count(*)::int as count, coalesce(sum(c.size), 0)::float8 as bytes from contents c
        where ${UNREFERENCED}`,
  );
  removed.contents = found?.count ?? 0;
  removed.contentBytes = found?.bytes ?? 0;
  return { removed, unreadable };
}
