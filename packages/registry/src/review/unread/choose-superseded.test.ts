import { expect, it } from 'vitest';
import type { DriftSide } from '../differences/drift.js';
import { type RequestSketch, sketchRequest } from '../pairing/request-sketch.js';
import { callsToCompare, chooseSuperseded, MAXIMUM_RECORDINGS } from './choose-superseded.js';

const side = (path: string, more: Partial<DriftSide> = {}): DriftSide => ({
  ...{ path, digest: path, size: 1, testId: 't.py::t', model: 'm', endpoint: '/v1/chat/completions' },
  ...{ hash: path, hashStatus: 'VERIFIED', playable: 'YES', ...more },
});

function sketchOfPrompt(prompt: string, more: object = {}): RequestSketch {
  const body = { model: 'm', messages: [{ role: 'user', content: prompt }], ...more };
  const request = { method: 'POST', url: 'http://h/v1/chat/completions', headers: {}, body };
  const recording = { request, response: { body: { id: 'x' }, is_streaming: false } };
  const sketch = sketchRequest(Buffer.from(JSON.stringify(recording)));
  if (sketch === null) throw new Error('not a recording');
  return sketch;
}

const WEATHER = 'What is the weather in Paris tomorrow, and should I take an umbrella with me?';
const OTHER = 'Write a long poem about the sea and its colours in the style of a Greek poet.';

it.each<[string, RequestSketch, Partial<DriftSide>, string[]]>([
  ['the same messages with another parameter', sketchOfPrompt(WEATHER, { temperature: 1 }), {}, ['old']],
  ['nearly the same messages', sketchOfPrompt(`${WEATHER} Please`), {}, ['old']],
  ['other messages', sketchOfPrompt(OTHER), {}, []],
  ['another response to the same request', sketchOfPrompt(WEATHER), { hash: 'new', path: 'b/old' }, []],
])('an unread recording with %s', (_, sketch, more, expected) => {
  const old = side('old', { digest: 'old', ...more });
  const call = { read: [side('new')], unread: [old] };
  const found = chooseSuperseded(call, ({ digest }) => (digest === 'old' ? sketch : sketchOfPrompt(WEATHER)));
  expect(found.map((each) => each.side.digest)).toEqual(expected);
  for (const { by } of found) expect(by.path).toBe('new');
});

it('compares only calls with read and unread recordings, and skips those with too many', () => {
  const many = Array.from({ length: MAXIMUM_RECORDINGS + 1 }, (_, index) =>
    side(`many${index}`, { testId: 'm' }),
  );
  const uses = new Map(many.map(({ path }, index) => [path, index === 0]));
  for (const [path, isRead] of [
    ['new', true],
    ['old', false],
    ['a', true],
    ['b', false],
  ] as const)
    uses.set(path, isRead);
  const sides = [
    side('new'),
    side('old'),
    side('unknown'),
    side('a', { model: 'x' }),
    side('b', { model: 'y' }),
  ];
  const { calls, skippedTests } = callsToCompare([...many, ...sides], uses);
  expect(calls.map(({ read, unread }) => [read, unread].map((each) => each.map(({ path }) => path)))).toEqual(
    [[['new'], ['old']]],
  );
  expect([...skippedTests]).toEqual(['m']);
});
