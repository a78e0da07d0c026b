import { describe, expect, it } from 'vitest';
import { exchangesOf } from '../../../test/cassettes.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { callName } from './call-urls.js';
import { compareUrls } from './compare-urls.js';

const at = (url: string, method = 'POST') => exchangesOf([{ url, method }])[0] as Exchange;
const VERTEX = 'aiplatform.googleapis.example/v1/projects/p/locations';

describe('compareUrls', () => {
  it.each<[string, string, string, string]>([
    [
      'https://g.example.com/v1beta/models/gemini-2.0-flash:generateContent',
      'https://g.example.com/v1beta/models/gemini-2.5-flash:generateContent',
      'METADATA',
      'model in the URL `gemini-2.0-flash` → `gemini-2.5-flash`',
    ],
    [
      'https://g.example.com/v1beta/models/m:generateContent',
      'https://g.example.com/v1/models/m:generateContent',
      'METADATA',
      'API version in the URL `v1beta` → `v1`',
    ],
    [
      `https://us-central1-${VERTEX}/us-central1/models/m:run`,
      `https://europe-west4-${VERTEX}/europe-west4/models/m:run`,
      'METADATA',
      'region in the URL `us-central1` → `europe-west4`',
    ],
    [
      'https://bedrock-runtime.us-east-1.aws.example/model/a%3A0/converse',
      'https://bedrock-runtime.us-west-2.aws.example/model/b%3A0/converse',
      'METADATA',
      'region in the URL `us-east-1` → `us-west-2` and model in the URL `a:0` → `b:0`',
    ],
    [
      'https://a.example.com/v1/messages?beta=true&x=1',
      'https://a.example.com/v1/messages?x=2',
      'METADATA',
      '`beta` removed in the query of the URL and `x` changed in the query of the URL',
    ],
    [
      'https://a.example.com/v1/files/file-Ab12Cd34Ef56/content',
      'https://a.example.com/v1/files/file-Zy98Xw76Vu54/content',
      'COSMETIC',
      'ids in the URL',
    ],
    [
      'https://a.example.com/v1/chat/completions',
      'https://a.example.com/v1/responses',
      'BEHAVIOUR',
      'request goes to `POST a.example.com/v1/responses` instead of `POST a.example.com/v1/chat/completions`',
    ],
    [
      'https://a.example.com/v1/chat',
      'https://b.example.com/v1/chat',
      'BEHAVIOUR',
      'request goes to `POST b.example.com/v1/chat` instead of `POST a.example.com/v1/chat`',
    ],
  ])('%s → %s is %s', (from, to, level, words) =>
    expect(compareUrls(at(from), at(to))).toEqual({ level, words }),
  );

  it('finds no difference in what a recorder matches', () => {
    const order = compareUrls(
      at('https://a.example.com/x?a=1&b=2'),
      at('https://A.example.com:443/x?b=2&a=1'),
    );
    expect(order).toBeNull();
  });

  it('names a link with a token without the token', () => {
    const link = (token: string) => at(`https://search.example.com/redirect/${token.repeat(40)}`, 'GET');
    expect(callName(link('aB3_'))).toBe('GET search.example.com/redirect/…');
    expect(compareUrls(link('aB3_'), link('xY7='))).toEqual({ level: 'COSMETIC', words: 'ids in the URL' });
  });

  it('reads URLs with placeholders', () => {
    const [from, to] = ['east', 'west'].map((host) => at(`https://<${host}>/v1/chat`)) as [
      Exchange,
      Exchange,
    ];
    expect(compareUrls(from, to)?.level).toBe('BEHAVIOUR');
    expect(callName(from)).toBe('POST <east>/v1/chat');
  });
});
