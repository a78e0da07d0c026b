import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { READER_VERSION } from '../../recordings/reading/reader-version.js';
import { NAME_LENGTH, storableText } from '../../recordings/reading/storable-text.js';
import type { Reading } from '../../vocabulary/recording.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';

/**
 * The maximum size of an indexed text in bytes: Postgres refuses index rows of more than about 2,700 bytes.
 */
const INDEXED_BYTES = 1_000;

/** The parts of readings that identify a recording, by digest (hex). */
export async function readingsOf(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, Pick<Reading, 'format' | 'testId' | 'requestHashes' | 'problem'>>> {
  if (digests.length === 0) return new Map();
  const found = await rows<
    Pick<Reading, 'format' | 'testId' | 'problem'> & { digest: string; hashes: string }
  >(
    db,
    sql`select encode(digest, 'hex') as digest, format, test_id as "testId", encode(request_hashes, 'hex') as hashes, problem from readings
        where repository_id = ${repositoryId}
        and digest in (select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d)`,
  );
  return new Map(
    found.map(({ digest, hashes, ...row }) => [
      digest,
      { ...row, requestHashes: hashes.match(/.{64}/g) ?? [] },
    ]),
  );
}

/** The allowed and the possible secrets of stored contents, by digest (hex); most contents have none. */
export async function findingsOf(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, SecretFinding[]>> {
  if (digests.length === 0) return new Map();
  const found = await rows<{ digest: string; findings: SecretFinding[] }>(
    db,
    sql`select encode(digest, 'hex') as digest, findings from readings
        where repository_id = ${repositoryId} and findings is not null
        and digest in (select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d)`,
  );
  return new Map(found.map((row) => [row.digest, row.findings]));
}

/** Stores the readings of new contents. */
export async function storeReadings(
  tx: Database,
  repositoryId: number,
  parsed: { digest: string; reading: Reading; findings: SecretFinding[] }[],
): Promise<void> {
  if (parsed.length === 0) return;
  const values = parsed.map(({ digest, reading, findings }) => ({
    ...storable(reading),
    digest,
    findings: findings.length > 0 ? findings.map(storableFinding) : null,
  }));
  // One JSON parameter: both drivers serialize it alike, including nested arrays.
  await tx.execute(sql`
    insert into readings (repository_id, digest, format, test_id, model, endpoint, is_streaming, outcome,
      response_text, request_hashes, hash_versions, reader, problem, findings)
    select ${repositoryId}, decode(n.digest, 'hex'), n.format, n."testId", n.model, n.endpoint, n."isStreaming",
      n.outcome, n."responseText", decode(n."requestHashes", 'hex'), decode(n."hashVersions", 'hex'),
      ${READER_VERSION}, n.problem, n.findings
    from json_to_recordset(${JSON.stringify(values)}::text::json) as n (digest text, format text, "testId" text,
      model text, endpoint text, "isStreaming" boolean, outcome text, "responseText" text, "requestHashes" text,
      "hashVersions" text, problem text, findings jsonb)
    on conflict do nothing`);
}

/**
 * Replaces the readings of contents that an earlier release read. Leaves out purged ones, whose texts must not
 * come back, and keeps the secret findings.
 */
export async function replaceReadings(
  db: Database,
  repositoryId: number,
  parsed: { digest: string; reading: Reading }[],
): Promise<void> {
  if (parsed.length === 0) return;
  const values = parsed.map(({ digest, reading }) => ({ ...storable(reading), digest }));
  await db.transaction(async (tx) => {
    // A purge locks its content first, so it waits for this transaction, or this one sees the purge.
    const kept = await rows<{ digest: string }>(
      tx,
      sql`select encode(digest, 'hex') as digest from contents
          where repository_id = ${repositoryId} and purged_at is null
          and digest = ${digestsOf(parsed.map(({ digest }) => digest))} order by digest for key share`,
    );
    const present = new Set(kept.map(({ digest }) => digest));
    await tx.execute(sql`
      update readings r set format = n.format, test_id = n."testId", model = n.model, endpoint = n.endpoint,
        is_streaming = n."isStreaming", outcome = n.outcome, response_text = n."responseText",
        request_hashes = decode(n."requestHashes", 'hex'), hash_versions = decode(n."hashVersions", 'hex'),
        problem = n.problem, reader = ${READER_VERSION}
      from json_to_recordset(${JSON.stringify(values.filter(({ digest }) => present.has(digest)))}::text::json)
        as n (digest text, format text, "testId" text, model text, endpoint text, "isStreaming" boolean,
          outcome text, "responseText" text, "requestHashes" text, "hashVersions" text, problem text)
      where r.repository_id = ${repositoryId} and r.digest = decode(n.digest, 'hex')`);
  });
}

/** Notes that contents cannot be read again, because they are purged or gone. */
export async function skipReadings(db: Database, repositoryId: number, digests: string[]): Promise<void> {
  if (digests.length === 0) return;
  await db.execute(sql`update readings set reader = ${READER_VERSION}
    where repository_id = ${repositoryId} and digest = ${digestsOf(digests)}`);
}

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

/**
 * Removes the texts of a purged content from its reading: the response text, and problems and findings, which
 * may quote it. The metadata (test, model, endpoint, hashes) stays, as in the entries that name the content.
 */
export async function removeTexts(tx: Database, repositoryId: number, digest: string): Promise<void> {
  await tx.execute(sql`update readings set response_text = null, problem = null, findings = null
    where repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`);
}

const digestsOf = (digests: readonly string[]) =>
  sql`any(array(select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d))`;

/** A reading as its columns hold it. */
function storable(reading: Reading) {
  return {
    ...reading,
    requestHashes: reading.requestHashes.join(''),
    hashVersions: Buffer.from(reading.hashVersions).toString('hex'),
    testId: indexable(reading.testId),
    model: indexable(reading.model),
    endpoint: indexable(reading.endpoint),
  };
}

function storableFinding({ place, masked, ...finding }: SecretFinding): SecretFinding {
  return { ...finding, place: storableText(place, NAME_LENGTH), masked: storableText(masked, NAME_LENGTH) };
}

function indexable(text: string | null): string | null {
  if (text === null) return null;
  const bytes = Buffer.from(text);
  if (bytes.length <= INDEXED_BYTES) return text;
  // A cut in the middle of a character leaves a replacement character; remove it.
  return bytes.subarray(0, INDEXED_BYTES).toString().replace(/�$/, '');
}
