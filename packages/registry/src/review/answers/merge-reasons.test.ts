import { describe, expect, it } from 'vitest';
import type { DriftReason } from '../differences/drift.js';
import { mergeReasons } from './merge-reasons.js';

const reason = (rule: string, words: string, rest: Partial<DriftReason> = {}): DriftReason => ({
  rule,
  words,
  level: 'BEHAVIOUR',
  path: 'x',
  ...rest,
});
const words = (reasons: DriftReason[]) => mergeReasons(reasons).map((merged) => merged.words);

const gone = reason('tool', 'no longer calls `go(x: 1)`');
const ended = reason('finish reason', 'finish reason `tool_calls` → `stop`');

describe('mergeReasons', () => {
  it('makes one sentence of calls, finish reason and the text that comes with them', () => {
    const answers = reason('text', 'answer is no longer empty');
    expect(words([ended, gone, answers])).toEqual(['no longer calls `go(x: 1)`: `tool_calls` → `stop`']);
    const second = reason('tool', 'no longer calls `stop()`', { path: 'y' });
    expect(words([gone, second])).toEqual(['no longer calls `go(x: 1)` and `stop()`']);
  });

  it('keeps what it cannot attribute', () => {
    const coming = reason('tool', 'now calls `come()`');
    expect(words([gone, coming, ended])).toEqual([gone.words, coming.words, ended.words]);
    expect(words([{ ...gone, level: 'CONTENT' }, ended])).toEqual([gone.words, ended.words]);
    expect(words([gone, { ...ended, level: 'METADATA' }])).toEqual([gone.words, ended.words]);
    const [left, right] = [ended, { ...ended, words: 'finish reason `tool_calls` → `length`' }];
    expect(words([gone, left, right])).toEqual([gone.words, left.words, right.words]);
  });

  it('counts all places that differ in the same way', () => {
    const many = Array.from({ length: 1536 }, (_, index) =>
      reason('embedding', 'embedding changed', { level: 'CONTENT', path: `data[${index}].embedding` }),
    );
    expect(mergeReasons(many)).toEqual([{ ...many[0], count: 1536 }]);
    const other = many.map((one, index) => ({ ...one, words: `${one.words} ${index}` }));
    expect(mergeReasons(other).map(({ count }) => count ?? 1)).toEqual([1, 1, 1534]);
  });
});
