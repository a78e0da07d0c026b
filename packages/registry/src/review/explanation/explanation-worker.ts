import { openExchanges } from '../../recordings/reading/read-exchange.js';
import { readRecording } from '../../recordings/reading/read-recording.js';
import type { Exchange, Reading } from '../../vocabulary/recording.js';
import { plain } from '../../vocabulary/words.js';
import { requestDetails } from '../differences/compare-requests.js';
import { alignExchanges } from '../pairing/align-exchanges.js';
import { callName } from '../pairing/call-urls.js';
import { requestSimilarity, sketchRequest } from '../pairing/request-sketch.js';

// Runs in a separate thread: untrusted files of several megabytes can take seconds to parse.

const MAXIMUM_DIFFERENCES = 12;

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
 * Compares the requests of a recording with those of candidates; skips recordings that cannot be
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
  const opened = openExchanges(own);
  if (!sketch || 'problem' in opened) return [];
  return candidates.flatMap(({ digest, bytes }): Comparison[] => {
    const other = sketchRequest(bytes);
    const otherOpened = openExchanges(bytes);
    if (!other || 'problem' in otherOpened) return [];
    const differences = differencesOf(otherOpened.exchanges, opened.exchanges);
    return [{ digest, likeness: requestSimilarity(sketch, other), differences }];
  });
}

/** How the requests of two recordings differ; those of cassettes call by call. */
function differencesOf(before: Exchange[], after: Exchange[]): string[] {
  const [from, to] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && from && to) return requestDetails(from, to).map(plain);
  const words = alignExchanges(before, after).aligned.flatMap(({ before: a, after: b }) => {
    if (a === null || b === null) {
      const only = (a ?? b) as Exchange;
      return [`call ${only.position + 1}: ${callName(only)} ${a === null ? 'added' : 'removed'}`];
    }
    return requestDetails(a, b).map((detail) => `call ${b.position + 1}: ${plain(detail)}`);
  });
  const rest = words.length - MAXIMUM_DIFFERENCES;
  return rest > 0 ? [...words.slice(0, MAXIMUM_DIFFERENCES), `${rest} more differences`] : words;
}
