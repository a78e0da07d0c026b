import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { digestsOf } from '../../database/statements/stored-digests.js';
import { indexable } from '../../recordings/reading/indexable-text.js';
import type { ExchangeReading, Reading } from '../../vocabulary/recording.js';

/** UTF-16 units of text in one statement, which both ends hold as a whole. */
const STORED_AT_ONCE = 2 * 1024 * 1024;

/** Stores the calls of cassettes; the rows of their contents must exist. */
export async function storeExchanges(
  tx: Database,
  repositoryId: number,
  parsed: { digest: string; reading: Pick<Reading, 'exchanges'> }[],
): Promise<void> {
  for (const slice of slicesByText(parsed)) {
    await tx.execute(sql`
      insert into exchanges (repository_id, digest, position, key, occurrence, method, url, model, endpoint,
        is_streaming, status, outcome, response_text)
      select ${repositoryId}, decode(n.digest, 'hex'), n.position, decode(n.key, 'hex'), n.occurrence, n.method, n.url,
        n.model, n.endpoint, n."isStreaming", n.status, n.outcome, n."responseText"
      from json_to_recordset(${JSON.stringify(slice)}::text::json) as n (digest text, position int, key text,
        occurrence int, method text, url text, model text, endpoint text, "isStreaming" boolean, status int,
        outcome text, "responseText" text)
      on conflict do nothing`);
  }
}

/** Replaces the calls of contents that are read again. */
export async function replaceExchanges(
  tx: Database,
  repositoryId: number,
  parsed: { digest: string; reading: Pick<Reading, 'exchanges'> }[],
): Promise<void> {
  await tx.execute(sql`delete from exchanges
    where repository_id = ${repositoryId} and digest = ${digestsOf(parsed.map(({ digest }) => digest))}`);
  await storeExchanges(tx, repositoryId, parsed);
}

/**
 * Removes the response texts of a purged content, and what URLs can carry besides the endpoint: credentials,
 * query and fragment.
 */
export async function removeExchangeTexts(tx: Database, repositoryId: number, digest: string): Promise<void> {
  await tx.execute(sql`update exchanges set response_text = null,
      url = regexp_replace(regexp_replace(url, '[?#].*$', ''), '^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/]*@', '\\1')
    where repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`);
}

/** A call of a recording, without its response text, which is loaded on demand. */
export type ExchangeRow = Omit<ExchangeReading, 'responseText'>;

/** A page of the calls of a content, by position. */
export interface ExchangePage {
  after: number | null;
  before: number | null;
  limit: number;
  fromEnd: boolean;
}

const COLUMNS = sql`x.position, encode(x.key, 'hex') as key, x.occurrence, x.method, x.url, x.model, x.endpoint,
  x.is_streaming as "isStreaming", x.status, x.outcome`;

/** The same page of the calls of each of some contents, by digest. Contents without rows are left out. */
export async function exchangePages(
  db: Database,
  repositoryId: number,
  digests: string[],
  page: ExchangePage,
): Promise<Map<string, ExchangeRow[]>> {
  const conditions = [sql`x.repository_id = ${repositoryId} and x.digest = decode(d.digest, 'hex')`];
  if (page.after !== null) conditions.push(sql`x.position > ${page.after}`);
  if (page.before !== null) conditions.push(sql`x.position < ${page.before}`);
  const order = page.fromEnd ? sql`x.position desc` : sql`x.position`;
  const found = await rows<ExchangeRow & { digest: string }>(
    db,
    sql`select d.digest, x.* from unnest(${sql.param(digests)}::text[]) d (digest)
        cross join lateral (select ${COLUMNS} from exchanges x
          where ${sql.join(conditions, sql` and `)} order by ${order} limit ${page.limit}) x
        order by d.digest, ${order}`,
  );
  const pages = new Map<string, ExchangeRow[]>();
  for (const { digest, ...row } of found) pages.set(digest, [...(pages.get(digest) ?? []), row]);
  return pages;
}

/** The number of stored calls of each content, by digest; 0 is left out. */
export async function countExchanges(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, number>> {
  const found = await rows<{ digest: string; count: number }>(
    db,
    sql`select encode(digest, 'hex') as digest, count(*)::int as count from exchanges
        where repository_id = ${repositoryId} and digest = ${digestsOf(digests)} group by 1`,
  );
  return new Map(found.map(({ digest, count }) => [digest, count]));
}

/** The response texts of calls, by digest and position as `digest:position`. */
export async function exchangeTexts(
  db: Database,
  repositoryId: number,
  calls: readonly { digest: string; position: number }[],
): Promise<Map<string, string | null>> {
  const found = await rows<{ digest: string; position: number; text: string | null }>(
    db,
    sql`select n.digest, n.position, x.response_text as text
        from unnest(${sql.param(calls.map(({ digest }) => digest))}::text[],
          ${sql.param(calls.map(({ position }) => position))}::int[]) as n (digest, position)
        cross join lateral (select response_text from exchanges x where x.repository_id = ${repositoryId}
          and x.digest = decode(n.digest, 'hex') and x.position = n.position offset 0) x`,
  );
  return new Map(found.map(({ digest, position, text }) => [`${digest}:${position}`, text]));
}

type StorableExchange = ExchangeReading & { digest: string };

/** The rows to store, in slices of bounded text. */
function* slicesByText(
  parsed: { digest: string; reading: Pick<Reading, 'exchanges'> }[],
): Generator<StorableExchange[]> {
  let slice: StorableExchange[] = [];
  let length = 0;
  for (const { digest, reading } of parsed) {
    for (const exchange of reading.exchanges) {
      const { model, endpoint } = exchange;
      slice.push({ ...exchange, digest, model: indexable(model), endpoint: indexable(endpoint) });
      length += 1_000 + exchange.url.length + (exchange.responseText?.length ?? 0);
      if (length < STORED_AT_ONCE) continue;
      yield slice;
      slice = [];
      length = 0;
    }
  }
  if (slice.length > 0) yield slice;
}
