import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { digestsOf } from '../../database/statements/stored-digests.js';
import { identify } from '../../recordings/reading/identify-recording.js';
import type { HashStatus, Reading } from '../../vocabulary/recording.js';
import { addCalls, callsWithIds, type Opened } from './entry-store.js';

/** What a call copies from the reading of a content; `identify` derives the rest. */
export type CalledContent = Pick<Reading, 'format' | 'testId' | 'model' | 'endpoint' | 'requestHashes'>;

/**
 * The contents among some whose entries refer to calls with other metadata than their readings now say, with
 * the paths of these entries.
 * @param contents by digest
 */
export async function contentsWithOutdatedCalls(
  db: Database,
  repositoryId: number,
  contents: ReadonlyMap<string, CalledContent>,
): Promise<Opened[]> {
  const found = await rows<{
    digest: string;
    path: string;
    testId: string | null;
    model: string | null;
    endpoint: string | null;
    hashStatus: HashStatus;
  }>(
    db,
    sql`select distinct encode(e.digest, 'hex') as digest, k.path, k.test_id as "testId", k.model, k.endpoint,
          coalesce(k.hash_status, 'UNKNOWN') as "hashStatus"
        from entries e cross join lateral (select * from calls k
          where k.repository_id = e.repository_id and k.id = e.call_id offset 0) k
        where e.repository_id = ${repositoryId} and e.digest = ${digestsOf([...contents.keys()])}`,
  );
  const outdated = new Map<string, Opened>();
  for (const { digest, path, ...call } of found) {
    const content = contents.get(digest);
    if (content === undefined) continue;
    const identity = identify(path, content);
    // A rule of the settings at the time of the push may have given the test id that the path says.
    identity.testId = content.testId ?? call.testId ?? identity.testId;
    const isCurrent =
      call.testId === identity.testId &&
      call.hashStatus === identity.hashStatus &&
      call.model === content.model &&
      call.endpoint === content.endpoint;
    if (!isCurrent) outdated.set(`${digest} ${path}`, { path, digest, identity });
  }
  return [...outdated.values()];
}

/**
 * Makes the entries of contents refer to calls with the metadata of their current readings. Calls are immutable
 * and shared, so it adds new ones. Paths, digests and versions stay the same. The caller holds
 * `lockRepositoryBlocks`: a push would not find an entry to close that refers to another call meanwhile.
 * @param contents by digest; their readings must be stored
 */
export async function updateCalls(
  tx: Database,
  repositoryId: number,
  contents: ReadonlyMap<string, CalledContent>,
): Promise<void> {
  const outdated = await contentsWithOutdatedCalls(tx, repositoryId, contents);
  if (outdated.length === 0) return;
  await addCalls(tx, repositoryId, outdated);
  await tx.execute(sql`
    update entries o set call_id = c.id
    from (${callsWithIds(repositoryId, outdated)}) c
    cross join lateral (select k.id from calls k
      where k.repository_id = ${repositoryId} and k.path = c.path and k.id <> c.id offset 0) old
    where o.repository_id = ${repositoryId} and o.digest = c.digest and o.call_id = old.id`);
}
