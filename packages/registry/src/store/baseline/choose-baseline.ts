import type { Layer } from '../snapshots/snapshot-key.js';

/** What is known when a baseline has to be chosen. */
export interface BaselineFacts {
  /** Where the baseline is looked for: the base branch, or the default branch where the base has no recordings. */
  on: { refId: number; name: string; head: number } | null;
  /** The base branch that was meant, when `on` is the default branch in its stead. */
  insteadOf: string | null;
  /** Where the caller wants it, whatever else is known. */
  explicit: { layer: Layer; named: string } | null;
  /** Commits that the caller names, nearest first, and where `on`, or what it replaced, saw some of them. */
  candidates: string[];
  known: Map<string, Layer>;
  /** Where the ref stood until now. */
  current: Layer | null;
}

/** Where a ref stands on its base, and why there. No layer: there is nothing to stand on. */
export interface Baseline {
  layer: Layer | null;
  reason: string;
}

/**
 * Chooses what a pull request is compared with and lies over: the explicit baseline, else the nearest candidate commit
 * that the base branch has seen, else where it stood, else the branch's head.
 */
export function chooseBaseline(facts: BaselineFacts): Baseline {
  const { on, insteadOf, explicit, candidates, known, current } = facts;
  if (explicit) return { layer: explicit.layer, reason: `${explicit.named} was asked for` };
  if (!on || on.head === 0) return { layer: null, reason: 'nothing was pushed to the base branch yet' };

  const note = insteadOf ? ` (${insteadOf} has no recordings)` : '';
  const position = candidates.findIndex((commit) => known.has(commit));
  const commit = candidates[position];
  const layer = commit === undefined ? undefined : known.get(commit);
  if (layer !== undefined) {
    const why =
      position === 0
        ? `the merge base with ${on.name}`
        : `the nearest commit of ${on.name} with recordings, ${position} before the merge base`;
    return { layer, reason: why + note };
  }
  if (current && current.refId === on.refId) {
    return { layer: current, reason: `where it stood on ${on.name}: no nearer commit is known${note}` };
  }
  const why = candidates.length > 0 ? 'none of the named commits is known there' : 'no commits were named';
  return { layer: { refId: on.refId, version: on.head }, reason: `the newest of ${on.name}: ${why}${note}` };
}
