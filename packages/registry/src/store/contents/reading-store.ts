import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { NAME_LENGTH, storableText } from '../../recordings/reading/storable-text.js';
import type { Reading } from '../../vocabulary/recording.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';

/** Longest text, in bytes, that may stand in an index beside a path; Postgres refuses rows of more than about 2,700. */
const INDEXED_BYTES = 1_000;

/** What identifying a recording takes, by digest (hex). */
export async function readingsOf(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, Pick<Reading, 'format' | 'requestHashes' | 'problem'>>> {
  if (digests.length === 0) return new Map();
  const found = await rows<Pick<Reading, 'format' | 'problem'> & { digest: string; hashes: string }>(
    db,
    sql`select encode(digest, 'hex') as digest, format, encode(request_hashes, 'hex') as hashes, problem from readings
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

/** What looks like a secret in contents that were let in all the same, by digest (hex); most have nothing. */
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

/** Stores what was understood of new contents. */
export async function storeReadings(
  tx: Database,
  repositoryId: number,
  understood: { digest: string; reading: Reading; findings: SecretFinding[] }[],
): Promise<void> {
  if (understood.length === 0) return;
  const values = understood.map(({ digest, reading, findings }) => ({
    ...reading,
    digest,
    requestHashes: reading.requestHashes.join(''),
    findings: findings.length > 0 ? findings.map(storableFinding) : null,
    testId: indexable(reading.testId),
    model: indexable(reading.model),
    endpoint: indexable(reading.endpoint),
  }));
  // One JSON parameter: both drivers serialise it alike, also arrays within a row.
  await tx.execute(sql`
    insert into readings (repository_id, digest, format, test_id, model, endpoint, is_streaming, outcome,
      response_text, request_hashes, problem, findings)
    select ${repositoryId}, decode(n.digest, 'hex'), n.format, n."testId", n.model, n.endpoint, n."isStreaming",
      n.outcome, n."responseText", decode(n."requestHashes", 'hex'), n.problem, n.findings
    from json_to_recordset(${JSON.stringify(values)}::text::json) as n (digest text, format text, "testId" text,
      model text, endpoint text, "isStreaming" boolean, outcome text, "responseText" text, "requestHashes" text,
      problem text, findings jsonb)
    on conflict do nothing`);
}

/**
 * Removes what is content of the reading of a purged content: the text of the response, and what was wrong with the file
 * or looked like a secret in it, which may quote it. Names (test, model, endpoint, hashes) and facts stay, as they stay in the
 * entries that name the content.
 */
export async function forgetTexts(tx: Database, repositoryId: number, digest: string): Promise<void> {
  await tx.execute(sql`update readings set response_text = null, problem = null, findings = null
    where repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`);
}

function storableFinding({ kind, place, masked }: SecretFinding): SecretFinding {
  return { kind, place: storableText(place, NAME_LENGTH), masked: storableText(masked, NAME_LENGTH) };
}

function indexable(text: string | null): string | null {
  if (text === null) return null;
  const bytes = Buffer.from(text);
  if (bytes.length <= INDEXED_BYTES) return text;
  // A cut in the middle of a character leaves a replacement character, which goes too.
  return bytes.subarray(0, INDEXED_BYTES).toString().replace(/�$/, '');
}
