import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { digestsOf } from '../../database/statements/stored-digests.js';

/** Models, and endpoints, that a summary names. */
const NAMED = 8;

/** What a list says of the calls of a cassette. */
export interface CallSummary {
  calls: number;
  /** Number of calls that are errors. */
  failed: number;
  /** The first models by name, and the number of all. */
  models: string[];
  modelCount: number;
  /** The first endpoints by name, and the number of all. */
  endpoints: string[];
  endpointCount: number;
}

/** The stored calls of each content, by digest. Contents without stored calls are left out. */
export async function callSummaries(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, CallSummary>> {
  if (digests.length === 0) return new Map();
  const named = sql.raw(`[1:${NAMED}]`);
  const found = await rows<CallSummary & { digest: string }>(
    db,
    sql`select encode(digest, 'hex') as digest, count(*)::int as calls,
          (count(*) filter (where outcome = 'ERROR'))::int as failed,
          coalesce((array_agg(distinct model) filter (where model is not null))${named}, '{}') as models,
          count(distinct model)::int as "modelCount",
          coalesce((array_agg(distinct endpoint) filter (where endpoint is not null))${named}, '{}')
            as endpoints,
          count(distinct endpoint)::int as "endpointCount"
        from exchanges where repository_id = ${repositoryId} and digest = ${digestsOf(digests)} group by 1`,
  );
  return new Map(found.map(({ digest, ...summary }) => [digest, summary]));
}
