import { describe, expect, it } from 'vitest';
import { cassetteOf } from '../../../test/cassettes.js';
import type { DriftSide } from '../differences/drift.js';
import { compareRecordings } from './compare-recordings.js';

const SIDE: Omit<DriftSide, 'digest' | 'size'> = {
  path: 'tests/cassettes/test_a/test_x.yaml',
  testId: 'tests/test_a.py::test_x',
  model: null,
  endpoint: null,
  hash: null,
  hashStatus: 'UNKNOWN',
  playable: 'UNKNOWN',
};

const content = (digest: string, text: string) => {
  const bytes = Buffer.from(text);
  return { side: { ...SIDE, digest, size: bytes.length }, bytes };
};

const compare = (before: string, after: string) => {
  const { level, reasons } = compareRecordings(content('a', before), content('b', after), true);
  return { level, rules: reasons.map(({ rule }) => rule) };
};

const CALL = Buffer.from(cassetteOf([{ ask: 'Hi', say: 'Hello.' }])).toString();
/** A message of a realtime session in the same file. */
const withMessage = (data: string) =>
  CALL.replace('"interactions":[', `"interactions":[{"kind":"text","direction":"sent","data":"${data}"},`);

const trace = (request: string, response: string, rest = '') =>
  `httprr trace v1\n${request.length} ${response.length}\n${request}${response}${rest}`;
const GET = 'GET http://h/ HTTP/1.1\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

describe('what a cassette holds besides its calls', () => {
  it.each<[what: string, before: string, after: string, level: string, rules: string[]]>([
    ['another message of a session', withMessage('a'), withMessage('b'), 'CONTENT', ['rest']],
    ['a message that is gone', withMessage('a'), CALL, 'CONTENT', ['rest']],
    [
      'the same message, and other white space',
      withMessage('a'),
      ` ${withMessage('a')}`,
      'COSMETIC',
      ['layout'],
    ],
    [
      'the damaged part of a trace',
      trace(GET, OK, '5 5\nab'),
      trace(GET, OK, '5 5\nac'),
      'CONTENT',
      ['rest'],
    ],
  ])('%s', (_what, before, after, level, rules) => {
    expect(compare(before, after)).toEqual({ level, rules });
  });

  it('more calls than are read', () => {
    const entry = (url: string) => ({
      request: { method: 'GET', url },
      response: { status: 200, content: {} },
    });
    const many = (last: string) =>
      JSON.stringify({
        log: { entries: [...Array.from({ length: 10_000 }, () => entry('http://h/')), entry(last)] },
      });
    expect(compare(many('http://h/a'), many('http://h/b'))).toEqual({ level: 'CONTENT', rules: ['rest'] });
  });
});
