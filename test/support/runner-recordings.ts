import { type Call, type JsonObject, type Response, recordingPath, recordingText } from './recorder.js';
import { chat, providerError } from './recorder-answers.js';

/** Recordings as files of a checkout: path → text. */
export type Recorded = Record<string, string>;

const MODEL = 'gpt-4o-mini';

/** The recording of a test whose model responds with text. A test always sends the same request. */
export function said(test: string, text: string, model = MODEL): Recorded {
  return recorded(test, model, chat(model, { text, usage: [12, 5] }));
}

/** The recording of a test whose model calls a tool. */
export function called(test: string, city: string, model = MODEL): Recorded {
  const tools = [{ id: 'call_1', name: 'get_weather', arguments: { city } }];
  return recorded(test, model, chat(model, { tools, usage: [20, 9] }));
}

/** The recording of a test whose provider refuses the request. */
export function refused(test: string, message: string): Recorded {
  return recorded(test, MODEL, providerError('BadRequestError', 400, { message }));
}

/** The pytest id of a test. */
export function testId(test: string): string {
  return `tests/test_desk.py::${test}`;
}

/** The path of a test's only recording. */
export function pathOf(recording: Recorded): string {
  const [path, ...others] = Object.keys(recording);
  if (path === undefined || others.length > 0) throw new Error('this is not one recording');
  return path;
}

function recorded(test: string, model: string, response: Response): Recorded {
  const messages: JsonObject[] = [{ role: 'user', content: `This is what ${test} asks.` }];
  const call: Call = {
    suite: 'tests',
    testId: testId(test),
    request: {
      kind: 'inference',
      url: 'https://provider.invalid/v1/v1/chat/completions',
      body: { model, messages },
    },
    response,
  };
  return { [recordingPath(call)]: recordingText(call) };
}

/** How the first line of a report describes recordings of these tests, after its mark. */
export const IN_WORDS = {
  /** @param answers number of answers that say the same in other words */
  reworded: (answers = 1) => `${answers} answer${answers === 1 ? '' : 's'} in other words`,
  /** A weather call for another city. */
  called: /Calls `get_weather` with `city: "[^`]*"` (?:instead of|→) `"[^`]*"` in 1 recording/,
} as const;
