import { query } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { currentRegistry } from './watch-mutation.js';

/** What a pull request got from a watch. */
export interface AcceptedWatch {
  /** GitHub's id of the watch's run. */
  run: string;
  /** False if the pull request accepted this watch before. */
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  warnings: string[];
}

export interface AcceptWatchOptions {
  pullRequest: number;
  /** The base branch of the pull request. */
  base: string;
  /** Commit ids, nearest first, from which the registry chooses the baseline of the pull request. */
  candidates: string[];
  /** The head commit of the pull request, see `nameWatchCommit`. */
  commit: string;
}

const ACCEPT = `mutation AcceptWatch($input: AcceptWatchInput!) {
  acceptWatch(input: $input) {
    __typename
    ... on WatchAccepted { run created added changed removed warnings }
    ... on Problem { message }
  }
}`;

/**
 * Copies what a watch recorded into a pull request, as a push of its own. Idempotent.
 * @throws RegistryError `NOT_FOUND` if no watch has the commit; also if the registry runs an earlier release
 */
export async function acceptWatch(
  connection: Connection,
  options: AcceptWatchOptions,
): Promise<AcceptedWatch> {
  const input = { ...connection.repository, ...options };
  type Accepted = AcceptedWatch & { __typename: 'WatchAccepted' };
  const { acceptWatch: accepted } = await currentRegistry(() =>
    query<{ acceptWatch: Accepted | Problem }>(connection, ACCEPT, { input }),
  );
  const { __typename, ...summary } = expectType<Accepted>(accepted, 'WatchAccepted');
  return summary;
}

const NAME = `mutation NameWatchCommit($input: NameWatchCommitInput!) {
  nameWatchCommit(input: $input) {
    __typename
    ... on Problem { message }
  }
}`;

/**
 * Names the commit by which a pull request finds the watch of a run: its head. Idempotent.
 * @param run GitHub's id of the run
 * @throws RegistryError
 */
export async function nameWatchCommit(
  connection: Connection,
  { run, commit }: { run: string; commit: string },
): Promise<void> {
  const input = { ...connection.repository, run, commit };
  type Named = { __typename: 'WatchCommitNamed' };
  const { nameWatchCommit: named } = await currentRegistry(() =>
    query<{ nameWatchCommit: Named | Problem }>(connection, NAME, { input }),
  );
  expectType<Named>(named, 'WatchCommitNamed');
}
