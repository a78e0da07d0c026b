import type { Caller } from '../access/caller.js';
import type { Identity, Scope } from '../access/identity.js';
import { lacks, may } from '../access/identity.js';
import type { Refusal } from '../audit/record-refusal.js';
import type { BlockStore } from '../blocks/block-store.js';
import type { ContentReader } from '../contents/content-reader.js';
import type { Database } from '../database/database.js';
import type { DriftReports } from '../drift/drift-reports.js';
import type { Repository } from '../repositories/repository.js';
import { findRepository } from '../repositories/repository-store.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { FileLists } from './file-lists.js';
import type { RecordingLoaders } from './recording-loaders.js';

/** What every resolver gets. */
export interface Context {
  db: Database;
  /** The database that is written to, whichever `db` is. */
  primary: Database;
  /** Where the bytes of contents stand. */
  blocks: BlockStore;
  /** Reads contents in threads. */
  reader: ContentReader;
  identity: Identity;
  /** The identity with where it calls from, as the audit log wants it. */
  caller: Caller;
  requestId: string;
  /** Counts a write that nobody may do against the address it came from. */
  countAttempt(): Promise<void>;
  /** The writes of this request that were refused; recorded in the audit log once it is executed. */
  refusals: Refusal[];
  /** Does work that is in vain once the caller leaves; not for writes, nor for what others wait for, too. */
  forCaller<Result>(work: () => Promise<Result>): Promise<Result>;
  /** To be waited for before the answer may become large, so that not all of them are in memory at once. */
  beforeLargeAnswer(): Promise<void>;
  /** Without a slash at its end. */
  publicUrl: string;
  reports: DriftReports;
  metrics: Metrics;
  /** The long lists of files of this request; see `coerceFileLists`. */
  fileLists: FileLists;
  /** Batches look-ups of one request. */
  loaders: RecordingLoaders;
}

/**
 * What was found of a repository, if the caller may read it. One that the caller may not see is like one that does not
 * exist.
 */
export function ifVisible<Found extends Repository>(context: Context, found: Found | null): Found | null {
  return found && may(context.identity, 'read', found) ? found : null;
}

/** The repository to write to, or the problem to answer with. */
export async function writableRepository(
  context: Context,
  owner: string,
  name: string,
  scope: Scope,
): Promise<
  | { repository: Repository }
  | { problem: { kind: 'not-found'; message: string } | { kind: 'forbidden'; message: string } }
> {
  const repository = ifVisible(context, await findRepository(context.db, owner, name));
  if (!repository) {
    return {
      problem: {
        kind: 'not-found',
        message: `there is no repository ${owner}/${name} that this token may see`,
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
