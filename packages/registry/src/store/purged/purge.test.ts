import { describe, expect, it } from 'vitest';
import { describePurge, refusedReason } from './purge.js';

describe('refusedReason', () => {
  it.each([
    ['it held a key', null],
    ['ein Schlüssel – “abc”', null],
    ['x'.repeat(500), null],
    ['', /^say why/],
    [' \t', /^say why/],
    ['x'.repeat(501), /at most 500/],
    ['two\nlines', /one line/],
    ['turned \u202e round', /one line/],
    ['half a \ud800 character', /one line/],
    ['a null\0', /one line/],
    ['the token was fr_12_0123456789abcdef', /looks like a token/],
  ])('%j', (reason, refused) => {
    const said = refusedReason(reason);
    if (refused === null) expect(said).toBeNull();
    else expect(said).toMatch(refused);
  });
});

it('tells a purge with its day in UTC', () => {
  const purge = { at: Date.UTC(2026, 10, 22, 23, 59), by: 'token 3 (ops)', reason: 'it held a key' };
  expect(describePurge(purge)).toBe('purged on 2026-11-22 by token 3 (ops): it held a key');
});
