import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { indexable } from '../../recordings/reading/indexable-text.js';
import { READER_VERSION } from '../../recordings/reading/reader-version.js';
import { NAME_LENGTH, storableText } from '../../recordings/reading/storable-text.js';
import type { Reading } from '../../vocabulary/recording.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import { removeExchangeTexts, storeExchanges } from './exchange-store.js';

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

/** Stores the readings of new contents, with the calls of cassettes. */
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
  await storeExchanges(tx, repositoryId, parsed);
}

/**
 * Removes the texts of a purged content from its reading and calls: response texts, queries of URLs, and problems
 * and findings, which may quote it. The metadata (test, model, endpoint, hashes) stays, as in the entries that
 * name the content.
 */
export async function removeTexts(tx: Database, repositoryId: number, digest: string): Promise<void> {
  await tx.execute(sql`update readings set response_text = null, problem = null, findings = null
    where repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`);
  await removeExchangeTexts(tx, repositoryId, digest);
}

/** A reading as its columns hold it. */
export function storable({ exchanges: _, ...reading }: Reading) {
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
