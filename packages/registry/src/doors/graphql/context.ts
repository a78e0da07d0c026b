import { GraphQLError } from 'graphql';
import type { Database } from '../../database/statements/database.js';
import type { DriftReports } from '../../review/drift/drift-reports.js';
import type { Verdicts } from '../../review/verdicts/record-verdict.js';
import type { BlockStore } from '../../store/blocks/block-store.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import type { Recorders } from '../../store/recorder/find-recorder.js';
import type { SnapshotSummaries } from '../../store/snapshots/snapshot-summaries.js';
import type { UseFolder } from '../../store/uses/use-folder.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { Refusal } from '../../trust/access/record-refusal.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Identity, PermissionProblem, Scope } from '../../trust/identity/identity.js';
import { lacks, may } from '../../trust/identity/identity.js';
import { withPermission } from '../../trust/identity/person.js';
import { findRepository } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { FileLists } from './file-lists.js';
import type { RecordingLoaders } from './recording-loaders.js';

/** The context of a GraphQL request. */
export interface Context {
  db: Database;
  /** The primary database. `db` may be a replica. */
  primary: Database;
  /** The store of the bytes of contents. */
  blocks: BlockStore;
  /** Reads contents in worker threads. */
  reader: ContentReader;
  /** Gets the grants of a person as they name repositories; see `visibleRepository`. */
  identity: Identity;
  /** The identity, address and request id, for the audit log. */
  caller: Caller;
  requestId: string;
  /** Counts a write without a credential against the rate limit of its address. */
  countAttempt(): Promise<void>;
  /** The refused writes of this request. They are added to the audit log after execution. */
  refusals: Refusal[];
  /** Cancels the work when the client disconnects. Not for writes, and not for work that callers share. */
  forCaller<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Call it before building a large response: it limits how many are in memory at a time. */
  awaitLargeResponseTurn(): Promise<void>;
  /** Without a trailing slash. */
  publicUrl: string;
  /** The GitHub of the repositories, without a trailing slash; null when the OIDC issuer is not GitHub's. */
  githubUrl: string | null;
  reports: DriftReports;
  verdicts: Verdicts;
  /** Counts of snapshots. */
  summaries: SnapshotSummaries;
  /** Finds the recorder that a branch uses. */
  recorders: Recorders;
  /** Folds reported uses. */
  uses: UseFolder;
  metrics: Metrics;
  /** Batches the look-ups of one request. */
  loaders: RecordingLoaders;
  /** The long lists of files of this request; see `coerceFileLists`. */
  fileLists: FileLists;
}

/**
 * The repository if the caller can read it, otherwise null: callers cannot tell a private one from none. Fetches
 * the permission of a person, once per request.
 * @param name as the caller names it
 * @throws GraphQLError when GitHub does not tell the permission of a person
 */
export async function visibleRepository<Found extends Repository>(
  context: Context,
  name: { owner: string; name: string },
  found: Found | null,
): Promise<Found | null> {
  if (found && may(context.identity, 'read', found)) return found;
  if (context.identity.person === undefined) return null;
  const permitted = await withPermission(context.identity, name, found);
  if ('problem' in permitted) throw permissionError(permitted.problem);
  // Another field of the request may have added grants meanwhile, so only new ones are added.
  const { grants } = context.identity;
  const added = permitted.identity.grants.filter((grant) => !grants.includes(grant));
  context.identity = { ...context.identity, grants: [...grants, ...added] };
  return found && may(context.identity, 'read', found) ? found : null;
}

/** As `visibleRepository`, for a repository that an id names: a problem with the permission is null as well. */
export async function visibleById(context: Context, found: Repository | null): Promise<Repository | null> {
  if (found === null) return null;
  return await visibleRepository(context, found, found).catch((error: unknown) => {
    if (error instanceof GraphQLError) return null;
    throw error;
  });
}

function permissionError(problem: PermissionProblem): GraphQLError {
  if (problem.kind === 'unavailable') {
    const { message, retryAfter } = problem;
    const http = { status: 503, headers: { 'retry-after': String(retryAfter) } };
    return new GraphQLError(`${message}: try again in ${retryAfter} seconds`, {
      extensions: { code: 'UNAVAILABLE', http },
    });
  }
  if (problem.kind === 'refused')
    return new GraphQLError(problem.message, { extensions: { code: 'FORBIDDEN' } });
  return new GraphQLError('GitHub no longer accepts your session: sign in again', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}

/** The repository if the caller has the scope for it, otherwise the problem to return. */
export async function writableRepository(
  context: Context,
  owner: string,
  name: string,
  scope: Scope,
): Promise<
  | { repository: Repository }
  | { problem: { kind: 'not-found'; message: string } | { kind: 'forbidden'; message: string } }
> {
  const found = await findRepository(context.db, owner, name);
  const repository = await visibleRepository(context, { owner, name }, found);
  if (!repository) {
    return {
      problem: {
        kind: 'not-found',
        message: `the repository ${owner}/${name} does not exist, or this token cannot read it`,
      },
    };
  }
  if (!may(context.identity, scope, repository)) {
    return {
      problem: {
        kind: 'forbidden',
        message: lacks(context.identity, scope, repository),
      },
    };
  }
  return { repository };
}
