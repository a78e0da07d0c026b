import { query } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import type { DriftKind, DriftLevel } from '../review/drift.js';
import { currentRegistry } from './watch-mutation.js';

/** One recording that behaves differently from that of the default branch. */
export interface WatchChange {
  kind: DriftKind;
  path: string;
  testId: string | null;
  model: string | null;
  summary: string;
}

/** What a watch run found, compared with the default branch as it was pulled. */
export interface WatchReport {
  /** GitHub's id of the workflow run. */
  run: string;
  /** When its newest repeat was pushed, as ISO 8601. */
  at: string;
  repeats: number;
  /** The number of repeats that arrived. */
  stored: number;
  headline: string;
  /** `BEHAVIOUR` if recordings drifted, `CONTENT` if they are unstable or changed in text, else null. */
  level: DriftLevel | null;
  /** The recordings that behave differently in all repeats, in the same way; at most 500. */
  drifted: WatchChange[];
  driftedCount: number;
  /** The number of recordings that behave differently from one repeat to the next. */
  unstableCount: number;
  /** The number of recordings that changed in text only. */
  textCount: number;
  markdown: string;
  /** The number of the pull request that accepted the recordings; null if none did. */
  acceptedBy: number | null;
}

const QUERY = `query Watch($owner: String!, $name: String!, $run: String, $limit: Int!) {
  repository(owner: $owner, name: $name) {
    watch(run: $run) {
      run at repeats stored headline level driftedCount unstableCount textCount markdown(limit: $limit) acceptedBy
      drifted { kind path testId model summary }
    }
  }
}`;

/**
 * Fetches the report of a watch run.
 * @param run GitHub's id of the workflow run; null for the newest run
 * @param limit maximum characters of `markdown`
 * @returns null if the registry has no such run
 * @throws RegistryError, also if the registry runs an earlier release
 */
export async function watchReport(
  connection: Connection,
  run: string | null,
  limit: number,
): Promise<WatchReport | null> {
  const variables = { ...connection.repository, run, limit };
  const answer = await currentRegistry(() =>
    query<{ repository: { watch: WatchReport | null } | null }>(connection, QUERY, variables),
  );
  return expectRepository(connection, answer.repository).watch;
}
