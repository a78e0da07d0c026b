import type { Call } from './read-call.js';

/** The messages at the start of a prompt that an earlier call sent as well. */
export interface SharedPrompt {
  /** Number of the earlier call, from 1. */
  call: number;
  /** Number of equal messages. */
  turns: number;
}

/** A prompt is compared with those of so many earlier calls. */
const COMPARED = 8;

/**
 * Finds, for each call, the earlier call whose prompt begins with the most of the same messages: each request
 * of a tool loop repeats the conversation so far. Null for a call that shares no message.
 */
export function findSharedPrompts(calls: readonly Call[]): (SharedPrompt | null)[] {
  const keys = calls.map(({ conversation }) => conversation.prompt.map((turn) => JSON.stringify(turn)));
  return calls.map((_, index) => {
    let best: SharedPrompt | null = null;
    for (let other = index - 1; other >= Math.max(0, index - COMPARED); other--) {
      const turns = commonStart(keys[index] ?? [], keys[other] ?? []);
      const number = calls[other]?.number;
      if (number !== undefined && turns > (best?.turns ?? 0)) best = { call: number, turns };
    }
    return best;
  });
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
