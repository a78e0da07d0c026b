import { batches, comparableSize, loadComparable } from '../differences/content-batches.js';
import type { DriftSide, LoadContents } from '../differences/drift.js';
import { type RequestSketch, sketchRequest } from './request-sketch.js';

/**
 * Sketches the requests that can be paired, by digest: of endpoints with a removed and an added
 * recording.
 */
export function sketchComparable(
  removed: DriftSide[],
  added: DriftSide[],
  load: LoadContents,
): Promise<Map<string, RequestSketch>> {
  const removedEndpoints = new Set(removed.map((side) => side.endpoint));
  const pairable = added.filter((side) => removedEndpoints.has(side.endpoint));
  const sharedEndpoints = new Set(pairable.map((side) => side.endpoint));
  pairable.push(...removed.filter((side) => sharedEndpoints.has(side.endpoint)));
  return sketchSides(pairable, load);
}

/** Sketches requests, by digest; without recordings that cannot be parsed. */
export async function sketchSides(
  sides: DriftSide[],
  load: LoadContents,
): Promise<Map<string, RequestSketch>> {
  const sketches = new Map<string, RequestSketch>();
  for (const batch of batches(sides, comparableSize)) {
    for (const [digest, bytes] of await loadComparable(batch, load)) {
      const sketch = sketchRequest(bytes);
      if (sketch) sketches.set(digest, sketch);
    }
  }
  return sketches;
}
