import type { Caller } from '../../trust/identity/caller.js';
import type { PullRequestDescription } from '../../vocabulary/pull-request.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { slicesOf } from '../../vocabulary/slices.js';
import type { Since } from '../baseline/check-since.js';
import type { RequestedBaseline } from '../baseline/find-baseline.js';
import type { FileToAdd } from '../checks/check-push.js';
import type { PathDigest } from '../snapshots/plan-changes.js';
import type { Layer } from '../snapshots/snapshot-key.js';
import type { ReportedUse } from '../uses/reported-use.js';

/** A push as requested by its caller. */
export interface PushRequest {
  repository: Repository;
  by: Caller;
  ref: RefName;
  /** Whether the recordings come from a fork, as the caller says. Some identities only push for forks. */
  fromFork: boolean;
  /** What the caller says of the pull request, for display only; null keeps what is stored. */
  about: PullRequestDescription;
  commit: string | null;
  baseline: RequestedBaseline;
  /** The default branch that the caller names, and whether it requests the change explicitly. */
  defaultBranch: { reported: string | null; isRequested: boolean };
  add: FileToAdd[];
  remove: string[];
  /** The state that `add` and `remove` are a difference to; null when they are complete. */
  since: Since | null;
  /** The text of the settings file, empty when there is none; null when the caller does not send it. */
  settings: string | null;
  /** Which of the pulled recordings the tests read; null when the caller does not report it. */
  use: ReportedUse | null;
  /** The repeat of a watch whose changes the push copies to a pull request; see `acceptedChanges`. */
  accepts?: Layer;
}

/** The changes of a push: path → digest, or null to remove the path. */
export async function requestedChanges({ add, remove }: PushRequest): Promise<Map<string, PathDigest>> {
  const changes = new Map<string, PathDigest>();
  for await (const files of slicesOf(add)) {
    for (const { path, digest } of files) changes.set(path, digest);
  }
  for await (const paths of slicesOf(remove)) {
    for (const path of paths) changes.set(path, null);
  }
  return changes;
}

/** The digests of the contents that a push refers to, each once. */
export async function requestedDigests({ add }: PushRequest): Promise<string[]> {
  const digests = new Set<string>();
  for await (const files of slicesOf(add)) {
    for (const { digest } of files) digests.add(digest);
  }
  return [...digests];
}
