import { describe, expect, it } from 'vitest';
import { exchangesOf } from '../../../test/cassettes.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { compareHeaders } from './compare-headers.js';

const JSON_TYPE = 'application/json';

function compare(before: Record<string, string>, after: Record<string, string>, status = 200): string[] {
  const [from, to] = [before, after].map((headers) => exchangesOf([{ headers, status }])[0]) as [
    Exchange,
    Exchange,
  ];
  return compareHeaders(from, to).map(({ level, words }) => `${level} ${words}`);
}

describe('compareHeaders', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string[]]>([
    ['equal headers', { date: 'a' }, { date: 'a' }, []],
    [
      'what differs in every response, as one reason',
      {
        date: 'a',
        'cf-ray': '1',
        server: 'x',
        'set-cookie': 's=1',
        'content-length': '5',
        'x-request-id': 'r',
      },
      { date: 'b', 'cf-ray': '2', 'set-cookie': 's=2', 'content-length': '6', 'x-request-id': 'q', via: '1' },
      ['COSMETIC headers of the responses'],
    ],
    [
      'a charset',
      { 'content-type': JSON_TYPE },
      { 'Content-Type': 'application/json; charset=utf-8' },
      ['COSMETIC headers of the responses'],
    ],
    [
      'a media type',
      { 'content-type': JSON_TYPE },
      { 'content-type': 'text/html' },
      ['BEHAVIOUR `content-type` `application/json` → `text/html`'],
    ],
    [
      'a media type that only one side has',
      { 'content-type': JSON_TYPE, a: 'b' },
      { a: 'b' },
      ['METADATA `content-type` `application/json` → `none`'],
    ],
    [
      'a redirect',
      { location: 'https://a.example.com/x' },
      { location: 'https://a.example.com/y' },
      ['METADATA `location` of the response changed'],
    ],
    [
      'what remains of a rate limit',
      { 'x-ratelimit-remaining-tokens': '10', 'anthropic-ratelimit-requests-reset': '1s' },
      { 'x-ratelimit-remaining-tokens': '9', 'anthropic-ratelimit-requests-reset': '2s' },
      ['METADATA rate limits in the headers of the response changed'],
    ],
    [
      'a rate limit',
      { 'x-ratelimit-limit-tokens': '100' },
      { 'x-ratelimit-limit-tokens': '50' },
      ['METADATA rate limits in the headers of the response changed'],
    ],
    [
      'the counter of a success',
      { 'retry-after': '1' },
      { 'retry-after': '2' },
      ['METADATA rate limits in the headers of the response changed'],
    ],
  ])('%s', (_, before, after, expected) => expect(compare(before, after)).toEqual(expected));

  it('notices how long an error asks to wait', () => {
    expect(compare({ 'retry-after': '1' }, { 'retry-after': '60' }, 429)).toEqual([
      'METADATA `retry-after` of the response changed',
    ]);
  });
});
