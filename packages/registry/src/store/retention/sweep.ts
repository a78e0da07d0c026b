import { collectStrayPage } from '../contents/collect-strays.js';
import { compactRepository } from '../contents/compact-blocks.js';
import { type Swept, sweepCalls, sweepContents } from './remove-entries.js';
import { removeLostAcceptances, sweepPaths } from './remove-old-rows.js';
import { removeOldCommits } from './remove-replaced-snapshots.js';
import type { Removed } from './removed.js';
import type { KeptRepository } from './retention-of.js';
import type { RoundWork } from './round-work.js';

// What no index finds. A sweep goes through the tables of a repository in the order of their keys, so it can stop
// after each step and continue in another round, also in another process.

/** Where a sweep of a repository continues. */
export interface SweepPosition {
  /** The name of a task in `TASKS`. */
  task: string;
  /** The last key that the task looked at; empty at its start. */
  after: string;
}

type Task = (
  work: RoundWork,
  repository: KeptRepository,
  after: string,
) => Promise<{ removed: Partial<Removed>; next: string | null } | 'busy'>;

const swept = (done: Swept | null, name: 'commits' | 'calls' | 'contents' | 'uses') =>
  done === null ? 'busy' : { removed: { [name]: done.count, contentBytes: done.bytes }, next: done.next };

const TASKS: Record<string, Task> = {
  commits: async ({ alone }, { id, retention }, after) => {
    if (retention === null || retention.snapshots === null) return { removed: {}, next: null };
    const { count, next } = await removeOldCommits(alone.db, id, retention.snapshots, after);
    return { removed: { commits: count }, next };
  },
  acceptances: async ({ alone }, { id }) => ({
    removed: { acceptances: await removeLostAcceptances(alone.db, id) },
    next: null,
  }),
  calls: async ({ alone }, { id }, after) => swept(await sweepCalls(alone, id, after), 'calls'),
  contents: async ({ alone }, { id }, after) => swept(await sweepContents(alone, id, after), 'contents'),
  paths: async ({ alone }, { id }, after) => swept(await sweepPaths(alone.db, id, after), 'uses'),
  compaction: async ({ source, budget, repacks }, { id }) => {
    if (!repacks) return { removed: {}, next: null };
    // What the budget does not allow waits for the next sweep: other work comes first.
    const done = await compactRepository(source, id, budget, { dryRun: false });
    return { removed: { blocks: done.from, freed: done.freed }, next: null };
  },
  strays: async ({ source, repacks }, { id }, after) => {
    if (!repacks || source.blocks.outside.length === 0) return { removed: {}, next: null };
    const page = await collectStrayPage(source, id, after || null, { dryRun: false });
    return { removed: { objects: page.count - page.left }, next: page.next };
  },
};

const NAMES = Object.keys(TASKS);

/**
 * Continues the sweep of a repository.
 * @returns where the next round continues; null when the sweep is complete
 */
export async function sweepRepository(
  work: RoundWork,
  repository: KeptRepository,
  from: SweepPosition | null,
): Promise<SweepPosition | null> {
  // A position of another release may name a task that this one does not have: start again.
  let position = from !== null && from.task in TASKS ? from : { task: NAMES[0] ?? '', after: '' };
  while (await work.mayContinue()) {
    const done = await TASKS[position.task]?.(work, repository, position.after);
    if (done === undefined) return null;
    if (done === 'busy') {
      work.isBusy();
      return position;
    }
    work.add(done.removed);
    if (done.next !== null) position = { ...position, after: done.next };
    else {
      const following = NAMES[NAMES.indexOf(position.task) + 1];
      if (following === undefined) return null;
      position = { task: following, after: '' };
    }
  }
  return position;
}
