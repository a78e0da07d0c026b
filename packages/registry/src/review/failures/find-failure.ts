import type { Failure } from '../../vocabulary/failure.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { shorten } from '../../vocabulary/words.js';
import { findCutOff } from './cut-off-answer.js';
import { findEmptiness } from './empty-answer.js';
import { findError } from './error-answer.js';
import { isSameFailure } from './same-failure.js';
import { findToolError } from './tool-error.js';

const LONGEST_TEXT = 200;

/** Everything that is wrong with a recorded response, the most serious first; empty when nothing is. */
export function findFailures(exchange: Exchange): Failure[] {
  const error = findError(exchange.answer);
  if (error !== null)
    return [{ kind: 'ERROR', status: error.status, tool: null, text: firstWords(error.message) }];
  const failures: Failure[] = [];
  const toolError = findToolError(exchange);
  if (toolError !== null)
    failures.push({
      kind: 'TOOL_ERROR',
      status: null,
      tool: toolError.tool,
      text: firstWords(toolError.message),
    });
  const cutOff = findCutOff(exchange.answer);
  if (cutOff !== null) failures.push({ kind: 'CUT_OFF', status: null, tool: null, text: cutOff });
  // A limit of tokens explains why nothing was said.
  const emptiness = cutOff === null ? findEmptiness(exchange) : null;
  if (emptiness !== null) failures.push({ kind: 'EMPTY', status: null, tool: null, text: emptiness });
  return failures;
}

/** What is wrong with a recorded response, the most serious; null when nothing is. */
export function findFailure(exchange: Exchange): Failure | null {
  return findFailures(exchange)[0] ?? null;
}

/**
 * What is wrong with the newer of two recordings: what the older one did not have, if anything.
 * `failedBefore` says that the older one failed in the same way.
 */
export function compareFailures(
  before: Exchange,
  after: Exchange,
): { failure: Failure | null; failedBefore: boolean } {
  const old = findFailures(before);
  const failures = findFailures(after);
  const isNew = (failure: Failure) => !old.some((known) => isSameFailure(known, failure));
  const fresh = failures.find(isNew);
  return { failure: fresh ?? failures[0] ?? null, failedBefore: fresh === undefined && failures.length > 0 };
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
