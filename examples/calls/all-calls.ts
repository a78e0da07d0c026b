import type { Call } from '../../test/support/recorder.js';
import { AGENT_CALLS, angryCustomer } from './agent-calls.js';
import { CHAT_CALLS, HOLIDAY_CALLS, returnPolicy, summaryOfThread } from './chat-calls.js';
import { MESSAGE_CALLS, streamedDirections } from './message-calls.js';
import { SEARCH_CALLS } from './search-calls.js';

/** All calls of the example's tests on `main`. `support-desk/` has their recordings. */
export const MAIN_CALLS: Call[] = [...CHAT_CALLS, ...AGENT_CALLS, ...SEARCH_CALLS, ...MESSAGE_CALLS];

/**
 * The calls that the author of the example's pull request records again, with their new responses. All other
 * tests of the pull request replay what was recorded on `main`.
 */
export const RECORDED_AGAIN: Call[] = [
  // Same request, another wording.
  returnPolicy(
    'You may return a helmet within 30 days, provided it has not been in a crash. Please bring the receipt along.',
  ),
  // Same tool, another argument.
  angryCustomer('urgent'),
  // The test now sends a seed, so the request hash changes.
  summaryOfThread({ seed: 7 }),
  // Same response with another id and other chunks.
  streamedDirections('msg_01AgainDirectionsXxYyZz', 6),
  ...HOLIDAY_CALLS,
];

/** All calls of the pull request's tests, and whether each is recorded again. */
export function pullRequestCalls(): { call: Call; again: boolean }[] {
  const again = RECORDED_AGAIN.map((call) => ({ call, again: true }));
  const replayed = MAIN_CALLS.filter((call) => !isAskedAgain(call)).map((call) => ({ call, again: false }));
  return [...replayed, ...again];
}

/** A test with one model makes at most one of the calls above, so the test identifies the call. */
function isAskedAgain(call: Call): boolean {
  return RECORDED_AGAIN.some(({ testId }) => testId !== null && testId === call.testId);
}
