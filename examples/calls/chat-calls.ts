import type { Call } from '../../test/support/recorder.js';
import {
  chat,
  completion,
  modelList,
  streamedChat,
  streamedCompletion,
} from '../../test/support/recorder-answers.js';
import { listing, STREAM, testFile, toDesk } from './ask.js';
import { addressOf, GPT, LLAMA } from './models.js';

const answers = testFile('chat', 'test_answers');
const summary = testFile('chat', 'test_summary');
const completions = testFile('chat', 'test_completions');

const HOURS = 'When are you open on Saturdays?';
const RETURNS = 'How long may I take to bring a helmet back?';
const LEGAL = 'Write me a letter that threatens the landlord of the shop.';
const PRICE = 'What is a new inner tube, fitted? Answer as JSON with the keys item and pounds.';
const HOLIDAYS = 'Are you open on Boxing Day?';
const TAG = 'Tag this message with one word: "My brakes squeal in the rain."\nTag:';
const THREAD = [
  'Sum this thread up in one sentence.',
  'Customer: the rear light went out after a week.',
  'Desk: sorry to hear that, was it charged?',
  'Customer: yes, twice.',
].join('\n');

export const CHAT_CALLS: Call[] = [
  answers.chat(
    'test_opening_hours',
    GPT,
    toDesk(HOURS),
    { temperature: 0.2 },
    chat(GPT, {
      text: 'We are open from 9 to 5 on Saturdays. See you then!',
      usage: [31, 16],
    }),
  ),
  answers.chat(
    'test_opening_hours',
    LLAMA,
    toDesk(HOURS),
    { temperature: 0.2 },
    chat(LLAMA, {
      text: 'On Saturdays the shop opens at 9 and closes at 5.',
      usage: [42, 15],
    }),
  ),
  returnPolicy(
    'You have 30 days to bring your helmet back, as long as it was not in a crash. Please keep the receipt.',
  ),
  answers.chat(
    'test_return_policy',
    LLAMA,
    toDesk(RETURNS),
    STREAM,
    streamedChat(
      LLAMA,
      {
        text: 'Within 30 days, with the receipt, and it must not have been dropped.',
        usage: [44, 17],
      },
      1,
    ),
  ),
  answers.chat(
    'test_refuses_threats',
    GPT,
    toDesk(LEGAL),
    {},
    chat(GPT, {
      refusal: 'I’m sorry, but I can’t help with threatening anybody.',
      usage: [36, 13],
    }),
  ),
  answers.chat(
    'test_price_as_json',
    GPT,
    toDesk(PRICE),
    { response_format: { type: 'json_object' } },
    chat(GPT, {
      text: '{"item": "inner tube, fitted", "pounds": 14}',
      usage: [44, 15],
    }),
  ),
  answers.chat(
    'test_currency_and_emoji',
    LLAMA,
    toDesk('How much is a bell? Use the £ sign and one emoji.'),
    {},
    chat(LLAMA, {
      text: 'A bell is £6. 🔔',
      usage: [47, 10],
    }),
  ),
  summaryOfThread({}),
  summary.chat(
    'test_summary_of_a_thread',
    LLAMA,
    toDesk(THREAD),
    { max_tokens: 40 },
    chat(LLAMA, {
      text: "A customer's rear light failed after a week although it had been charged twice, and the desk",
      finish: 'length',
      usage: [77, 40],
    }),
  ),
  completions.completion(
    'test_tag',
    LLAMA,
    { prompt: TAG, stream: false },
    completion(LLAMA, 'brakes', [24, 2]),
  ),
  completions.completion(
    'test_tag_streaming',
    LLAMA,
    { prompt: TAG, stream: true },
    streamedCompletion(LLAMA, 'brakes and pads'),
  ),
  listing(
    'common',
    addressOf(GPT, 'models'),
    modelList([
      { id: 'gpt-4o', created: 1715367049, owned_by: 'system' },
      { id: 'text-embedding-3-small', created: 1705948997, owned_by: 'system' },
    ]),
  ),
  // One request with two responses: the second machine has one more model.
  listing(
    'common',
    addressOf(LLAMA, 'models'),
    modelList([{ id: LLAMA, created: 1758000000, owned_by: 'library' }]),
  ),
  listing(
    'common',
    addressOf(LLAMA, 'models'),
    modelList([
      { id: LLAMA, created: 1758000000, owned_by: 'library' },
      { id: 'all-minilm:l6-v2', created: 1758000100, owned_by: 'library' },
    ]),
  ),
];

/** The pull request of the example records another response. */
export function returnPolicy(text: string): Call {
  return answers.chat(
    'test_return_policy',
    GPT,
    toDesk(RETURNS),
    STREAM,
    streamedChat(GPT, { text, usage: [34, 25] }),
  );
}

/** The pull request sends the additional fields `extra`. */
export function summaryOfThread(extra: { seed?: number }): Call {
  return summary.chat(
    'test_summary_of_a_thread',
    GPT,
    toDesk(THREAD),
    { max_tokens: 120, ...extra },
    chat(GPT, {
      text: "The customer's rear light failed after a week although it had been charged twice.",
      usage: [66, 17],
    }),
  );
}

/** For a test that only the pull request has. */
export const HOLIDAY_CALLS: Call[] = [
  answers.chat(
    'test_open_on_holidays',
    GPT,
    toDesk(HOLIDAYS),
    { temperature: 0.2 },
    chat(GPT, {
      text: 'No, we are closed on Boxing Day and back on the 27th.',
      usage: [30, 16],
    }),
  ),
  answers.chat(
    'test_open_on_holidays',
    LLAMA,
    toDesk(HOLIDAYS),
    { temperature: 0.2 },
    chat(LLAMA, {
      text: 'We are closed on Boxing Day.',
      usage: [41, 8],
    }),
  ),
];
