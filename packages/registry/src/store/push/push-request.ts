import type { Caller } from '../../trust/identity/caller.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Since } from '../baseline/check-since.js';
import type { BaselineWish } from '../baseline/find-baseline.js';
import type { FileToAdd } from '../checks/check-push.js';

/** A push as its caller asks for it. */
export interface PushRequest {
  repository: Repository;
  by: Caller;
  ref: RefName;
  /** The recordings come from a fork, as the caller says; of some identities that is known. */
  fromFork: boolean;
  commit: string | null;
  baseline: BaselineWish;
  /** The repository's default branch as the caller knows it, and whether it asks to make it so. */
  defaultBranch: { said: string | null; isOrder: boolean };
  add: FileToAdd[];
  remove: string[];
  /** What `add` and `remove` are a difference to; null when they say everything. */
  since: Since | null;
  /** The text of the settings file, empty where there is none; null when the caller does not say. */
  settings: string | null;
}
