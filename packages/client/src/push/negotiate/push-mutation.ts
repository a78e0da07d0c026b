import type { PathProblem } from '../../checkout/discover/digest-files.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { Since } from '../../checkout/state/sync-state.js';
import { queryWithFallback } from '../../connection/graphql/query.js';
import { expectType, type Problem } from '../../connection/graphql/typed-result.js';
import type { Connection } from '../../connection/registry/connection.js';
import { SNAPSHOT, type SnapshotSummary } from '../../connection/registry/snapshot.js';
import type { UseReport } from '../../use/use-report.js';
import { POSSIBLE_SECRETS, type PossibleSecrets } from '../secrets/possible-secrets.js';
import { type SecretInFile, SecretsError } from '../secrets/secrets-error.js';
import { SinceUnknownError } from './since-unknown-error.js';
import { UNPLAYABLE, type Unplayable } from './unplayable.js';

/** A push that the registry accepted; the counts are of recordings of the ref. */
export interface PushResult {
  snapshot: SnapshotSummary;
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  problems: PathProblem[];
  /** What the user should check although the push succeeded. */
  warnings: string[];
  /** How the push changed the default branch; null if it did not. */
  defaultBranchChange: string | null;
  /** The pushed recordings that the recorder will not find; null if the registry does not say. */
  unplayable: Unplayable | null;
  /** What may be a secret in the pushed files; null if the registry does not say. */
  possibleSecrets: PossibleSecrets | null;
}

/** What only newer releases of the registry accept. */
export interface NewerInput {
  /** The state that the changes are a difference to; undefined if they are complete. */
  since: Since | undefined;
  about: { title: string | undefined; author: string | undefined };
  use: UseReport | undefined;
}

/** The fields of `PushInput` that every release of the registry has. */
export interface PushInput {
  add: PlannedFile[];
  remove: string[];
  [field: string]: unknown;
}

const mutationWith = (fields: string, outcomes: string) => `mutation Push($input: PushInput!) {
  push(input: $input) {
    __typename
    ... on Push {
      snapshot { ${SNAPSHOT} } created added changed removed baseline { ${SNAPSHOT} } baselineReason
      problems { path problem } ${fields}
    }
    ... on ContentMissing { digests }
    ${outcomes}
    ... on SecretsFound { findings { path digest kind place masked } }
    ... on Problem { message }
  }
}`;

const WITH_SINCE = ['warnings defaultBranchChange', '... on SinceUnknown { newer }'] as const;

const MUTATION = mutationWith(`${WITH_SINCE[0]} ${UNPLAYABLE} ${POSSIBLE_SECRETS}`, WITH_SINCE[1]);

/** For a registry of an earlier release, which refuses what may be a secret. */
const UNPLAYABLE_MUTATION = mutationWith(`${WITH_SINCE[0]} ${UNPLAYABLE}`, WITH_SINCE[1]);

/** For a registry of an earlier release, which does not say what the recorder will find. */
const PREVIOUS_MUTATION = mutationWith(...WITH_SINCE);

/** For a registry of an earlier release, which does not check `since`. */
const EARLIER_MUTATION = mutationWith('', '');

type Pushed = { __typename: 'Push' } & PushResult;
type Secrets = Problem & { __typename: 'SecretsFound'; findings: SecretInFile[] };
type Unknown = Problem & { __typename: 'SinceUnknown'; newer: string[] };
type Missing = Problem & { __typename: 'ContentMissing'; digests: string[] };
type Outcome = Pushed | Missing | Unknown | Secrets | Problem;

/**
 * Sends one `push` mutation, to an older registry without the fields that it does not know.
 * @returns the push, or the digests of the contents that the registry lacks: then it changed
 *   nothing
 * @throws SinceUnknownError, SecretsError, RegistryError
 */
export async function sendPush(
  connection: Connection,
  input: PushInput,
  { since, about, use }: NewerInput,
): Promise<{ result: PushResult } | { missing: string[] }> {
  const proof = { since: since?.snapshot, sinceAt: since?.at };
  const newest = { text: MUTATION, variables: { input: { ...input, ...proof, ...about, use } } };
  const { push } = await queryWithFallback<{ push: Outcome }>(
    connection,
    newest,
    ...(use === undefined
      ? []
      : [{ text: MUTATION, variables: { input: { ...input, ...proof, ...about } } }]),
    { text: UNPLAYABLE_MUTATION, variables: { input: { ...input, ...proof, ...about } } },
    { text: UNPLAYABLE_MUTATION, variables: { input: { ...input, ...proof } } },
    { text: PREVIOUS_MUTATION, variables: { input: { ...input, ...proof } } },
    { text: EARLIER_MUTATION, variables: { input } },
  );
  if (push.__typename === 'SinceUnknown') throw new SinceUnknownError((push as Unknown).newer);
  if (push.__typename === 'SecretsFound') throw new SecretsError((push as Secrets).findings);
  if (push.__typename === 'ContentMissing') return { missing: (push as Missing).digests };
  const pushed = expectType<Pushed>(push as Pushed | Problem, 'Push');
  return { result: { ...pushed, ...newFieldsOf(pushed) } };
}

/** A registry of an earlier release does not return these fields. */
function newFieldsOf({ warnings, defaultBranchChange, unplayable, possibleSecrets }: Partial<Pushed>) {
  return {
    warnings: warnings ?? [],
    defaultBranchChange: defaultBranchChange ?? null,
    unplayable: unplayable ?? null,
    possibleSecrets: possibleSecrets ?? null,
  };
}
