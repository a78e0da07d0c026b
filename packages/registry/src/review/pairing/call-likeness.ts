import { posix } from 'node:path';
import type { DriftSide } from '../differences/drift.js';
import { messageSimilarity, type RequestSketch, requestSimilarity } from './request-sketch.js';

/**
 * How much two requests are alike. `SAME`: equal messages, other parameters. `NEAR`: nearly equal messages
 * and parameters. `SIMILAR`: messages with mostly the same words. `LOOSE`: other messages with mostly the
 * same parameters. `NONE`: all else.
 */
export type Degree = 'SAME' | 'NEAR' | 'SIMILAR' | 'LOOSE' | 'NONE';

export interface Likeness {
  degree: Degree;
  /** From 0 to 1, to compare candidates of one degree. */
  nearness: number;
}

const UNLIKE: Likeness = { degree: 'NONE', nearness: 0 };

/** Minimum similarity of the messages by words, and of the whole requests. */
const NEAR = { messages: 0.9, request: 0.6 } as const;
const SIMILAR = { messages: 0.6, request: 0.2 } as const;
const LOOSE = 0.6;

/** Compares the requests of two recordings. Requests of different steps of a conversation are unlike. */
export function likenessOf(a: RequestSketch | undefined, b: RequestSketch | undefined): Likeness {
  if (!a || !b || a.step !== b.step) return UNLIKE;
  const [messages, request] = [messageSimilarity(a, b), requestSimilarity(a, b)];
  return { degree: degreeOf(messages, request), nearness: (messages + request) / 2 };
}

function degreeOf(messages: number, request: number): Degree {
  if (messages === 1) return 'SAME';
  if (messages >= NEAR.messages && request >= NEAR.request) return 'NEAR';
  if (messages >= SIMILAR.messages && request >= SIMILAR.request) return 'SIMILAR';
  return request >= LOOSE ? 'LOOSE' : 'NONE';
}

/**
 * Whether a recorder may play both: several responses to one request have file names of their own. A file
 * of the same name in another folder answers the request instead.
 */
export function answerOneRequest(a: DriftSide, b: DriftSide): boolean {
  return a.hash !== null && a.hash === b.hash && posix.basename(a.path) !== posix.basename(b.path);
}

/** Equal for the recordings of one test, model and endpoint. */
export function callKey({ testId, model, endpoint }: DriftSide): string {
  return JSON.stringify([testId, model, endpoint]);
}
