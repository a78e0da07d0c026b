import type { Database } from '../../database/statements/database.js';
import type { Caller } from '../../trust/identity/caller.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { refusedBranchName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { refusedRun } from '../../vocabulary/watch-name.js';
import { listing } from '../../vocabulary/words.js';
import { push } from '../push/push.js';
import type { Pushed, RefusedPush } from '../push/push-outcome.js';
import { ownEntries } from '../snapshots/entry-store.js';
import { findWatch, runOfCommit } from './watch-store.js';

/** Which watch to accept, and into which pull request. */
export interface WatchAcceptance {
  repository: Repository;
  by: Caller;
  pullRequest: number;
  /** The base branch of the pull request; the claims of its own run win. */
  base: string | null;
  /** The commits from which to choose the baseline of the pull request, nearest first. */
  candidates: string[];
  /** The run of the watch; null: the one that `commit` was named for. */
  run: string | null;
  /** The head commit of the pull request. */
  commit: string | null;
}

export type AcceptWatchOutcome =
  | (Omit<Pushed, 'kind'> & { kind: 'watch-accepted'; run: string })
  | Extract<RefusedPush, { kind: 'secrets' | 'forbidden' | 'invalid' }>
  | { kind: 'not-found'; message: string };

/** The number of paths that a warning names. */
const NAMED = 5;

/**
 * Copies what the first repeat of a watch recorded to a pull request, as a push that its caller must be allowed to make.
 * Paths that the pull request changes itself are left as they are. Repeating it changes nothing.
 */
export async function acceptWatch(db: Database, request: WatchAcceptance): Promise<AcceptWatchOutcome> {
  const invalid = refusedAcceptance(request);
  if (invalid) return { kind: 'invalid', ...invalid };
  const { repository, by, pullRequest, base, candidates, commit } = request;
  const run = request.run ?? (commit === null ? null : await runOfCommit(db, repository.id, commit));
  const watch = run === null ? null : await findWatch(db, repository.id, run);
  const [first] = watch?.stored ?? [];
  if (!watch || !first) return { kind: 'not-found', message: describeUnknown(request) };
  const accepts = { refId: first.refId, version: first.version };
  const entries = await ownEntries(db, repository.id, accepts);
  const pushed = await push(db, {
    repository,
    by,
    ref: { kind: 'PULL_REQUEST', name: String(pullRequest), base },
    fromFork: false,
    about: { title: null, author: null },
    commit,
    baseline: { candidates, explicit: null },
    defaultBranch: { reported: null, isRequested: false },
    since: null,
    // The contents are stored, so their sizes were checked when the watch pushed them.
    add: entries.flatMap(({ path, digest }) => (digest === null ? [] : [{ path, digest, size: 0 }])),
    remove: entries.filter(({ digest }) => digest === null).map(({ path }) => path),
    settings: null,
    use: null,
    accepts,
  });
  if (pushed.kind === 'content-missing' || pushed.kind === 'since-unknown') {
    throw new Error(`the watch of run ${watch.run} was deleted while it was accepted: ${pushed.kind}`);
  }
  if (pushed.kind !== 'pushed') return pushed;
  const warnings = [...pushed.warnings, ...describeLeft(pushed.left)];
  return { ...pushed, kind: 'watch-accepted', run: watch.run, warnings };
}

function refusedAcceptance({
  run,
  commit,
  pullRequest,
  base,
}: WatchAcceptance): { message: string; field: string } | null {
  if (pullRequest < 1) {
    return { message: 'the number of a pull request must be 1 or greater', field: 'pullRequest' };
  }
  if (run === null && commit === null) {
    return { message: 'specify the run of the watch, or the commit that was named for it', field: 'run' };
  }
  const refused = {
    run: run === null ? null : refusedRun(run),
    commit: commit === null ? null : refusedCommit(commit),
    base: base === null ? null : refusedBranchName(base),
  };
  for (const [field, message] of Object.entries(refused)) if (message !== null) return { message, field };
  return null;
}

function describeUnknown({ run, commit }: WatchAcceptance): string {
  return run === null
    ? `no watch is known for commit ${commit}: it was never named for one, or the watch was deleted`
    : `run ${run} pushed no watch, or it was deleted`;
}

function describeLeft(left: string[]): string[] {
  if (left.length === 0) return [];
  return [
    `the pull request itself changes ${left.length === 1 ? 'a path' : `${left.length} paths`} of the watch, which ` +
      `stay as they are: ${listing(left, NAMED)}`,
  ];
}
