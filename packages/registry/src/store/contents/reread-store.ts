import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { digestsOf } from '../../database/statements/stored-digests.js';
import { READER_VERSION } from '../../recordings/reading/reader-version.js';
import type { Reading } from '../../vocabulary/recording.js';
import { lockRepositoryBlocks } from '../blocks/block-row-store.js';
import { contentsWithOutdatedCalls, updateCalls } from '../snapshots/call-update-store.js';
import { replaceExchanges } from './exchange-store.js';
import { storable } from './reading-store.js';

/** A reading by its key. */
export interface ReadingKey {
  repositoryId: number;
  digest: string;
}

/** The next readings in the order of their keys, and whether an earlier release wrote them. */
export function readingsAfter(
  db: Database,
  after: ReadingKey | null,
  limit: number,
): Promise<(ReadingKey & { isOutdated: boolean })[]> {
  const from = after ?? { repositoryId: 0, digest: '' };
  return rows(
    db,
    sql`select repository_id as "repositoryId", encode(digest, 'hex') as digest, reader < ${READER_VERSION} as "isOutdated"
        from readings where (repository_id, digest) > (${from.repositoryId}::bigint, decode(${from.digest}, 'hex'))
        order by repository_id, digest limit ${limit}`,
  );
}

/** Records that contents cannot be read again, because they are purged or gone. */
export async function skipReadings(db: Database, repositoryId: number, digests: string[]): Promise<void> {
  if (digests.length === 0) return;
  await db.execute(sql`update readings set reader = ${READER_VERSION}
    where repository_id = ${repositoryId} and digest = ${digestsOf(digests)}`);
}

/** A content as this release reads it. */
interface ParsedContent {
  digest: string;
  reading: Reading;
}

/**
 * Replaces the readings of contents that an earlier release read, their calls, and the metadata of the entries
 * that hold them. Leaves out purged ones, whose texts must not come back, and keeps the secret findings.
 */
export async function replaceReadings(
  db: Database,
  repositoryId: number,
  parsed: ParsedContent[],
): Promise<void> {
  if (parsed.length === 0) return;
  const readings = new Map(
    parsed.map(({ digest, reading }) => [digest, { ...reading, ...namesOf(reading) }]),
  );
  const isMoved =
    (await hasOtherNames(db, repositoryId, parsed)) ||
    (await contentsWithOutdatedCalls(db, repositoryId, readings)).length > 0;
  await db.transaction(async (tx) => {
    // A push that read the earlier reading would write entries with its metadata: it holds this lock until it
    // ends. Most contents keep their metadata, and need no lock.
    if (isMoved) await lockRepositoryBlocks(tx, repositoryId);
    // A purge locks its content first, so it waits for this transaction, or this one sees the purge.
    const kept = await rows<{ digest: string }>(
      tx,
      sql`select encode(digest, 'hex') as digest from contents
          where repository_id = ${repositoryId} and purged_at is null
          and digest = ${digestsOf(parsed.map(({ digest }) => digest))} order by digest for key share`,
    );
    const present = new Set(kept.map(({ digest }) => digest));
    const remaining = parsed.filter(({ digest }) => present.has(digest));
    await updateReadings(tx, repositoryId, remaining);
    await replaceExchanges(tx, repositoryId, remaining);
    if (isMoved) {
      await updateCalls(tx, repositoryId, new Map([...readings].filter(([digest]) => present.has(digest))));
    }
  });
}

const namesOf = (reading: Reading) => {
  const { testId, model, endpoint } = storable(reading);
  return { testId, model, endpoint };
};

const PARSED = sql`(digest text, format text, "testId" text, model text, endpoint text, "isStreaming" boolean,
  outcome text, "responseText" text, "requestHashes" text, "hashVersions" text, problem text)`;

const asRows = (parsed: ParsedContent[]) =>
  sql`json_to_recordset(${JSON.stringify(parsed.map(({ digest, reading }) => ({ ...storable(reading), digest })))}::text::json)`;

const withoutTexts = ({ digest, reading }: ParsedContent): ParsedContent => ({
  digest,
  reading: { ...reading, responseText: null, problem: null },
});

/** Whether a content now has other metadata, of which its entries hold a copy. */
async function hasOtherNames(db: Database, repositoryId: number, parsed: ParsedContent[]): Promise<boolean> {
  const found = await rows(
    db,
    sql`select 1 from ${asRows(parsed.map(withoutTexts))} as n ${PARSED}
        join readings r on r.repository_id = ${repositoryId} and r.digest = decode(n.digest, 'hex')
        where (r.format, r.test_id, r.model, r.endpoint, r.request_hashes)
          is distinct from (n.format, n."testId", n.model, n.endpoint, decode(n."requestHashes", 'hex')) limit 1`,
  );
  return found.length > 0;
}

/** Rows that stay the same only get the version of the reader: their long texts are not written again. */
async function updateReadings(tx: Database, repositoryId: number, parsed: ParsedContent[]): Promise<void> {
  await tx.execute(sql`
    update readings r set format = n.format, test_id = n."testId", model = n.model, endpoint = n.endpoint,
      is_streaming = n."isStreaming", outcome = n.outcome, response_text = n."responseText",
      request_hashes = decode(n."requestHashes", 'hex'), hash_versions = decode(n."hashVersions", 'hex'),
      problem = n.problem, reader = ${READER_VERSION}
    from ${asRows(parsed)} as n ${PARSED}
    where r.repository_id = ${repositoryId} and r.digest = decode(n.digest, 'hex')
      and (r.format, r.test_id, r.model, r.endpoint, r.is_streaming, r.outcome, r.response_text, r.request_hashes,
        r.hash_versions, r.problem)
      is distinct from (n.format, n."testId", n.model, n.endpoint, n."isStreaming", n.outcome, n."responseText",
        decode(n."requestHashes", 'hex'), decode(n."hashVersions", 'hex'), n.problem)`);
  await tx.execute(sql`update readings set reader = ${READER_VERSION} where repository_id = ${repositoryId}
    and digest = ${digestsOf(parsed.map(({ digest }) => digest))} and reader < ${READER_VERSION}`);
}
