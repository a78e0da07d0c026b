import type { PathProblem } from '../checkout/discover/digest-files.js';
import type { PlannedFile } from '../checkout/plan/plan.js';
import { query, UnknownFieldError } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import { SNAPSHOT, type SnapshotSummary } from '../connection/registry/snapshot.js';
import { type SecretInFile, SecretsError } from '../push/secrets/secrets-error.js';

/** Which recording of which workflow run a watch push is. */
export interface WatchPosition {
  /** GitHub's id of the workflow run. */
  run: string;
  /** From 1; higher when the run was repeated. */
  attempt: number;
  /** The repeat, from 1 to `repeats`. */
  repeat: number;
  /** How often the run records everything. */
  repeats: number;
}

/** What the registry stored of a watch push. */
export interface WatchPushed {
  snapshot: SnapshotSummary;
  /** The number of repeats of the run that arrived, this one included. */
  stored: number;
  /** Whether this push completed the set, so that its job reports. */
  isComplete: boolean;
  /** Files that were stored but cannot be read as recordings. */
  problems: PathProblem[];
  warnings: string[];
}

export interface WatchPushInput extends WatchPosition {
  commit: string;
  /** The id of the pulled snapshot of the default branch. */
  base: string;
  add: PlannedFile[];
  remove: string[];
}

const MUTATION = `mutation PushWatch($input: PushWatchInput!) {
  pushWatch(input: $input) {
    __typename
    ... on WatchPushed { snapshot { ${SNAPSHOT} } stored isComplete problems { path problem } warnings }
    ... on ContentMissing { digests }
    ... on SecretsFound { findings { path digest kind place masked } }
    ... on Problem { message }
  }
}`;

type Pushed = WatchPushed & { __typename: 'WatchPushed' };
type Outcome =
  | Pushed
  | (Problem & { __typename: 'ContentMissing'; digests: string[] })
  | (Problem & { __typename: 'SecretsFound'; findings: SecretInFile[] })
  | Problem;

/**
 * Sends one `pushWatch` mutation.
 * @returns the push, or the digests of the contents that the registry lacks: then it stored nothing
 * @throws SecretsError; RegistryError, also if the registry runs an earlier release
 */
export async function sendWatchPush(
  connection: Connection,
  input: WatchPushInput,
): Promise<{ pushed: WatchPushed } | { missing: string[] }> {
  const { pushWatch } = await currentRegistry(() =>
    query<{ pushWatch: Outcome }>(connection, MUTATION, { input: { ...connection.repository, ...input } }),
  );
  if (pushWatch.__typename === 'ContentMissing' && 'digests' in pushWatch)
    return { missing: pushWatch.digests };
  if (pushWatch.__typename === 'SecretsFound' && 'findings' in pushWatch)
    throw new SecretsError(pushWatch.findings);
  const { __typename, ...pushed } = expectType<Pushed>(pushWatch as Pushed | Problem, 'WatchPushed');
  return { pushed };
}

/** Replaces the error of a registry of an earlier release with what to do. */
export async function currentRegistry<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    const message = 'The registry runs an earlier release, which cannot watch recordings: upgrade it.';
    throw new RegistryError('INVALID', message);
  }
}
