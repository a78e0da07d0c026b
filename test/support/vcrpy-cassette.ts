import { httpCassette } from './http-cassettes.js';

/** One request of a cassette to an API of a provider, and its response. */
export interface Interaction {
  model: string | null;
  ask: string;
  say: string;
  /** Path of the endpoint. */
  endpoint?: string;
  query?: string;
  status?: number;
}

/** Where pytest-recording puts the cassette of a test: `tests/test_a.py::test_x` → its path. */
export function cassettePath(test: string): string {
  const [file = '', ...names] = test.split('::');
  const [folder, module] = [file.slice(0, file.lastIndexOf('/')), file.slice(file.lastIndexOf('/') + 1, -3)];
  return `${folder}/cassettes/${module}/${names.join('.').replaceAll(/[<>?%*:|"'/\\]/g, '-')}.yaml`;
}

/** The text of a cassette as vcrpy writes it with pytest-recording. */
export function cassette(interactions: readonly Interaction[]): string {
  const calls = interactions.map(
    ({ model, ask, say, endpoint = '/v1/chat/completions', query = '', status = 200 }) => ({
      url: `https://api.provider.invalid${endpoint}${query}`,
      ask: { messages: [{ role: 'user', content: ask }], ...(model && { model }) },
      status,
      headers: { 'content-type': 'application/json' },
      say: status < 400 ? completion(model, say) : { error: { message: say } },
    }),
  );
  return httpCassette(...calls);
}

function completion(model: string | null, content: string): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  };
}

/** A cassette of a test as a file: its path and its text. */
export const cassetteOf = (test: string, ...interactions: Interaction[]): [path: string, text: string] => [
  cassettePath(test),
  cassette(interactions),
];
