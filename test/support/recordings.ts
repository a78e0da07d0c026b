import { createHash } from 'node:crypto';

/** One call of a test to a chat API. */
export interface Call {
  /** The pytest node id; null for a recording without a test. */
  test: string | null;
  model?: string;
  ask: string;
  say: string;
  /** Folder of the test's recordings. */
  folder?: string;
}

export interface Recording {
  path: string;
  text: string;
  /** The recorder's hash of the request, which is the file name. */
  hash: string;
}

/** One call of a test, with messages and a response of any shape. */
export interface Exchange {
  test: string | null;
  model?: string;
  messages: object[];
  /** As recorded: `{body, status?, is_streaming?}`. */
  response: object;
  folder?: string;
}

/** A recording of one question and its answer. */
export function record({ ask, say, model = 'llama3', ...call }: Call): Recording {
  const data = {
    id: 'rec-1',
    choices: [{ finish_reason: 'stop', index: 0, message: { role: 'assistant', content: say } }],
    model,
    object: 'chat.completion',
  };
  const body = { __type__: 'openai.types.chat.chat_completion.ChatCompletion', __data__: data };
  const messages = [{ content: ask, role: 'user' }];
  return recordExchange({ ...call, model, messages, response: { body, is_streaming: false } });
}

/**
 * A recording as the OGX recorder writes it. The hash is computed independently, so that it
 * verifies the registry's.
 */
export function recordExchange({ test, model = 'llama3', messages, response, folder }: Exchange): Recording {
  const body = { messages, model };
  const request = { body, endpoint: '/v1/chat/completions', method: 'POST', test_id: test };
  const hash = createHash('sha256').update(pythonJson(request)).digest('hex');
  const url = 'http://provider.invalid/v1/chat/completions';
  const recorded = { test_id: test, request: { ...request, url, headers: {}, model }, response };
  const path = `${folder ?? 'tests/recordings'}/${hash}.json`;
  return { path, text: `${JSON.stringify(recorded, null, 2)}\n`, hash };
}

/** Recordings as files of a folder: path → text. */
export function filesOf(...recordings: Recording[]): Record<string, string> {
  return Object.fromEntries(recordings.map(({ path, text }) => [path, text]));
}

/** The output of Python's `json.dumps` with sorted keys. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}: ${pythonJson(member)}`)
    .join(', ')}}`;
}

/** Many small, different files: path → text. */
export function manyFiles(count: number, mark: string, bytes = 200): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `tests/recordings/${mark}/${String(index).padStart(5, '0')}.json`,
      JSON.stringify({ mark, index, filling: chance(`${mark} ${index}`, bytes) }),
    ]),
  );
}

/** Text that compresses badly and is the same in every run. */
export function chance(seed: string, length: number): string {
  let text = '';
  for (let part = 0; text.length < length; part++) {
    text += createHash('sha512').update(`${seed} ${part}`).digest('base64');
  }
  return text.slice(0, length);
}
