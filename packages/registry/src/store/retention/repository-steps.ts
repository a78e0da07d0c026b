import { tidyRemoved } from '../contents/tidy-removed.js';
import { removeEndedRefs } from './remove-ended-refs.js';
import { removeEntries } from './remove-entries.js';
import { removeOldEvents, removeOldUses } from './remove-old-rows.js';
import { removeReplacedSnapshots } from './remove-replaced-snapshots.js';
import type { KeptRepository } from './retention-of.js';
import type { RoundWork } from './round-work.js';

/**
 * Removes what a repository no longer keeps, in bounded steps: first the refs and versions, later their entries with
 * the calls and contents that only they had, then the bytes in the blocks.
 * @returns whether nothing is left; false when the round ended before
 */
export async function tidyRepository(work: RoundWork, { id, retention }: KeptRepository): Promise<boolean> {
  const { alone, source, budget } = work;
  const { pullRequests, snapshots, audit } = retention ?? {
    pullRequests: null,
    snapshots: null,
    audit: null,
  };

  const isDone = async (step: () => Promise<boolean>) => {
    while (await work.mayContinue()) if (!(await step())) return true;
    return false;
  };
  const endedRefs = async () => {
    const removed = pullRequests === null ? NO_REFS : await removeEndedRefs(alone, id, pullRequests);
    if (removed === null) return work.isBusy();
    work.add({ pullRequests: removed.pullRequests, otherRefs: removed.others });
    return removed.pullRequests + removed.others > 0;
  };
  const replacedSnapshots = async () => {
    const removed = snapshots === null ? 0 : await removeReplacedSnapshots(alone, id, snapshots);
    if (removed === null) return work.isBusy();
    work.add({ snapshots: removed });
    return removed > 0;
  };
  const entries = async () => {
    const removed = await removeEntries(alone, id);
    if (removed === 'busy') return work.isBusy();
    if (removed === null) return false;
    work.add({ ...removed, contentBytes: removed.bytes });
    return true;
  };
  const events = async () => {
    const removed = audit === null ? 0 : await removeOldEvents(alone.db, id, audit);
    work.add({ events: removed });
    return removed > 0;
  };
  const uses = async () => {
    const removed = snapshots === null ? 0 : await removeOldUses(alone.db, id, snapshots);
    work.add({ uses: removed });
    return removed > 0;
  };
  const blocks = async () => {
    const tidied = await tidyRemoved(source, id, budget);
    work.add({ blocks: tidied.count, freed: tidied.freed });
    return tidied.count > 0;
  };
  const steps = [endedRefs, replacedSnapshots, entries, events, uses, ...(work.repacks ? [blocks] : [])];
  for (const step of steps) if (!(await isDone(step))) return false;
  return true;
}

const NO_REFS = { pullRequests: 0, others: 0 };
