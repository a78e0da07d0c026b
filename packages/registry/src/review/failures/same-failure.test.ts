import { describe, expect, it, test } from 'vitest';
import type { Failure } from '../../vocabulary/failure.js';
import type { DriftChange } from '../differences/drift.js';
import { describeFailure, failureReason } from './describe-failure.js';
import { commonText, isSameFailure, withoutGenerated } from './same-failure.js';
import { shareFailureWords } from './share-failure-words.js';

const error = (text: string, status: number | null = 400): Failure => ({
  kind: 'ERROR',
  status,
  tool: null,
  text,
});

test.each([
  ['Item rs_68c1a2b3c4d5e6f7a8b9c0d1 is missing', 'Item … is missing'],
  ['request 123e4567-e89b-12d3-a456-426614174000 failed', 'request … failed'],
  ['request_id: req_011CSHoEeqs5C35K2UUqR7Fy', 'request_id: …'],
  ['until 2025-01-01T10:00:00.123Z', 'until …'],
  ['try again in 6.31s or 20 ms', 'try again in … or …'],
  ['at 0x7f3a2b10c0de', 'at …'],
  ['since 1735689600', 'since …'],
  ['gpt-4o-2024-08-06 takes at most 4096 tokens', 'gpt-4o-2024-08-06 takes at most 4096 tokens'],
  [
    "Input tag 'web_search_20250305' and 'text_editor_20250124'",
    "Input tag 'web_search_20250305' and 'text_editor_20250124'",
  ],
])('"%s" without generated values is "%s"', (text, expected) => {
  expect(withoutGenerated(text)).toBe(expected);
});

describe('two failures', () => {
  test.each<[string, Failure, Failure, boolean]>([
    ['numbers', error('used 12 of 10'), error('used 3 of 10'), true],
    ['messages', error('too long'), error('too short'), false],
    ['statuses', error('x', 400), error('x', 429), false],
    ['kinds', error('x'), { ...error('x'), kind: 'EMPTY' }, false],
    ['tools', { ...error('x'), tool: 'a' }, { ...error('x'), tool: 'b' }, false],
  ])('that differ in %s', (_, a, b, same) => {
    expect(isSameFailure(a, b)).toBe(same);
    expect(isSameFailure(a, null)).toBe(false);
  });
});

describe('one cause', () => {
  it('has one text, with the numbers that all share', () => {
    expect(commonText(['used 12 of 4,096 tokens', 'used 9 of 4,096 tokens'])).toBe('used … of 4,096 tokens');
    expect(commonText(['at most 4096'])).toBe('at most 4096');
  });

  it('has equal words in all changes', () => {
    const change = (failure: Failure | null) =>
      ({ failure, reasons: failure ? [failureReason(failure)] : [] }) as unknown as DriftChange;
    const [long, longer, other, good] = [
      change(error('used 12')),
      change(error('used 13')),
      change(error('no')),
      change(null),
    ];
    const shared = shareFailureWords([long, longer, other, good]);
    expect([...shared.keys()]).toEqual([long, longer]);
    for (const [reason] of shared.values()) expect(reason?.words).toBe('is an error (400): `used …`');
  });
});

test.each<[Failure, string]>([
  [error('too long'), 'is an error (400): `too long`'],
  [error('', null), 'is an error'],
  [{ ...error('no `key`'), kind: 'TOOL_ERROR', tool: 'go' }, "the result of `go` is an error: `no 'key'`"],
  [{ ...error(''), kind: 'TOOL_ERROR' }, 'the result of a tool is an error'],
  [{ ...error(''), kind: 'EMPTY' }, 'is an empty answer'],
  [{ ...error('only reasoning'), kind: 'EMPTY' }, 'is an empty answer (`only reasoning`)'],
  [{ ...error('length'), kind: 'CUT_OFF' }, 'is cut off by a token limit (`length`)'],
  [{ ...error('SAFETY'), kind: 'CUT_OFF' }, 'is cut off by a content filter (`SAFETY`)'],
])('%o is described as "%s"', (failure, words) => {
  expect(describeFailure(failure)).toBe(words);
});
