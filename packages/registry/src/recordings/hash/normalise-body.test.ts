import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutAttributes } from './attributes-text.js';
import { normaliseBody } from './normalise-body.js';
import { dumps } from './python-json.js';
import { parsePython } from './python-value.js';

// Expected values: the rule written with Python 3.11's `re`, `round` and `json`.
const NORMALISED: [body: string, version3: string, version4: string, onBedrock: string][] = [
  [
    '{"a": 0.123456, "b": [1.0000001, 1, 2.5], "c": "0.12345678 and 1.2 and -3.00005"}',
    '{"a": 0.12346, "b": [1.0, 1, 2.5], "c": "0.12346 and 1.2 and -3.00005"}',
    '{"a": 0.12346, "b": [1.0, 1, 2.5], "c": "0.12346 and 1.2 and -3.00005"}',
    '{"a": 0.12346, "b": [1.0, 1, 2.5], "c": "0.12346 and 1.2 and -3.00005"}',
  ],
  [
    '{"t": "x score: 0.87654, attributes: {\'a\': 1} end"}',
    '{"t": "x score: 0.87654, attributes: {\'a\': 1} end"}',
    '{"t": "x score: __NORMALIZED__ end"}',
    '{"t": "x score: __NORMALIZED__ end"}',
  ],
  [
    '{"t": "document_id: 0f8fad5b-d9cb-469f-a165-70867728950e, cite <|0f8fad5b-d9cb-469f-a165-70867728950e|>"}',
    '{"t": "document_id: 0f8fad5b-d9cb-469f-a165-70867728950e, cite <|0f8fad5b-d9cb-469f-a165-70867728950e|>"}',
    '{"t": "document_id: __NORMALIZED__, cite <|__NORMALIZED__|>"}',
    '{"t": "document_id: __NORMALIZED__, cite <|__NORMALIZED__|>"}',
  ],
  [
    '{"t": "document_id:0f8fad5b-d9cb-469f-a165-70867728950e <|0F8FAD5B-D9CB-469F-A165-70867728950E|>"}',
    '{"t": "document_id:0f8fad5b-d9cb-469f-a165-70867728950e <|0F8FAD5B-D9CB-469F-A165-70867728950E|>"}',
    '{"t": "document_id: __NORMALIZED__ <|0F8FAD5B-D9CB-469F-A165-70867728950E|>"}',
    '{"t": "document_id: __NORMALIZED__ <|0F8FAD5B-D9CB-469F-A165-70867728950E|>"}',
  ],
  [
    '{"t": "score:-1.5e-7 score: .5 score:5. score: x score:  12"}',
    '{"t": "score:-1.5e-7 score: .5 score:5. score: x score:  12"}',
    '{"t": "score: __NORMALIZED__ score: __NORMALIZED__ score: __NORMALIZED__. score: x score: __NORMALIZED__"}',
    '{"t": "score: __NORMALIZED__ score: __NORMALIZED__ score: __NORMALIZED__. score: x score: __NORMALIZED__"}',
  ],
  [
    '{"t": "attributes: {a} attributes:{b}\\n ,\\n attributes:\\t{c}"}',
    '{"t": "attributes: {a} attributes:{b}\\n ,\\n attributes:\\t{c}"}',
    '{"t": "\\n "}',
    '{"t": "\\n "}',
  ],
  [
    '{"t": ", ,attributes: {x}} attributes: {open"}',
    '{"t": ", ,attributes: {x}} attributes: {open"}',
    '{"t": ", } attributes: {open"}',
    '{"t": ", } attributes: {open"}',
  ],
  [
    '{"deep": {"extra_body": {"project_id": "kept"}}, "extra_body": {"k": 0.1234567, "project_id": "p"}, "extra_query": {"project_id": "q"}}',
    '{"deep": {"extra_body": {"project_id": "kept"}}, "extra_body": {"k": 0.12346, "project_id": "p"}, "extra_query": {"project_id": "q"}}',
    '{"deep": {"extra_body": {"project_id": "kept"}}, "extra_body": {"k": 0.12346}, "extra_query": {}}',
    '{"deep": {"extra_body": {"project_id": "kept"}}, "extra_body": {"k": 0.12346}, "extra_query": {}}',
  ],
  [
    '{"l": [{"extra_body": {"project_id": "gone"}}, [{"extra_query": {"project_id": "gone"}}]]}',
    '{"l": [{"extra_body": {"project_id": "gone"}}, [{"extra_query": {"project_id": "gone"}}]]}',
    '{"l": [{"extra_body": {}}, [{"extra_query": {}}]]}',
    '{"l": [{"extra_body": {}}, [{"extra_query": {}}]]}',
  ],
  [
    '{"extra_body": "project_id", "stream_options": {"include_usage": true}, "x": {"stream_options": 1}}',
    '{"extra_body": "project_id", "stream_options": {"include_usage": true}, "x": {"stream_options": 1}}',
    '{"extra_body": "project_id", "stream_options": {"include_usage": true}, "x": {"stream_options": 1}}',
    '{"extra_body": "project_id", "x": {"stream_options": 1}}',
  ],
  [
    '{"t": "1.23456.78901 12345678901234567890123.0001 00.00005"}',
    '{"t": "1.23456.78901 12345678901234567741440.00000 0.00005"}',
    '{"t": "1.23456.78901 12345678901234567741440.00000 0.00005"}',
    '{"t": "1.23456.78901 12345678901234567741440.00000 0.00005"}',
  ],
  [
    '{"t": "\\u0661.\\u0662\\u0663\\u0664\\u0665\\u0666\\u0667 \\ud835\\udfcf.\\ud835\\udfd2\\ud835\\udfd3\\ud835\\udfd4\\ud835\\udfd5\\ud835\\udfd6\\ud835\\udfd7"}',
    '{"t": "1.23457 1.45679"}',
    '{"t": "1.23457 1.45679"}',
    '{"t": "1.23457 1.45679"}',
  ],
  [
    '{"t": "score:\\u00a0\\u2003\\u001c1 score:\\ufeff2"}',
    '{"t": "score:\\u00a0\\u2003\\u001c1 score:\\ufeff2"}',
    '{"t": "score: __NORMALIZED__ score:\\ufeff2"}',
    '{"t": "score: __NORMALIZED__ score:\\ufeff2"}',
  ],
  [
    '{"t": "99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999.0000"}',
    '{"t": "inf"}',
    '{"t": "inf"}',
    '{"t": "inf"}',
  ],
  [
    '{"t": "-99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999.0000"}',
    '{"t": "-inf"}',
    '{"t": "-inf"}',
    '{"t": "-inf"}',
  ],
  [
    '{"t": "0.00005 1.000005 0.015625000 3.0156250"}',
    '{"t": "0.00005 1.00001 0.01562 3.01562"}',
    '{"t": "0.00005 1.00001 0.01562 3.01562"}',
    '{"t": "0.00005 1.00001 0.01562 3.01562"}',
  ],
  [
    '{"b": true, "big": 12345678901234567890, "f": -1e-06, "n": null}',
    '{"b": true, "big": 12345678901234567890, "f": -0.0, "n": null}',
    '{"b": true, "big": 12345678901234567890, "f": -0.0, "n": null}',
    '{"b": true, "big": 12345678901234567890, "f": -0.0, "n": null}',
  ],
  [
    '[0.1234567, {"extra_body": {"project_id": 1}}]',
    '[0.12346, {"extra_body": {"project_id": 1}}]',
    '[0.12346, {"extra_body": {}}]',
    '[0.12346, {"extra_body": {}}]',
  ],
  ['"0.99999999"', '"1.00000"', '"1.00000"', '"1.00000"'],
];

describe('normaliseBody', () => {
  test.each(NORMALISED)('%s', (body, version3, version4, onBedrock) => {
    expect(normalised(body, false, false)).toBe(version3);
    expect(normalised(body, true, false)).toBe(version4);
    expect(normalised(body, true, true)).toBe(onBedrock);
  });

  test('returns the same object when nothing changes', () => {
    const parsed = parsePython('{"messages": [{"content": "a 1.25 b"}], "temperature": 0.1, "n": 1}');
    if ('problem' in parsed) throw new Error(parsed.problem);
    expect(normaliseBody(parsed.value, { providerDetails: true, dropStreamOptions: true })).toBe(
      parsed.value,
    );
  });
});

test('withoutAttributes has the result of the regular expression, in linear time', () => {
  const pieces = fc.constantFrom(',', ' ', '\n', 'attributes:', '{', '}', 'x');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (texts) => {
      const text = texts.join('');
      expect(withoutAttributes(text)).toBe(text.replace(/,?\s*attributes:\s*\{[^}]*\}/g, ''));
    }),
    { numRuns: 2000 },
  );
});

function normalised(body: string, providerDetails: boolean, dropStreamOptions: boolean): string {
  const parsed = parsePython(body);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return dumps(normaliseBody(parsed.value, { providerDetails, dropStreamOptions }));
}
