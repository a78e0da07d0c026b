import type { Failure } from '../../vocabulary/failure.js';
import { code } from '../../vocabulary/words.js';
import type { DriftReason } from '../differences/drift.js';
import { isTokenLimit } from './cut-off-answer.js';
import { withoutGenerated } from './same-failure.js';

/** Name of the rule of a reason for a failure. */
export const FAILURE_RULE = 'failure';

/** The reason of a change whose new recording is a failure. */
export function failureReason(failure: Failure): DriftReason {
  return { rule: FAILURE_RULE, level: 'BEHAVIOUR', path: '', words: describeFailure(failure) };
}

/** "is an error (400): `max_tokens is too large`"; equal for failures with the same cause. */
export function describeFailure({ kind, status, tool, text }: Failure): string {
  const shown = withoutGenerated(text);
  const message = shown === '' ? '' : `: ${code(shown, 200)}`;
  switch (kind) {
    case 'ERROR':
      return `is an error${status === null ? '' : ` (${status})`}${message}`;
    case 'TOOL_ERROR':
      return `the result of ${tool === null ? 'a tool' : code(tool)} is an error${message}`;
    case 'EMPTY':
      return `is an empty answer${shown === '' ? '' : ` (${code(shown)})`}`;
    case 'CUT_OFF':
      return `is cut off by a ${isTokenLimit(text) ? 'token limit' : 'content filter'} (${code(text)})`;
  }
}
