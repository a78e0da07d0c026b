import type { ModelAge } from '../checkout/plan/snapshot-ages.js';
import { query, UnknownFieldError } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';

/** How old the recordings of a model are. */
export type DigestAge = Pick<
  ModelAge,
  'model' | 'recordings' | 'oldest' | 'olderThanQuarter' | 'olderThanYear'
>;

/** What happened to the recordings of a model in one week. */
export interface WeeklyActivity {
  /** The beginning of the week, as ISO 8601. */
  week: string;
  model: string | null;
  recordings: number;
  behaviour: number;
}

/** The recordings that no run of the default branch read in 30 days. */
export interface UnusedCount {
  totalCount: number;
  /** The number of runs in these days that count. */
  runs: number;
}

/** The state of the default branch's recordings. A part is null if the registry does not know or compute it. */
export interface WatchDigest {
  ages: DigestAge[] | null;
  unused: UnusedCount | null;
  activity: WeeklyActivity[] | null;
}

const UNUSED_DAYS = 30;
const ACTIVITY_WEEKS = 8;

const FIELDS = {
  ages: 'ages { model recordings oldest olderThanQuarter olderThanYear }',
  unused: `unused(days: ${UNUSED_DAYS}, first: 1) { totalCount runs }`,
  activity: `activity(weeks: ${ACTIVITY_WEEKS}) { week model recordings behaviour }`,
};

/**
 * Fetches the figures of the weekly digest. Each has a request of its own, because a registry of an earlier
 * release knows only some of them. A part that the registry cannot compute is left out, with a line in the log.
 */
export async function watchDigest(connection: Connection): Promise<WatchDigest> {
  const ages = await part(connection, 'ages');
  const unused = await part(connection, 'unused');
  const activity = await part(connection, 'activity');
  return { ages, unused, activity };
}

async function part<Name extends keyof WatchDigest>(
  connection: Connection,
  name: Name,
): Promise<WatchDigest[Name] | null> {
  const text = `query Digest($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) { ${FIELDS[name]} }
  }`;
  try {
    type Answer = { repository: Pick<WatchDigest, Name> | null };
    const answer = await query<Answer>(connection, text, { ...connection.repository });
    return expectRepository(connection, answer.repository)[name];
  } catch (error) {
    if (error instanceof UnknownFieldError) return null;
    if (!(error instanceof RegistryError)) throw error;
    // The report of the watch matters more than a figure that takes a large repository too long.
    connection.log(`The digest lacks \`${name}\`: ${error.message}`);
    return null;
  }
}
