import { describe, expect, it } from 'vitest';
import { type Call, cassetteOf } from '../../../test/cassettes.js';
import { compareRequests } from './explanation-worker.js';

const PLAN: Call = { ask: 'Plan a week of hikes', say: 'Start with the lake.' };
const BOOK: Call = { ask: 'Book a hut for two', say: 'Booked.' };

describe('compareRequests', () => {
  it.each<[string, Call[], Call[], string[]]>([
    ['equal requests', [PLAN, BOOK], [PLAN, BOOK], []],
    [
      'a prompt of one call',
      [PLAN, BOOK],
      [PLAN, { ...BOOK, ask: 'Book a hut for ten' }],
      ['call 2: messages[0].content Book a hut for two → Book a hut for ten'],
    ],
    [
      'a call that only one has',
      [PLAN],
      [PLAN, BOOK],
      ['call 2: POST api.example.com/v1/chat/completions added'],
    ],
    ['the only call', [PLAN], [{ ...PLAN, model: 'm-2' }], ['model m-1 → m-2']],
  ])('describes %s of cassettes', (_, candidate, own, differences) => {
    const candidates = [{ digest: 'd', bytes: cassetteOf(candidate) }];
    const [comparison] = compareRequests({ own: cassetteOf(own), candidates });
    expect(comparison?.differences).toEqual(differences);
    expect(comparison?.likeness).toBeGreaterThan(0.2);
  });

  it('skips candidates that are no recording', () => {
    const candidates = [{ digest: 'd', bytes: Buffer.from('{"no": "recording"}') }];
    expect(compareRequests({ own: cassetteOf([PLAN]), candidates })).toEqual([]);
  });
});
