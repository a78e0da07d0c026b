import { batches, comparableSize, loadComparable } from '../differences/content-batches.js';
import type { DriftSide, LoadContents } from '../differences/drift.js';
import { type RequestSketch, sketchRequest } from './request-sketch.js';

/** Sketches the requests of what could pair at all: a removed and an added recording of one endpoint. By digest. */
export function sketchComparable(
  removed: DriftSide[],
  added: DriftSide[],
  load: LoadContents,
): Promise<Map<string, RequestSketch>> {
  const asked = new Set(removed.map((side) => side.endpoint));
  const wanted = added.filter((side) => asked.has(side.endpoint));
  const produced = new Set(wanted.map((side) => side.endpoint));
  wanted.push(...removed.filter((side) => produced.has(side.endpoint)));
  return sketchSides(wanted, load);
}

/** Sketches requests, by digest; what cannot be read is absent. */
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
