import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFiles } from '../../../test/compare-files.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** What a recorded answer says, and what is made up anew whenever it is recorded. */
interface Said {
  text: string;
  city: string;
  finish: string;
}
interface Volatile {
  id: string;
  created: number;
  padding: string;
  /** Where the stream is cut. */
  cuts: number[];
  /** Turns the keys of every object round. */
  turned: boolean;
  indent: number;
}

function pieces(text: string, cuts: number[]): string[] {
  const edges = [0, ...cuts.filter((edge) => edge < text.length).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}

const chat = (said: Said, { id, created, padding, cuts }: Volatile): JsonObject[] => {
  const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
    id: `chatcmpl-${id}`,
    created,
    object: 'chat.completion.chunk',
    obfuscation: padding,
    system_fingerprint: `fp_${id}`,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const call = (fields: JsonObject) => chunk({ tool_calls: [{ index: 0, ...fields }] });
  return [
    ...pieces(said.text, cuts).map((content) => chunk({ role: 'assistant', content })),
    call({ id: `call_${id}`, type: 'function', function: { name: 'go', arguments: '' } }),
    ...pieces(JSON.stringify({ city: said.city }), cuts).map((given) =>
      call({ function: { arguments: given } }),
    ),
    chunk({}, said.finish),
  ];
};

const anthropic = (said: Said, { id, cuts }: Volatile): JsonObject[] => [
  { type: 'message_start', message: { id: `msg_${id}`, type: 'message', role: 'assistant', content: [] } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ...pieces(said.text, cuts).map((text) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text },
  })),
  {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: `toolu_${id}`, name: 'go', input: {} },
  },
  ...pieces(JSON.stringify({ city: said.city }), cuts).map((partial) => ({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: partial },
  })),
  { type: 'message_delta', delta: { stop_reason: said.finish } },
];

const ollama = (said: Said, { created, cuts }: Volatile): JsonObject[] => [
  ...pieces(said.text, cuts).map((content) => ({
    created_at: `2025-01-01T00:00:0${created % 10}Z`,
    done: false,
    message: { role: 'assistant', content },
  })),
  {
    created_at: 'x',
    done: true,
    done_reason: said.finish,
    total_duration: created,
    message: {
      role: 'assistant',
      content: '',
      tool_calls: [{ function: { name: 'go', arguments: { city: said.city } } }],
    },
  },
];

function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, JsonValue] => [key, turned(inner)]);
  return Object.fromEntries(entries.reverse());
}

function recording(chunks: JsonObject[], around: Volatile): Uint8Array {
  const body = chunks.map((chunk) => ({ __type__: `module.${around.id}`, __data__: chunk }));
  const document: JsonObject = {
    test_id: 't.py::test',
    request: { method: 'POST', url: 'http://x/v1/any', headers: { date: around.id }, body: { model: 'm' } },
    response: { body, is_streaming: true },
    recorder: { at: around.created },
  };
  return Buffer.from(JSON.stringify(around.turned ? turned(document) : document, null, around.indent));
}

function compared(before: Uint8Array, after: Uint8Array) {
  return compareFiles(before, after);
}

const said = fc.record<Said>({
  text: fc.string({ unit: 'grapheme', minLength: 2, maxLength: 40 }).filter((text) => text.trim().length > 1),
  city: fc.string({ minLength: 1, maxLength: 20 }),
  finish: fc.constantFrom('stop', 'length', 'tool_calls'),
});
const around = fc.record<Volatile>({
  id: fc.string({ unit: fc.constantFrom(...'abcdef0123456789'), minLength: 8, maxLength: 24 }),
  created: fc.integer({ min: 1, max: 2e9 }),
  padding: fc.string(),
  cuts: fc.array(fc.nat({ max: 40 }), { maxLength: 8 }),
  turned: fc.boolean(),
  indent: fc.constantFrom(0, 2),
});

describe.each([
  ['OpenAI chat', chat],
  ['Anthropic', anthropic],
  ['Ollama', ollama],
])('recordings of %s', (_, chunksOf) => {
  const of = (given: Said, volatile: Volatile) => recording(chunksOf(given, volatile), volatile);

  it('differ cosmetically at most in chunks, order of keys, ids, timestamps, padding and formatting', () => {
    fc.assert(
      fc.property(said, around, around, (given, first, second) => {
        expect(compared(of(given, first), of(given, second)).level).toBe('COSMETIC');
      }),
    );
  });

  it('differ at the right level in any character of the answer, tool argument, or finish reason', () => {
    fc.assert(
      fc.property(said, around, around, fc.nat(), (given, first, second, at) => {
        const place = at % given.text.length;
        const text = `${given.text.slice(0, place)}\u00a7${given.text.slice(place + 1)}`;
        const before = of(given, first);
        fc.pre(text !== given.text);
        expect(compared(before, of({ ...given, text }, second)).level).toBe('CONTENT');
        expect(compared(before, of({ ...given, city: `${given.city}.` }, second)).level).toBe('BEHAVIOUR');
        expect(compared(before, of({ ...given, finish: 'other' }, second)).level).toBe('BEHAVIOUR');
      }),
    );
  });
});
