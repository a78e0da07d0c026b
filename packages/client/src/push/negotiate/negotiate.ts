import { LIMITS } from '@fixture-registry/protocol';
import type { PathProblem } from '../../checkout/discover/digest-files.js';
import { LocalError } from '../../checkout/local-error.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { OnProgress } from '../../checkout/progress.js';
import type { Since } from '../../checkout/state/sync-state.js';
import { queryWithFallback } from '../../connection/graphql/query.js';
import { expectType, type Problem } from '../../connection/graphql/typed-result.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError, type RegistryErrorCode } from '../../connection/registry/registry-error.js';
import { SNAPSHOT, type SnapshotSummary } from '../../connection/registry/snapshot.js';
import type { Target } from '../../connection/registry/target.js';
import { type SecretInFile, SecretsError } from '../secrets/secrets-error.js';
import { type UploadPlace, upload } from '../upload/upload.js';
import { SinceUnknownError } from './since-unknown-error.js';

/** What a push is about, whatever it changes. */
export interface PushTerms {
  /** The repository's root. */
  directory: string;
  target: Target;
  /** The git commit that the files belong to. */
  commit?: string;
  /** Commit ids, nearest first, among which the registry looks for a pull request's baseline. */
  candidates?: string[];
  /** A commit id or snapshot id that is the baseline, whatever the candidates. */
  baseline?: string;
  /** The repository's default branch, for a registry that does not know it yet. */
  defaultBranch?: string;
  /** Whether to make `defaultBranch` the default branch, also where the registry knows another. Needs an admin. */
  setDefaultBranch?: boolean;
  /** The text of the settings file; empty: there is none any more; undefined: the settings stay as they are. */
  settings?: string | undefined;
  /** The recordings were made by a fork: the pull request's ref is marked so, and stays it. */
  fromFork?: boolean;
  /** Whether to put placeholders in the place of what looks like a secret, in the files on disk, rather than to fail. */
  redact?: boolean;
  onProgress?: OnProgress;
}

/** A push as the registry made it; the counts are of recordings of the ref. */
export interface PushResult {
  snapshot: SnapshotSummary;
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  problems: PathProblem[];
  /** What should be looked into although the push was made. */
  warnings: string[];
  /** How the push changed the default branch; null when it did not. */
  defaultBranchChange: string | null;
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

const MUTATION = mutationWith('warnings defaultBranchChange', '... on SinceUnknown { newer }');

/** What a registry of an earlier release can answer, which believes that it holds what the changes are a difference to. */
const EARLIER_MUTATION = mutationWith('', '');

type Pushed = { __typename: 'Push' } & PushResult;
type Secrets = Problem & { __typename: 'SecretsFound'; findings: SecretInFile[] };
type Unknown = Problem & { __typename: 'SinceUnknown'; newer: string[] };
type Missing = Problem & { __typename: 'ContentMissing'; digests: string[] };
type Answered = Pushed | Missing | Unknown | Secrets | Problem;

/** What a push changes. */
export interface PushChanges {
  add: PlannedFile[];
  remove: string[];
  /** The state that they are a difference to; undefined when they say everything. */
  since?: Since;
  /** Whether `add` is what differs from what was pulled: then the registry hardly has it. */
  isNew?: boolean;
}

// Bytes, unpacked, of new contents that go before the question: for so little, a round trip costs more than to send it in vain.
const UNASKED_BYTES = 1024 * 1024;

// The first asks, the second pushes; a third is needed when the registry's cleaning takes a content between the two.
const ROUNDS = 4;

/**
 * Pushes paths by their digests. The registry either makes the snapshot at once, or does nothing and says which contents it lacks;
 * those are uploaded, and the push is made again.
 * @throws SinceUnknownError when the registry does not hold what the changes are a difference to
 */
export async function negotiate(
  connection: Connection,
  options: PushTerms,
  changes: PushChanges,
): Promise<{ result: PushResult; uploaded: number }> {
  const { add, remove } = changes;
  if (add.length + remove.length > LIMITS.recordingsPerPush) {
    throw new LocalError(
      `${add.length + remove.length} recordings are more than the ${LIMITS.recordingsPerPush} of one push; narrow --paths.`,
    );
  }
  const { owner, name } = connection.repository;
  const { target: ref, commit, candidates, baseline, fromFork, settings } = options;
  const { defaultBranch, setDefaultBranch } = options;
  const about = { owner, name, ref, commit, candidates, baseline, defaultBranch, setDefaultBranch, fromFork };
  const input = { ...about, add, remove, settings };
  const since = { since: changes.since?.snapshot, sinceAt: changes.since?.at };
  const current = { text: MUTATION, variables: { input: { ...input, ...since } } };
  const earlier = { text: EARLIER_MUTATION, variables: { input } };
  const place = { directory: options.directory, target: ref, settings };
  let uploaded = changes.isNew === true ? await uploadUnasked(connection, place, options, add) : 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const { push } = await queryWithFallback<{ push: Answered }>(connection, current, earlier);
    if (push.__typename === 'SinceUnknown') throw new SinceUnknownError((push as Unknown).newer);
    if (push.__typename === 'SecretsFound') throw new SecretsError((push as Secrets).findings);
    if (push.__typename !== 'ContentMissing') {
      const pushed = expectType<Pushed>(push as Pushed | Problem, 'Push');
      return { result: { ...pushed, ...extrasOf(pushed) }, uploaded };
    }
    const missing = filesOf((push as Missing).digests, add);
    uploaded += (await upload(connection, place, missing, options.onProgress)).sent;
  }
  throw new RegistryError(
    'SERVER',
    'The registry keeps asking for contents that it was sent. Try again later.',
  );
}

/** An older registry does not say them. */
function extrasOf({ warnings, defaultBranchChange }: Partial<Pushed>) {
  return { warnings: warnings ?? [], defaultBranchChange: defaultBranchChange ?? null };
}

/**
 * Sends contents that the registry hardly has, if they are few, so that the push need not be made twice. What speaks against that is
 * for the push to tell: it knows the repository, the ref, and what was purged.
 * @returns how many the registry did not have
 */
async function uploadUnasked(
  connection: Connection,
  place: UploadPlace,
  { onProgress }: PushTerms,
  add: PlannedFile[],
): Promise<number> {
  if (add.length === 0 || add.reduce((sum, { size }) => sum + size, 0) > UNASKED_BYTES) return 0;
  try {
    const digests = add.map(({ digest }) => digest);
    const { sent, present } = await upload(connection, place, filesOf(digests, add), onProgress);
    return sent - present;
  } catch (error) {
    const isAnswer = error instanceof RegistryError && FOR_THE_PUSH.has(error.code);
    if (isAnswer && !(error instanceof SecretsError)) return 0;
    throw error;
  }
}

const FOR_THE_PUSH = new Set<RegistryErrorCode>(['NOT_FOUND', 'FORBIDDEN', 'INVALID']);

/** One file for each digest; the registry must not ask for what the push did not name. */
function filesOf(digests: string[], add: PlannedFile[]): PlannedFile[] {
  const byDigest = new Map(add.map((file) => [file.digest, file]));
  return [...new Set(digests)].map((digest) => {
    const file = byDigest.get(digest);
    if (file === undefined) {
      throw new RegistryError('SERVER', `The registry asks for a content that was not pushed: ${digest}`);
    }
    return file;
  });
}
