import { readExchange } from '../../recordings/reading/read-exchange.js';
import { readRecording } from '../../recordings/reading/read-recording.js';
import type { Reading } from '../../vocabulary/recording.js';
import { plain } from '../../vocabulary/words.js';
import { requestDifference } from '../differences/compare-requests.js';
import { type RequestSketch, requestSimilarity, sketchRequest } from '../pairing/request-sketch.js';

// Runs in a thread of its own: anybody may have a file of megabytes explained, made so that reading it takes long.

/** A recording of the same test. */
export interface Comparable {
  digest: string;
  bytes: Uint8Array;
}

export interface Comparison {
  digest: string;
  /** 0 (nothing in common) to 1 (the same). */
  likeness: number;
  differences: string[];
}

export function readSubject(bytes: Uint8Array): Reading {
  return readRecording(bytes);
}

/** Compares the request of a recording with those of others. Gives none where one of both cannot be read. */
export function compareRequests({ own, others }: { own: Uint8Array; others: Comparable[] }): Comparison[] {
  const sketch = sketchRequest(own);
  if (!sketch) return [];
  const exchange = readExchange(own);
  return others.flatMap(({ digest, bytes }): Comparison[] => {
    const other: RequestSketch | null = sketchRequest(bytes);
    if (!other) return [];
    const otherExchange = readExchange(bytes);
    const change =
      'problem' in exchange || 'problem' in otherExchange ? null : requestDifference(otherExchange, exchange);
    const differences = (change?.words ?? []).map(plain);
    return [{ digest, likeness: requestSimilarity(sketch, other), differences }];
  });
}
