import { describe, expect, it } from 'vitest';
import { compareFiles } from '../../../test/compare-files.js';

/** Compares two recordings of the same request whose responses are these JSON texts. */
function compare(before: string, after: string) {
  const bytes = (body: string) =>
    Buffer.from(
      `{"test_id":"t.py::test","request":{"method":"POST","url":"http://x/v1/any","headers":{},"body":{}},` +
        `"response":{"body":${body},"is_streaming":false}}`,
    );
  return compareFiles(bytes(before), bytes(after));
}

/** Responses of each API with one tool call; `$` is the value of its argument `x`. */
const CALLS: [api: string, body: string][] = [
  [
    'OpenAI chat',
    String.raw`{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"{\"x\":$}"}}]}}]}`,
  ],
  [
    'OpenAI chat stream',
    String.raw`[{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\"x\":"}}]}}]},
    {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"$}"}}]}}]}]`,
  ],
  [
    'OpenAI Responses',
    String.raw`{"object":"response","output":[{"type":"function_call","name":"f","arguments":"{\"x\":$}"}]}`,
  ],
  ['Anthropic', '{"type":"message","content":[{"type":"tool_use","name":"f","input":{"x":$}}]}'],
  [
    'Anthropic server tool',
    '{"type":"message","content":[{"type":"server_tool_use","name":"f","input":{"x":$}}]}',
  ],
  [
    'Anthropic stream',
    String.raw`[{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"f","input":{}}},
    {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"x\":$}"}}]`,
  ],
  ['Gemini', '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"x":$}}}]}}]}'],
  [
    'Gemini stream',
    '[{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"x":$}}}]}}]}]',
  ],
  ['Ollama', '{"done":true,"message":{"tool_calls":[{"function":{"name":"f","arguments":{"x":$}}}]}}'],
  [
    'wrapped',
    '{"__type__":"t","__data__":{"type":"message","content":[{"type":"tool_use","name":"f","input":{"x":$}}]}}',
  ],
  [
    'wrapped as text',
    String.raw`{"__type__":"t","__data__":"{\"type\":\"message\",\"content\":[{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{\"x\":$}}]}"}`,
  ],
];

/** The response with a value of the argument; escaped where the arguments are text. */
function filled(body: string, value: string): string {
  return body.replace('$', body.includes('\\"x\\"') ? JSON.stringify(value).slice(1, -1) : value);
}

describe.each(CALLS)('the numbers in the arguments of %s', (_, body) => {
  const compared = (before: string, after: string) => compare(filled(body, before), filled(body, after));

  it.each([
    ['1', '1.0', 'calls `f` with `x: 1.0` instead of `1`'],
    ['2.0', '2', 'calls `f` with `x: 2` instead of `2.0`'],
    ['9007199254740993', '9007199254740992', null],
    ['[0, 1]', '[0, 1.0]', 'calls `f` with `x[1]: 1.0` instead of `1`'],
    ['{"y": 3}', '{"y": 3.0}', 'calls `f` with `x.y: 3.0` instead of `3`'],
  ])('differ in %s and %s', (before, after, words) => {
    const { level, reasons } = compared(before, after);
    expect(level).toBe('BEHAVIOUR');
    if (words !== null) expect(reasons.map((reason) => reason.words)).toContain(words);
  });

  it.each([
    ['1.0', '1.00'],
    ['1.0', '1e0'],
    ['0.5', '5e-1'],
    ['-0.0', '0.0'],
  ])('are the same in %s and %s', (before, after) => {
    expect(compared(before, after).level).toBe('COSMETIC');
  });
});

it('does not report the notation of numbers elsewhere', () => {
  const body = (tokens: string) =>
    `{"object":"chat.completion","choices":[],"usage":{"total_tokens":${tokens}}}`;
  expect(compare(body('3'), body('3.0')).level).toBe('COSMETIC');
});
