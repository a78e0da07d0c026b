import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { pushFiles } from '../support/push-files.js';
import { record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

/** A recording whose response has this body. */
function recorded(test: string, body: unknown): Record<string, string> {
  const { path, text } = record({ test: `tests/test_tools.py::${test}`, ask: test, say: '' });
  const recording = JSON.parse(text);
  return { [path]: JSON.stringify({ ...recording, response: { body, is_streaming: false } }) };
}

const response = (...output: object[]) => ({ object: 'response', status: 'completed', output });
const gemini = (part: object) => ({ candidates: [{ content: { role: 'model', parts: [part] } }] });
const interaction = (status: string, signature: string) => ({
  object: 'interaction',
  status,
  outputs: [
    { type: 'thought', signature },
    { type: 'text', text: 'Done.' },
  ],
});
const chatStream = (ids: [string, string]) =>
  ids.map((id, index) => ({
    object: 'chat.completion.chunk',
    choices: [
      {
        index: 0,
        delta: {
          tool_calls: [
            {
              index: id === '' ? 0 : index,
              id,
              type: 'function',
              function: { name: index === 0 ? 'get_weather' : 'get_time', arguments: '{"city":"Paris"}' },
            },
          ],
        },
        finish_reason: index === 0 ? null : 'tool_calls',
      },
    ],
  }));
const lines = (...texts: string[]) =>
  [...texts, '']
    .map((text) => JSON.stringify({ created_at: 'x', response: text, done: text === '' }))
    .join('\n');

/** [what changes, body before, body after, words of the report] */
const BEHAVIOUR: [string, unknown, unknown, string][] = [
  [
    'code that the provider runs',
    response({ type: 'code_interpreter_call', code: 'print(1)' }),
    response({ type: 'code_interpreter_call', code: 'remove()' }),
    'remove()',
  ],
  [
    'queries of a file search',
    response({ type: 'file_search_call', queries: ['refunds'] }),
    response({ type: 'file_search_call', queries: ['Rome'] }),
    'Rome',
  ],
  [
    'actions on a computer',
    response({ type: 'computer_call', actions: [{ type: 'click', x: 1 }] }),
    response({ type: 'computer_call', actions: [{ type: 'click', x: 400 }] }),
    '400',
  ],
  [
    "Gemini's code",
    gemini({ executableCode: { code: 'print(1)' } }),
    gemini({ executableCode: { code: 'remove()' } }),
    'remove()',
  ],
  ['the status of an interaction', interaction('completed', 'a'), interaction('failed', 'a'), 'failed'],
  ['ids and indices of parallel calls', chatStream(['a', 'b']), chatStream(['', '']), 'shares its index'],
];
const COSMETIC: [string, unknown, unknown][] = [
  ['signatures of an interaction', interaction('completed', 'a'), interaction('completed', 'b')],
  ['where a stream that is stored as text is cut', lines('Hello'), lines('Hel', 'lo')],
  [
    "the container of the provider's tool",
    response({ type: 'code_interpreter_call', code: 'x', container_id: 'cntr_1' }),
    response({ type: 'code_interpreter_call', code: 'x', container_id: 'cntr_2' }),
  ],
];

describe('a report', () => {
  let registry: TestRegistry;
  let folder: Folder;
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry();
    folder = await makeFolder();
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function drift(before: Record<string, string>, after: Record<string, string>, failOn: string) {
    const repository = `acme/levels-${++repositories}`;
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: before });
    await pushFiles(registry, { repository, ref: { pullRequest: 1, base: 'main' }, add: after });
    const words = ['drift', '--pull-request', '1', '--fail-on', failOn];
    return runFixtures({ registry, repository }, folder, words);
  }

  it.each(BEHAVIOUR)('fails on behaviour when it is %s that changes', async (test, before, after, words) => {
    const { status, stdout } = await drift(recorded(test, before), recorded(test, after), 'behaviour');
    expect({ status, stdout }).toMatchObject({ status: 3, stdout: expect.stringContaining(words) });
  });

  it('does not fail on content when only opaque values and chunk boundaries change', async () => {
    const all = (side: 1 | 2) =>
      Object.assign({}, ...COSMETIC.map((row) => recorded(row[0], row[side]))) as Record<string, string>;
    expect(await drift(all(1), all(2), 'content')).toMatchObject({ status: 0 });
  });
});
