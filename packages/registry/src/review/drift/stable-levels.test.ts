import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFiles } from '../../../test/compare-files.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** What a response says; a test sees a change of any of it. */
interface Said {
  text: string;
  /** The argument of a tool. */
  city: string;
  /** What the model asks of a tool that the provider runs. */
  code: string;
  finish: string;
}

/** What differs each time a response is recorded; no test sees it. */
interface Volatile {
  id: string;
  signature: string;
  created: number;
  /** Where streams are cut. */
  cuts: number[];
  /** Whether the keys of every object are in reverse order. */
  isReversed: boolean;
}

type Body = (said: Said, volatile: Volatile) => JsonValue;

function pieces(text: string, cuts: number[]): string[] {
  const edges = [0, ...cuts.filter((edge) => edge < text.length).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}

const chat = (said: Said, { id, signature, created, cuts }: Volatile): JsonObject[] => {
  const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
    id: `chatcmpl-${id}`,
    created,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const google = { google: { thought_signature: signature } };
  return [
    ...pieces(said.text, cuts).map((content) => chunk({ role: 'assistant', content })),
    chunk({
      tool_calls: [
        { index: 0, id: `call_${id}`, extra_content: google, function: { name: 'go', arguments: '' } },
      ],
    }),
    ...pieces(JSON.stringify({ city: said.city, code: said.code }), cuts).map((given) =>
      chunk({ tool_calls: [{ index: 0, function: { arguments: given } }] }),
    ),
    chunk({}, said.finish),
  ];
};

const responses: Body = (said, { id, signature, created }) => ({
  id: `resp_${id}`,
  object: 'response',
  created_at: created,
  status: said.finish,
  output: [
    { type: 'reasoning', id: `rs_${id}`, encrypted_content: signature, summary: [] },
    { type: 'code_interpreter_call', id: `ci_${id}`, container_id: `cntr_${id}`, code: said.code },
    {
      type: 'function_call',
      call_id: `call_${id}`,
      name: 'go',
      arguments: JSON.stringify({ city: said.city }),
    },
    {
      type: 'message',
      role: 'assistant',
      id: `msg_${id}`,
      content: [
        {
          type: 'output_text',
          text: said.text,
          annotations: [{ type: 'file_citation', file_id: `file-${id}` }],
        },
      ],
    },
  ],
});

const anthropic = (said: Said, { id, signature, cuts }: Volatile): JsonObject[] => {
  const start = (index: number, block: JsonObject) => ({
    type: 'content_block_start',
    index,
    content_block: block,
  });
  const deltas = (index: number, field: string, list: string[]) =>
    list.map((piece) => ({ type: 'content_block_delta', index, delta: { [field]: piece } }));
  return [
    { type: 'message_start', message: { id: `msg_${id}`, type: 'message', role: 'assistant', content: [] } },
    start(0, { type: 'redacted_thinking', data: signature }),
    start(1, { type: 'server_tool_use', id: `srvtoolu_${id}`, name: 'run', input: {} }),
    ...deltas(1, 'partial_json', pieces(JSON.stringify({ code: said.code }), cuts)),
    start(2, { type: 'text', text: '', citations: [{ url: 'http://x', encrypted_index: signature }] }),
    ...deltas(2, 'text', pieces(said.text, cuts)),
    start(3, { type: 'tool_use', id: `toolu_${id}`, name: 'go', input: {} }),
    ...deltas(3, 'partial_json', pieces(JSON.stringify({ city: said.city }), cuts)),
    { type: 'message_delta', delta: { stop_reason: said.finish, container: { id, expires_at: signature } } },
  ];
};

const gemini = (said: Said, { id, signature, cuts }: Volatile): JsonObject[] => {
  const chunk = (part: JsonObject): JsonObject => ({
    responseId: id,
    candidates: [{ content: { role: 'model', parts: [part] } }],
  });
  const call = (fields: JsonObject) => chunk({ functionCall: fields });
  return [
    ...pieces(said.text, cuts).map((text) => chunk({ text })),
    chunk({ executableCode: { id, code: said.code, language: 'PYTHON' } }),
    chunk({ functionCall: { name: 'go', id, willContinue: true }, thoughtSignature: signature }),
    ...pieces(said.city, cuts).map((stringValue) =>
      call({ partialArgs: [{ jsonPath: '$.city', stringValue, willContinue: true }], willContinue: true }),
    ),
    call({}),
    { candidates: [{ finishReason: said.finish }] },
  ];
};

const interactionEvent = (id: string, status: string, name: string): JsonObject => ({
  event_type: `interaction.${name}`,
  interaction: { id: `v1_${id}`, object: 'interaction', status, created: id, updated: id },
});

const interactionOutputs = (said: Said, { id, signature, cuts }: Volatile): JsonObject[] => {
  const event = (name: string, index: number, fields: JsonObject): JsonObject => ({
    event_type: `content.${name}`,
    index,
    ...fields,
  });
  const call = { type: 'function_call', id, name: 'go', arguments: { city: said.city } };
  return [
    interactionEvent(id, 'in_progress', 'start'),
    event('start', 0, { content: { type: 'thought' } }),
    event('delta', 0, { delta: { type: 'thought_signature', signature } }),
    event('start', 1, { content: { type: 'text' } }),
    ...pieces(said.text, cuts).map((text) => event('delta', 1, { delta: { type: 'text', text } })),
    event('delta', 2, { delta: { type: 'code_execution_call', id, arguments: { code: said.code } } }),
    event('delta', 3, { delta: call }),
    interactionEvent(id, said.finish, 'complete'),
  ];
};

const interactionSteps = (said: Said, { id, signature, cuts }: Volatile): JsonObject[] => {
  const event = (name: string, index: number, fields: JsonObject): JsonObject => ({
    event_type: `step.${name}`,
    index,
    ...fields,
  });
  const given = (index: number, json: JsonObject) =>
    pieces(JSON.stringify(json), cuts).map((piece) =>
      event('delta', index, { delta: { type: 'arguments_delta', partial_arguments: piece } }),
    );
  return [
    interactionEvent(id, 'in_progress', 'created'),
    event('start', 0, { step: { type: 'thought', signature: '' } }),
    event('delta', 0, { delta: { type: 'thought_signature', signature } }),
    event('start', 1, { step: { type: 'model_output' } }),
    ...pieces(said.text, cuts).map((text) => event('delta', 1, { delta: { type: 'text', text } })),
    event('start', 2, { step: { type: 'code_execution_call', id, arguments: {} } }),
    ...given(2, { code: said.code }),
    event('start', 3, { step: { type: 'function_call', id, name: 'go', arguments: {} } }),
    ...given(3, { city: said.city }),
    interactionEvent(id, said.finish, 'completed'),
  ];
};

const ollama = (said: Said, { created, cuts }: Volatile): JsonObject[] => {
  const chunk = (message: JsonObject, fields: JsonObject = { done: false }): JsonObject => ({
    created_at: `2025-01-01T00:00:0${created % 10}Z`,
    message: { role: 'assistant', content: '', ...message },
    ...fields,
  });
  const call = { function: { name: 'go', arguments: { city: said.city, code: said.code } } };
  return [
    ...pieces(said.text, cuts).map((content) => chunk({ content })),
    chunk({ tool_calls: [call] }),
    chunk({}, { done: true, done_reason: said.finish, total_duration: created }),
  ];
};

const asLines =
  (chunksOf: (said: Said, volatile: Volatile) => JsonObject[]): Body =>
  (said, volatile) =>
    chunksOf(said, volatile)
      .map((chunk) => `${JSON.stringify(ordered(chunk, volatile))}\n`)
      .join('');
const asListText =
  (chunksOf: Body): Body =>
  (said, volatile) =>
    JSON.stringify(ordered(chunksOf(said, volatile), volatile));
const asPieces =
  (bodyOf: Body): Body =>
  (said, volatile) =>
    pieces(
      String(bodyOf(said, volatile)),
      volatile.cuts.map((edge) => edge * 31),
    );

function ordered(value: JsonValue, volatile: Volatile): JsonValue {
  if (Array.isArray(value)) return value.map((element) => ordered(element, volatile));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, JsonValue] => [
    key,
    ordered(inner, volatile),
  ]);
  return Object.fromEntries(volatile.isReversed ? entries.reverse() : entries);
}

function compare(before: JsonValue, after: JsonValue) {
  const bytes = (body: JsonValue) =>
    Buffer.from(
      JSON.stringify({
        test_id: 't.py::test',
        request: { method: 'POST', url: 'http://x/v1/any', headers: {}, body: { model: 'm' } },
        response: { body, is_streaming: true },
      }),
    );
  return compareFiles(bytes(before), bytes(after));
}

const said = fc.record<Said>({
  text: fc.string({ unit: 'grapheme', minLength: 2, maxLength: 40 }).filter((text) => text.trim().length > 1),
  city: fc.string({ minLength: 1, maxLength: 20 }),
  code: fc.string({ minLength: 1, maxLength: 20 }),
  finish: fc.constantFrom('stop', 'length', 'completed'),
});
const volatile = fc.record<Volatile>({
  id: fc.string({ unit: fc.constantFrom(...'abcdef0123456789'), minLength: 8, maxLength: 24 }),
  signature: fc.base64String({ minLength: 4, maxLength: 40 }),
  created: fc.integer({ min: 1, max: 2e9 }),
  cuts: fc.array(fc.nat({ max: 40 }), { maxLength: 6 }),
  isReversed: fc.boolean(),
});

const BODIES: [name: string, bodyOf: Body][] = [
  ['OpenAI chat', chat],
  ['OpenAI Responses', responses],
  ['Anthropic', anthropic],
  ['Gemini', gemini],
  ['Gemini as one text', asListText(gemini)],
  ['Gemini as pieces of text', asPieces(asListText(gemini))],
  ['Gemini interactions with outputs', interactionOutputs],
  ['Gemini interactions with steps', interactionSteps],
  ['Ollama', ollama],
  ['Ollama as one text', asLines(ollama)],
  ['Ollama as pieces of text', asPieces(asLines(ollama))],
];

describe.each(BODIES)('recordings of %s', (_, bodyOf) => {
  const of = (given: Said, around: Volatile) => ordered(bodyOf(given, around), around);

  it('differ cosmetically in chunks, order of keys, ids, times and opaque values', () => {
    fc.assert(
      fc.property(said, volatile, volatile, (given, first, second) => {
        expect(compare(of(given, first), of(given, second)).level).toBe('COSMETIC');
      }),
    );
  });

  it('differ in behaviour in any argument, code or finish reason, and in content in the text', () => {
    fc.assert(
      fc.property(said, volatile, volatile, (given, first, second) => {
        const level = (change: Partial<Said>) =>
          compare(of(given, first), of({ ...given, ...change }, second)).level;
        expect(level({ city: `${given.city}.` })).toBe('BEHAVIOUR');
        expect(level({ code: `${given.code}.` })).toBe('BEHAVIOUR');
        expect(level({ finish: 'other' })).toBe('BEHAVIOUR');
        expect(level({ text: `${given.text}\u00a7` })).toBe('CONTENT');
      }),
      { numRuns: 30 },
    );
  });
});
