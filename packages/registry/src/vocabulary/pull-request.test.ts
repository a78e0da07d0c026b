import { expect, it } from 'vitest';
import { describePullRequest } from './pull-request.js';

it.each([
  ['Add a tool', 'Add a tool'],
  ['  Add\ta\r\ntool\u2028now ', 'Add a tool now'],
  ['\u001b[31mred\u0007', '[31mred'],
  ['<b>"quoted" & `code`</b>', '<b>"quoted" & `code`</b>'],
  ['\u0000\n ', null],
  ['', null],
  ['a'.repeat(300), 'a'.repeat(256)],
  ['💩'.repeat(300), '💩'.repeat(256)],
  [`${'a'.repeat(255)} b`, 'a'.repeat(255)],
  [null, null],
  [undefined, null],
])('stores the title %j as %j', (title, stored) => {
  expect(describePullRequest({ title }).title).toBe(stored);
});

it('cuts an author to 64 characters', () => {
  expect(describePullRequest({ author: 'b'.repeat(100) })).toEqual({ title: null, author: 'b'.repeat(64) });
});
