import type { Difference, DriftKind, DriftSide, LoadContents } from '../differences/drift.js';
import { findReplacements } from '../pairing/find-replacements.js';
import { type SketchContent, sketchComparable } from '../pairing/load-sketches.js';
import { type Pair, pairSameCall, pairSameContent } from '../pairing/pair-recordings.js';

/** Two recordings to compare; for `ADDED`, `before` is the one that it probably replaces. */
export type ComparedPair = Pick<Pair, 'before' | 'after' | 'rename'> & { kind: DriftKind };

/** A difference in pairs of recordings that belong together. Every path is in exactly one of the lists. */
export interface PairedDifference {
  pairs: ComparedPair[];
  /** New recordings that replace none. */
  added: DriftSide[];
  /** Removed recordings that none replaces. */
  removed: DriftSide[];
}

/** Pairs the recordings of a difference: equal contents first, then the same calls, then what is new. */
export async function pairDifference(
  difference: Difference,
  load: LoadContents,
  sketch?: SketchContent,
): Promise<PairedDifference> {
  const moved = pairSameContent(difference.removed, difference.added);
  const sketches = await sketchComparable(moved.removed, moved.added, load, sketch);
  const called = pairSameCall(moved.removed, moved.added, (side) => sketches.get(side.digest));
  const recorded = [...difference.added, ...difference.changed.map(({ after }) => after)];
  const replacements = await findReplacements(
    called.added,
    {
      used: [...called.pairs, ...difference.changed].map(({ before }) => before),
      changed: difference.changed.map(({ after }) => after),
      removed: called.removed,
      recordedModels: new Set(recorded.flatMap(({ model }) => model ?? [])),
      loadUnchanged: difference.loadUnchanged,
      loadModels: difference.loadModels,
    },
    load,
    sketch,
  );
  const replacing = new Set(replacements.map(({ after }) => after));
  return {
    pairs: [
      ...difference.changed.map((pair) => ({ kind: 'CHANGED' as const, rename: null, ...pair })),
      ...called.pairs,
      ...moved.pairs,
      ...replacements.map((pair) => ({ kind: 'ADDED' as const, ...pair })),
    ],
    added: called.added.filter((side) => !replacing.has(side)),
    removed: called.removed,
  };
}
