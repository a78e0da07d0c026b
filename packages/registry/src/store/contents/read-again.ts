import { sql } from 'drizzle-orm';
import type { Connection } from '../../database/connect.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { Reading } from '../../vocabulary/recording.js';
import { type ContentReader, ReadingOutOfMemory } from './content-reader.js';
import { exactCopy } from './copy-received.js';
import { type ContentSource, loadContents } from './load-contents.js';
import { type ReadingKey, readingsAfter, replaceReadings, skipReadings } from './reread-store.js';

/** What reading stored contents again needs. */
export interface RereadServices extends ContentSource {
  kind: Connection['kind'];
  reader: ContentReader;
}

/** One step through all readings. */
export interface RereadStep {
  /** The last key of this step; null at the end. */
  next: ReadingKey | null;
  /** Contents that were read. */
  read: number;
  /** Whether another process reads contents; then this step did nothing. */
  isBusy: boolean;
}

/** Keys to look at, and contents to read, in one step. */
const LOOKED_AT = 2_000;
const READ_AT_ONCE = 200;
/** Readings to store in one transaction, and the calls of cassettes in it. */
const STORED_AT_ONCE = 50;
const CALLS_AT_ONCE = 2_000;
/** The key of the advisory lock: an arbitrary number, another than that of migrations. */
const REREAD_LOCK = 7_302_418;

const WORKER = new URL('./reading-worker.js', import.meta.url);

/**
 * Reads some of the contents again that an earlier release read, in the order of their keys. What it did not
 * finish, it finds again: each reading says which release wrote it.
 */
export async function readAgain(services: RereadServices, after: ReadingKey | null): Promise<RereadStep> {
  const found = await readingsAfter(services.db, after, LOOKED_AT);
  if (!found.some(({ isOutdated }) => isOutdated)) return { next: lastOf(found), read: 0, isBusy: false };
  const step = await alone(services, async () => {
    // Another process may have read them before this one had the lock.
    const outdated = (await readingsAfter(services.db, after, LOOKED_AT)).filter((key) => key.isOutdated);
    const keys = outdated.slice(0, READ_AT_ONCE);
    for (const repositoryId of new Set(keys.map((key) => key.repositoryId))) {
      const digests = keys.filter((key) => key.repositoryId === repositoryId).map(({ digest }) => digest);
      await readContents(services, repositoryId, digests);
    }
    const next = outdated.length > keys.length ? (keys.at(-1) ?? null) : lastOf(found);
    return { next, read: keys.length, isBusy: false };
  });
  return step ?? { next: after, read: 0, isBusy: true };
}

function lastOf(found: ReadingKey[]): ReadingKey | null {
  return found.length < LOOKED_AT ? null : (found.at(-1) ?? null);
}

async function readContents(
  services: RereadServices,
  repositoryId: number,
  digests: string[],
): Promise<void> {
  const left = new Set(digests);
  let parsed: { digest: string; reading: Reading }[] = [];
  let calls = 0;
  const store = async () => {
    await replaceReadings(services.db, repositoryId, parsed);
    parsed = [];
    calls = 0;
  };
  for await (const { digest, bytes } of loadContents(services, repositoryId, digests)) {
    // One at a time: pushes share the threads.
    const reading = await readOne(services.reader, bytes);
    if (reading === null) continue;
    left.delete(digest);
    parsed.push({ digest, reading });
    calls += reading.exchanges.length;
    if (parsed.length >= STORED_AT_ONCE || calls >= CALLS_AT_ONCE) await store();
  }
  await store();
  await skipReadings(services.db, repositoryId, [...left]);
}

/** Null when it takes too much memory: then the earlier reading stays. */
async function readOne(reader: ContentReader, bytes: Uint8Array): Promise<Reading | null> {
  try {
    return await reader.run<Uint8Array, Reading>(WORKER, 'readAgain', exactCopy([bytes]), bytes.length);
  } catch (error) {
    if (error instanceof ReadingOutOfMemory) return null;
    throw error;
  }
}

/** Runs work unless another process runs it. An embedded database has one process. */
async function alone<Result>(
  { db, kind }: RereadServices,
  work: () => Promise<Result>,
): Promise<Result | null> {
  if (kind === 'embedded') return work();
  // The lock ends with its transaction, also behind a pooler, and when the process dies.
  return db.transaction(async (tx: Database) => {
    const [lock] = await rows<{ taken: boolean }>(
      tx,
      sql`select pg_try_advisory_xact_lock(${REREAD_LOCK}) as taken`,
    );
    return lock?.taken === true ? work() : null;
  });
}
