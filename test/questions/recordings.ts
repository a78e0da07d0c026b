import { filesOf, type Recording, record, recordExchange } from '../support/recordings.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';

/** The recordings of an invented shop for bicycles. Each function takes what the provider answers. */

const AGENTS = 'tests/integration/agents';
const ASK = { model: 'gpt-4o-mini', folder: `${AGENTS}/recordings` };
const LOCAL = { model: 'llama3.2:3b', folder: `${AGENTS}/recordings` };

export type Files = Record<string, string>;

export const refundPolicy = (say: string): Files =>
  filesOf(
    record({
      ...ASK,
      test: `${AGENTS}/test_refunds.py::test_policy[gpt-4o-mini]`,
      ask: 'How long can I return a bell?',
      say,
    }),
  );

export const urgency = (say: string): Files =>
  filesOf(
    record({
      ...LOCAL,
      test: `${AGENTS}/test_triage.py::test_urgent[llama3.2]`,
      ask: 'My brake is loose!',
      say,
    }),
  );

export const mood = (say: string): Files =>
  filesOf(
    record({
      ...LOCAL,
      test: `${AGENTS}/test_triage.py::test_mood[llama3.2]`,
      ask: 'The saddle hurts.',
      say,
    }),
  );

/** Without a test id: a call that every test makes before it begins. */
export const greeting = (say: string): Files =>
  filesOf(
    record({ ...LOCAL, test: null, ask: 'Hello?', say, folder: 'tests/integration/common/recordings' }),
  );

/** The model looks an order up, or answers with a text. */
export function orderStatus(answer: { order: number } | string): Files {
  const message =
    typeof answer === 'string'
      ? { role: 'assistant', content: answer }
      : { role: 'assistant', content: null, tool_calls: [callOf('lookup_order', answer)] };
  const finish_reason = typeof answer === 'string' ? 'stop' : 'tool_calls';
  const data = {
    id: 'rec-2',
    choices: [{ finish_reason, index: 0, message }],
    model: ASK.model,
    object: 'chat.completion',
  };
  const body = { __type__: 'openai.types.chat.chat_completion.ChatCompletion', __data__: data };
  const test = `${AGENTS}/test_orders.py::test_status[gpt-4o-mini]`;
  const messages = [{ content: 'Where is my order 1042?', role: 'user' }];
  return filesOf(recordExchange({ ...ASK, test, messages, response: { body, is_streaming: false } }));
}

const callOf = (name: string, values: object) => ({
  id: 'call_1',
  type: 'function',
  function: { name, arguments: JSON.stringify(values) },
});

/** The provider refused the request. */
export function outOfQuota(): Files {
  const test = `${AGENTS}/test_stock.py::test_stock[gpt-4o-mini]`;
  const messages = [{ content: 'Are there blue bells?', role: 'user' }];
  const exception_message = "Error code: 429 - {'error': {'message': 'You exceeded your current quota'}}";
  return filesOf(
    recordExchange({
      ...ASK,
      test,
      messages,
      response: { is_exception: true, exception_data: null, exception_message },
    }),
  );
}

/** Somebody edited the request in the file, so that no recorder looks for its name. */
export function editedReceipt(): Files {
  const recording: Recording = record({
    ...ASK,
    test: `${AGENTS}/test_refunds.py::test_receipt[gpt-4o-mini]`,
    ask: 'I lost my receipt.',
    say: 'We can look it up by your name.',
  });
  return { [recording.path]: recording.text.replace('I lost my receipt.', 'I have no receipt.') };
}

/** A cassette whose requests name two models. */
export const booking = (say: string): Files =>
  Object.fromEntries([
    cassetteOf(
      'tests/workshop/test_bookings.py::test_move[openai:gpt-4o]',
      { model: 'gpt-4o', ask: 'Can I come on Friday instead?', say: 'Let me look.' },
      { model: 'gpt-4o-mini', ask: 'Is Friday free?', say },
    ),
  ]);
