import { query, UnknownFieldError } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { UnusedRecording } from './unused-recording.js';

/** The unused recordings of the default branch, and the runs that they are known from. */
export interface UnusedSummary {
  days: number;
  /** How many runs of the default branch count within these days. */
  runs: number;
  /** When the oldest and the newest run that counts reported, as ISO 8601. */
  since: string;
  newestRunAt: string;
  /** The recording that was not read for the longest time comes first. */
  recordings: UnusedRecording[];
}

/** How long a recording is unread before it counts as unused, by default. */
export const DEFAULT_UNUSED_DAYS = 30;

// The registry limits the cost of a query; a page of this size is well below the limit.
const PAGE_SIZE = 100;

const QUERY = `query Unused($owner: String!, $name: String!, $days: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    unused(days: $days, first: ${PAGE_SIZE}, after: $after) {
      runs since newestRunAt
      nodes { recording { path digest testId model } lastUsedAt runsSince isRemovable }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

interface Page {
  runs: number;
  since: string | null;
  newestRunAt: string | null;
  nodes: (Omit<UnusedRecording, 'path' | 'digest' | 'testId' | 'model'> & {
    recording: Pick<UnusedRecording, 'path' | 'digest' | 'testId' | 'model'>;
  })[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** What to do when no run that counts has reported. */
const UNKNOWN =
  'Nothing is known yet: no complete run of the default branch has reported which recordings its tests ' +
  'read. Run all tests on the default branch, with the action, or with `fixtures pull` before and `fixtures used` ' +
  'after the tests. A run counts when all of its jobs succeed and none of them pulls a selection.';

/**
 * Fetches all recordings that no run of the default branch read within some days.
 * @param days 0: those that the runs of the newest day did not read
 * @throws RegistryError, with the code NOT_FOUND if no run counts yet
 */
export async function fetchUnused(connection: Connection, days: number): Promise<UnusedSummary> {
  const recordings: UnusedRecording[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Page = await fetchPage(connection, days, after);
    const { runs, since, newestRunAt, nodes, pageInfo } = page;
    if (since === null || newestRunAt === null) throw new RegistryError('NOT_FOUND', UNKNOWN);
    recordings.push(...nodes.map(({ recording, ...use }) => ({ ...recording, ...use })));
    // A registry that sends the same cursor again would never end.
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null || pageInfo.endCursor === after)
      return { days, runs, since, newestRunAt, recordings };
    after = pageInfo.endCursor;
  }
}

async function fetchPage(connection: Connection, days: number, after: string | null): Promise<Page> {
  try {
    type Result = { repository: { unused: Page } | null };
    const result = await query<Result>(connection, QUERY, { ...connection.repository, days, after });
    return expectRepository(connection, result.repository).unused;
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    const message =
      'The registry runs an earlier release, which does not know which recordings are used: upgrade it.';
    throw new RegistryError('INVALID', message);
  }
}
