import { type Call, type JsonObject, type Response, recordingPath, recordingText } from './recorder.js';
import { chat } from './recorder-answers.js';

/** Recordings as files of a checkout: path → text. */
export type Recorded = Record<string, string>;

const MODEL = 'gpt-4o-mini';

/** What a test records whose model answers with words. The same test always asks the same, so that only the answer differs. */
export function said(test: string, text: string, model = MODEL): Recorded {
  return recorded(test, model, chat(model, { text, usage: [12, 5] }));
}

/** What a test records whose model calls a tool. */
export function called(test: string, city: string, model = MODEL): Recorded {
  const tools = [{ id: 'call_1', name: 'get_weather', arguments: { city } }];
  return recorded(test, model, chat(model, { tools, usage: [20, 9] }));
}

/** The test id as pytest gives it. */
export function testId(test: string): string {
  return `tests/test_desk.py::${test}`;
}

/** Where a test's only recording is. */
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
