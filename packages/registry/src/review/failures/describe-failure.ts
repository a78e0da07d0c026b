import type { Failure } from '../../vocabulary/failure.js';
import { code } from '../../vocabulary/words.js';
import type { DriftReason } from '../differences/drift.js';

/** The reason of a change whose new recording is a failure. */
export function failureReason(failure: Failure): DriftReason {
  return { rule: 'failure', level: 'BEHAVIOUR', path: '', words: describeFailure(failure) };
}

/** "is an error (400): `max_tokens is too large`". */
export function describeFailure({ kind, status, tool, text }: Failure): string {
  const message = text === '' ? '' : `: ${code(text, 200)}`;
  switch (kind) {
    case 'ERROR':
      return `is an error${status === null ? '' : ` (${status})`}${message}`;
    case 'TOOL_ERROR':
      return `the result of ${tool === null ? 'the tool' : code(tool)} is an error${message}`;
    case 'EMPTY':
      return 'is an empty answer';
    case 'CUT_OFF':
      return `is cut off by a token limit${text === '' ? '' : `, after ${code(text, 200)}`}`;
  }
}
