import type { Call } from '../../test/support/recorder.js';
import { AGENT_CALLS, angryCustomer } from './agent-calls.js';
import { CHAT_CALLS, HOLIDAY_CALLS, returnPolicy, summaryOfThread } from './chat-calls.js';
import { MESSAGE_CALLS, streamedDirections } from './message-calls.js';
import { SEARCH_CALLS } from './search-calls.js';

/** All calls that the example's tests make on `main`: their recordings are those below `support-desk/`. */
export const MAIN_CALLS: Call[] = [...CHAT_CALLS, ...AGENT_CALLS, ...SEARCH_CALLS, ...MESSAGE_CALLS];

/**
 * The calls whose tests the author of the example's pull request runs against the providers again, with what these
 * answer now. All other tests of the pull request replay what was recorded on `main`.
 */
export const RECORDED_AGAIN: Call[] = [
  // The same question, another wording.
  returnPolicy(
    'You may return a helmet within 30 days, provided it has not been in a crash. Please bring the receipt along.',
  ),
  // The same tool with another argument.
  angryCustomer('urgent'),
  // The test now sends a seed: the recorder looks for another hash.
  summaryOfThread({ seed: 7 }),
  // The same answer under another id, in other pieces.
  streamedDirections('msg_01AgainDirectionsXxYyZz', 6),
  ...HOLIDAY_CALLS,
];

/** All calls of the pull request's tests, and whether each is asked of its provider again. */
export function pullRequestCalls(): { call: Call; again: boolean }[] {
  const again = RECORDED_AGAIN.map((call) => ({ call, again: true }));
  const replayed = MAIN_CALLS.filter((call) => !isAskedAgain(call)).map((call) => ({ call, again: false }));
  return [...replayed, ...again];
}

/** A test with one model makes at most one of the calls above, so the test tells which call it is. */
function isAskedAgain(call: Call): boolean {
  return RECORDED_AGAIN.some(({ testId }) => testId !== null && testId === call.testId);
}
