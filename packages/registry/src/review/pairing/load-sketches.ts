import { batches, comparableSize, loadComparable } from '../differences/content-batches.js';
import type { DriftSide, LoadContents } from '../differences/drift.js';
import { type RequestSketch, sketchRequest } from './request-sketch.js';

/** Sketches the requests in a content, in this thread or in another one. */
export type SketchContent = (bytes: Uint8Array) => Promise<RequestSketch | null>;

const sketchHere: SketchContent = async (bytes) => sketchRequest(bytes);

/**
 * Sketches the requests that can be paired, by digest: of endpoints with a removed and an added recording.
 * Recordings without a hash in their name may be cassettes, whose endpoint is null when they have several.
 */
export function sketchComparable(
  removed: DriftSide[],
  added: DriftSide[],
  load: LoadContents,
  sketch?: SketchContent,
): Promise<Map<string, RequestSketch>> {
  const isComparable = (others: DriftSide[]) => {
    const endpoints = new Set(others.map((side) => side.endpoint));
    const isUnhashed = others.some((side) => side.hash === null);
    return (side: DriftSide) => endpoints.has(side.endpoint) || (side.hash === null && isUnhashed);
  };
  const pairable = [...added.filter(isComparable(removed)), ...removed.filter(isComparable(added))];
  return sketchSides(pairable, load, sketch);
}

/** Sketches requests, by digest; without recordings that cannot be parsed. */
export async function sketchSides(
  sides: DriftSide[],
  load: LoadContents,
  sketch: SketchContent = sketchHere,
): Promise<Map<string, RequestSketch>> {
  const sketches = new Map<string, RequestSketch>();
  for (const batch of batches(sides, comparableSize)) {
    for (const [digest, bytes] of await loadComparable(batch, load)) {
      const found = await sketch(bytes);
      if (found) sketches.set(digest, found);
    }
  }
  return sketches;
}
