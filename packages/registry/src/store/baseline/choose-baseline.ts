import type { Layer } from '../snapshots/snapshot-key.js';

/** The facts for the choice of a baseline. */
export interface BaselineFacts {
  /** The branch to search: the base branch, or the default branch when the base has no recordings. */
  on: { refId: number; name: string; head: number } | null;
  /** The name of the base branch, when the default branch replaces it as `on`. */
  insteadOf: string | null;
  /** The explicit baseline of the caller. */
  explicit: { layer: Layer; named: string } | null;
  /** The candidate commits of the caller, nearest first. */
  candidates: string[];
  /** The layers of those candidates that `on`, or a branch that it replaced, has recorded. */
  known: Map<string, Layer>;
  /** The current base of the ref. */
  current: Layer | null;
}

/**
 * The baseline of a ref, with the reason of its choice; the layer is null when the base has no recordings.
 */
export interface Baseline {
  layer: Layer | null;
  reason: string;
}

/**
 * Chooses the baseline of a ref: the explicit one, else the nearest candidate commit that the base branch has
 * recorded, else the current base, else the branch's head.
 */
export function chooseBaseline(facts: BaselineFacts): Baseline {
  const { on, insteadOf, explicit, candidates, known, current } = facts;
  if (explicit) return { layer: explicit.layer, reason: `${explicit.named} was requested` };
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
    return {
      layer: current,
      reason: `kept its previous baseline on ${on.name}: none of the named commits is newer${note}`,
    };
  }
  const why = candidates.length > 0 ? 'none of the named commits is known there' : 'no commits were named';
  return { layer: { refId: on.refId, version: on.head }, reason: `the newest of ${on.name}: ${why}${note}` };
}
