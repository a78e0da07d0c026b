import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Call, exchangesOf } from '../../../test/cassettes.js';
import { alignExchanges } from './align-exchanges.js';

/** The alignment as "before→after" positions, with `+`, `-` and `~` for added, removed and moved. */
function align(before: readonly Call[], after: readonly Call[]): string {
  const { aligned } = alignExchanges(exchangesOf(before), exchangesOf(after));
  return aligned
    .map(({ before: a, after: b, isMoved }) =>
      a === null
        ? `+${b?.position}`
        : b === null
          ? `-${a.position}`
          : `${a.position}→${b.position}${isMoved ? '~' : ''}`,
    )
    .join(' ');
}

const ask = (text: string, more: Partial<Call> = {}): Call => ({ ask: text, say: `About ${text}`, ...more });
const gemini = (model: string): Call =>
  ask('Name a river', { url: `https://g.example.com/v1beta/models/${model}:generateContent` });
const get = (url: string): Call => ({ method: 'GET', url, ask: null, say: { ok: true } });

describe('alignExchanges', () => {
  it.each<[string, Call[], Call[], string]>([
    ['the same calls', [ask('one'), ask('two')], [ask('one'), ask('two')], '0→0 1→1'],
    [
      'a call inserted in front',
      [ask('one'), ask('two')],
      [ask('zero'), ask('one'), ask('two')],
      '+0 0→1 1→2',
    ],
    ['a call removed', [ask('one'), ask('two'), ask('three')], [ask('one'), ask('three')], '0→0 -1 2→1'],
    ['calls of one key in another order', [ask('one'), ask('two')], [ask('two'), ask('one')], '1→0 0→1~'],
    [
      'calls of different keys in another order',
      [ask('one'), get('https://a.example.com/x')],
      [get('https://a.example.com/x'), ask('one')],
      '1→0 0→1',
    ],
    [
      'a reworded prompt next to an equal one',
      [ask('Tell me about Rome'), ask('Tell me about Oslo')],
      [ask('Tell me about Oslo'), ask('Tell me about old Rome')],
      '1→0 0→1~',
    ],
    ['the only call of a key, with another prompt', [ask('one')], [ask('completely new text')], '0→0'],
    [
      'retries with equal requests, one fewer',
      [ask('x', { status: 500 }), ask('x', { status: 500 }), ask('x')],
      [ask('x', { status: 500 }), ask('x')],
      '0→0 -1 2→1',
    ],
    ['a model that is renamed in the URL', [gemini('flash-1')], [gemini('flash-2')], '0→0'],
    [
      'the same request to another host',
      [ask('Name a river', { url: 'https://one.example.com/v1/chat' })],
      [ask('Name a river', { url: 'https://two.example.org/v1/chat' })],
      '0→0',
    ],
    [
      'requests that have nothing in common',
      [get('https://a.example.com/images/cat.png')],
      [get('https://b.example.org/token?scope=all')],
      '-0 +0',
    ],
    ['nothing and something', [], [ask('one')], '+0'],
  ])('%s', (_, before, after, expected) => expect(align(before, after)).toBe(expected));

  it('says when only the order of different calls changed', () => {
    const calls = [ask('one'), get('https://a.example.com/x')];
    const order = (after: Call[]) => alignExchanges(exchangesOf(calls), exchangesOf(after)).isOtherOrder;
    expect([order(calls), order(calls.toReversed())]).toEqual([false, true]);
  });

  const call = fc.record({
    url: fc.constantFrom('https://a.example.com/v1/chat', 'https://a.example.com/v1/embed'),
    ask: fc.constantFrom('Where is Rome?', 'Where is Oslo?', 'Count to ten', 'Name two rivers in Spain'),
    say: fc.constantFrom('yes', 'no'),
  });
  const calls = fc.array(call, { maxLength: 9 });

  it('has each exchange of both sides exactly once, equal for equal input', () => {
    fc.assert(
      fc.property(calls, calls, (first, second) => {
        const [before, after] = [exchangesOf(first), exchangesOf(second)];
        const { aligned } = alignExchanges(before, after);
        const positions = (side: 'before' | 'after') =>
          aligned.flatMap((one) => one[side]?.position ?? []).sort((a, b) => a - b);
        expect(positions('before')).toEqual(before.map(({ position }) => position));
        expect(positions('after')).toEqual(after.map(({ position }) => position));
        expect(aligned.every((one) => one.before !== null || one.after !== null)).toBe(true);
        expect(align(first, second)).toBe(align(first, second));
      }),
      { numRuns: 100 },
    );
  });

  it('finds exactly one added exchange where one is inserted', () => {
    fc.assert(
      fc.property(calls, call, fc.nat(9), (before, inserted, at) => {
        const after = before.toSpliced(at, 0, inserted);
        const { aligned } = alignExchanges(exchangesOf(before), exchangesOf(after));
        const added = aligned.filter((one) => one.before === null);
        expect(added).toHaveLength(1);
        expect(aligned.filter((one) => one.after === null || one.isMoved)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('pairs hundreds of calls of one key', () => {
    const many = (word: string) => Array.from({ length: 400 }, (_, index) => ask(`${word} ${index}`));
    const { aligned } = alignExchanges(exchangesOf(many('Count to')), exchangesOf(many('Please count to')));
    expect(aligned.filter(({ before, after }) => before && after)).toHaveLength(400);
  });
});
