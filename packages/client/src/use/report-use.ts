import { readState, writeState } from '../checkout/state/state-file.js';
import type { KnownFile, StoredState } from '../checkout/state/sync-state.js';
import { query, UnknownFieldError } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import { type Connection, registryAddress } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { Target } from '../connection/registry/target.js';
import { setBackReads } from './set-back-reads.js';
import type { UseReport } from './use-report.js';

export interface ReportUseOptions {
  /** The directory of the pull. */
  directory: string;
  /** The ref that the run tested. */
  target: Target;
  /** The git commit that it tested. */
  commit?: string;
  use: UseReport;
}

/** Why a run does not count for unused recordings. */
export type UseReason =
  | 'FAILED'
  | 'SELECTION'
  | 'BLIND'
  | 'INCOMPLETE'
  | 'NOTHING_READ'
  | 'NOT_DEFAULT_BRANCH';

export interface ReportedUse {
  /** Whether the run counts for unused recordings. */
  counts: boolean;
  /** Why not; null if it counts. */
  reason: UseReason | null;
  /** How many runs of the ref count so far, with this one. */
  runs: number;
  /** How many recordings this report says were read. */
  read: number;
  /** How many recordings were pulled. */
  recordings: number;
}

const MUTATION = `mutation ReportUse($input: ReportUseInput!) {
  reportUse(input: $input) {
    __typename
    ... on UseReported { counts reason runs read recordings }
    ... on Problem { message }
  }
}`;

type Reported = { __typename: 'UseReported' } & ReportedUse;

/**
 * Reports which of the pulled recordings were read, without a push. A second report of the same job
 * is united with the first.
 * @throws RegistryError, also if the registry runs a release without this report; LocalError
 */
export async function reportUse(
  connection: Connection,
  { directory, target, commit, use }: ReportUseOptions,
): Promise<ReportedUse> {
  const input = { ...connection.repository, ref: target, commit, use };
  const reported = await send(connection, input);
  const repository = `${connection.repository.owner}/${connection.repository.name}`;
  const source = { registry: registryAddress(connection), repository };
  const state = readState(directory, source, connection.log);
  if (state?.plan?.snapshot === use.snapshot) {
    const next = setBackReads(directory, state);
    if (next !== state) writeState(directory, withoutRecent(next));
  }
  return reported;
}

async function send(connection: Connection, input: Record<string, unknown>): Promise<ReportedUse> {
  try {
    const result = await query<{ reportUse: Reported | Problem }>(connection, MUTATION, { input });
    const { __typename, ...reported } = expectType<Reported>(result.reportUse, 'UseReported');
    return reported;
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    const message =
      'The registry runs an earlier release, which does not keep the use of recordings: upgrade it.';
    throw new RegistryError('INVALID', message);
  }
}

/**
 * The state with files of about the time when it was last written left to be read: they may have
 * changed since in the same tick of the clock, and writing the state again would hide that.
 */
function withoutRecent(state: StoredState): StoredState {
  const distrust = (files: Map<string, KnownFile>) =>
    new Map(
      Array.from(files, ([path, file]) => [
        path,
        file.mtimeMs < state.writtenMs ? file : { ...file, mtimeMs: 0 },
      ]),
    );
  return { ...state, files: distrust(state.files), remaining: distrust(state.remaining) };
}
