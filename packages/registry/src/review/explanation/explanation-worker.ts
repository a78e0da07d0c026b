import { readExchange } from '../../recordings/reading/read-exchange.js';
import { readRecording } from '../../recordings/reading/read-recording.js';
import type { Reading } from '../../vocabulary/recording.js';
import { plain } from '../../vocabulary/words.js';
import { requestDetails } from '../differences/compare-requests.js';
import { type RequestSketch, requestSimilarity, sketchRequest } from '../pairing/request-sketch.js';

// Runs in a separate thread: untrusted files of several megabytes can take seconds to parse.

/** A candidate: a recording of the same test. */
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

/** Reads the bytes of the explained file. */
export function readSubject(bytes: Uint8Array): Reading {
  return readRecording(bytes);
}

/**
 * Compares the request of a recording with those of candidates; skips recordings that cannot be
 * parsed.
 */
export function compareRequests({
  own,
  candidates,
}: {
  own: Uint8Array;
  candidates: Comparable[];
}): Comparison[] {
  const sketch = sketchRequest(own);
  if (!sketch) return [];
  const exchange = readExchange(own);
  return candidates.flatMap(({ digest, bytes }): Comparison[] => {
    const other: RequestSketch | null = sketchRequest(bytes);
    if (!other) return [];
    const otherExchange = readExchange(bytes);
    const differences =
      'problem' in exchange || 'problem' in otherExchange
        ? []
        : requestDetails(otherExchange, exchange).map(plain);
    return [{ digest, likeness: requestSimilarity(sketch, other), differences }];
  });
}
