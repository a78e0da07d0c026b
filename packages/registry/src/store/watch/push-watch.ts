import type { Database } from '../../database/statements/database.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Repository } from '../../vocabulary/repository.js';
import { refusedRepeat, type WatchRepeat, watchRefName } from '../../vocabulary/watch-name.js';
import type { FileToAdd } from '../checks/check-push.js';
import { push } from '../push/push.js';
import type { Pushed, RefusedPush } from '../push/push-outcome.js';
import type { SnapshotName } from '../snapshots/snapshot-key.js';
import { refusedWatch } from './watch-run.js';
import { findWatch, forgetOldWatches } from './watch-store.js';

/** What one repeat of a watch recorded. */
export interface WatchPush {
  repository: Repository;
  by: Caller;
  repeat: WatchRepeat;
  /** The watched commit of the default branch; for a workflow, that of its claims is used instead. */
  commit: string | null;
  /** The pulled state of the default branch; null: its newest one. */
  base: SnapshotName | null;
  add: FileToAdd[];
  remove: string[];
}

/** A stored repeat, with the number of repeats of its run that arrived. */
export interface WatchPushed extends Omit<Pushed, 'kind'> {
  kind: 'watch-pushed';
  stored: number;
  isComplete: boolean;
}

export type WatchOutcome = WatchPushed | Exclude<RefusedPush, { kind: 'since-unknown' }>;

/**
 * Stores what a repeat of a watch recorded in a ref of its own over the default branch, which stays as it is.
 * Goes through the steps of a push. Repeating it changes nothing.
 */
export async function pushWatch(db: Database, request: WatchPush): Promise<WatchOutcome> {
  const { repository, by, repeat, commit, base, add, remove } = request;
  const invalid = refusedRepeat(repeat);
  if (invalid) return { kind: 'invalid', ...invalid };
  const forbidden = refusedWatch(by, repository, repeat);
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  const pushed = await push(db, {
    repository,
    by,
    ref: { kind: 'WATCH', name: watchRefName(repeat), base: null },
    fromFork: false,
    about: { title: null, author: null },
    commit,
    baseline: { candidates: [], explicit: base && { snapshot: base } },
    defaultBranch: { reported: null, isRequested: false },
    since: null,
    add,
    remove,
    settings: null,
    use: null,
  });
  if (pushed.kind === 'since-unknown') throw new Error('a push without `since` has no unknown one');
  if (pushed.kind === 'invalid' && pushed.field === 'baseline') return { ...pushed, field: 'base' };
  if (pushed.kind !== 'pushed') return pushed;
  const stored = (await findWatch(db, repository.id, repeat.run))?.stored.length ?? 0;
  await forgetOldWatches(db, repository.id);
  return { ...pushed, kind: 'watch-pushed', stored, isComplete: stored === repeat.repeats };
}
