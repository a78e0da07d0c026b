import type { Failure } from '../../vocabulary/failure.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { shorten } from '../../vocabulary/words.js';

const LONGEST_TEXT = 200;

/** What is wrong with a recorded response; null when nothing is. */
export function findFailure({ answer }: Exchange): Failure | null {
  if (answer.outcome !== 'ERROR') return null;
  return { kind: 'ERROR', status: answer.status, tool: null, text: firstWords(answer.text ?? '') };
}

/** Whether two failures are the same to a reader. */
export function isSameFailure(a: Failure | null, b: Failure | null): boolean {
  return a !== null && b !== null && a.kind === b.kind && a.status === b.status && a.text === b.text;
}

function firstWords(text: string): string {
  return shorten(
    text
      .slice(0, LONGEST_TEXT * 4)
      .replaceAll(/\s+/g, ' ')
      .trim(),
    LONGEST_TEXT,
  );
}
