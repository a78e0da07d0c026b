import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.js';
import type { Reading } from './recording.js';

/** Longest text, in bytes, that may stand in an index beside a path; Postgres refuses rows of more than about 2,700. */
const INDEXED_BYTES = 1_000;

/** What identifying a recording takes, by digest (hex). */
export async function readingsOf(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, Pick<Reading, 'format' | 'requestHashes' | 'problem'>>> {
  if (digests.length === 0) return new Map();
  const found = await rows<Pick<Reading, 'format' | 'requestHashes' | 'problem'> & { digest: string }>(
    db,
    sql`select encode(digest, 'hex') as digest, format, request_hashes as "requestHashes", problem from readings
        where repository_id = ${repositoryId}
        and digest in (select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d)`,
  );
  return new Map(found.map((row) => [row.digest, row]));
}

/** Stores what was understood of new contents. */
export async function storeReadings(
  tx: Database,
  repositoryId: number,
  understood: { digest: string; reading: Reading }[],
): Promise<void> {
  if (understood.length === 0) return;
  const values = understood.map(({ digest, reading }) => ({
    ...reading,
    digest,
    testId: indexable(reading.testId),
    model: indexable(reading.model),
    endpoint: indexable(reading.endpoint),
  }));
  // One JSON parameter: both drivers serialise it alike, also arrays within a row.
  await tx.execute(sql`
    insert into readings (repository_id, digest, format, test_id, model, endpoint, is_streaming, outcome,
      response_text, request_hashes, problem)
    select ${repositoryId}, decode(n.digest, 'hex'), n.format, n."testId", n.model, n.endpoint, n."isStreaming",
      n.outcome, n."responseText", n."requestHashes", n.problem
    from json_to_recordset(${JSON.stringify(values)}::text::json) as n (digest text, format text, "testId" text,
      model text, endpoint text, "isStreaming" boolean, outcome text, "responseText" text, "requestHashes" text[],
      problem text)
    on conflict do nothing`);
}

function indexable(text: string | null): string | null {
  if (text === null) return null;
  const bytes = Buffer.from(text);
  if (bytes.length <= INDEXED_BYTES) return text;
  // A cut in the middle of a character leaves a replacement character, which goes too.
  return bytes.subarray(0, INDEXED_BYTES).toString().replace(/�$/, '');
}
