import { query, UnknownFieldError } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';

/**
 * A recording that no run read, although runs read another one of the same test and nearly the same request.
 */
export interface SupersededRecording {
  path: string;
  digest: string;
  testId: string | null;
  model: string | null;
  /** How many runs that count have pulled it. */
  runsSince: number;
  /** The path of the recording that runs read. */
  supersededBy: string;
}

export interface SupersededSummary {
  /** How many runs of the default branch count; 0 if nothing is known yet. */
  runs: number;
  /** How many tests have too many recordings to compare them. */
  skippedTests: number;
  /** Ordered by test and path. */
  recordings: SupersededRecording[];
}

// The registry reads the contents of a page, so pages are small.
const PAGE_SIZE = 100;

const QUERY = `query Superseded($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    superseded(first: ${PAGE_SIZE}, after: $after) {
      runs skippedTests
      nodes { recording { path digest testId model } runsSince supersededBy { path } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

interface Page {
  runs: number;
  skippedTests: number;
  nodes: {
    recording: Pick<SupersededRecording, 'path' | 'digest' | 'testId' | 'model'>;
    runsSince: number;
    supersededBy: { path: string };
  }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** What to do when no run that counts has reported. */
const UNKNOWN =
  'Nothing is known yet: no complete run of the default branch has reported which recordings its tests read, ' +
  'so none can be called superseded. Run all tests on the default branch, with the action, or with `fixtures ' +
  'pull` before and `fixtures used` after the tests.';

/**
 * Fetches all superseded recordings of the default branch.
 * @throws RegistryError, with the code NOT_FOUND if no run counts yet
 */
export async function fetchSuperseded(connection: Connection): Promise<SupersededSummary> {
  const recordings: SupersededRecording[] = [];
  let skippedTests = 0;
  let after: string | null = null;
  for (;;) {
    const page: Page = await fetchPage(connection, after);
    const { runs, nodes, pageInfo } = page;
    if (runs === 0) throw new RegistryError('NOT_FOUND', UNKNOWN);
    skippedTests += page.skippedTests;
    for (const { recording, runsSince, supersededBy } of nodes)
      recordings.push({ ...recording, runsSince, supersededBy: supersededBy.path });
    // A registry that sends the same cursor again would never end.
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null || pageInfo.endCursor === after)
      return { runs, skippedTests, recordings };
    after = pageInfo.endCursor;
  }
}

async function fetchPage(connection: Connection, after: string | null): Promise<Page> {
  try {
    type Result = { repository: { superseded: Page } | null };
    const result = await query<Result>(connection, QUERY, { ...connection.repository, after });
    return expectRepository(connection, result.repository).superseded;
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    const message =
      'The registry runs an earlier release, which does not know which recordings are superseded: ' +
      'upgrade it.';
    throw new RegistryError('INVALID', message);
  }
}
