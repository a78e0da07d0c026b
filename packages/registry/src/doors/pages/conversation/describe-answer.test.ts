import { expect, it } from 'vitest';
import type { Part } from './conversation.js';
import { describeAnswer } from './describe-answer.js';

const part = (kind: Part['kind'], text: string, name = ''): Part => ({ kind, name, text });

it.each<[Part[], string | null]>([
  [[], null],
  [[part('text', '  ')], null],
  [[part('text', 'It is\n sunny.')], 'responds `It is sunny.`'],
  [[part('text', 'Let me look.'), part('call', '{}', 'search')], 'calls `search`'],
  [['a', 'b', 'c', 'd'].map((name) => part('call', '{}', name)), 'calls `a`, `b`, `c` and 1 more'],
  [[part('text', `\`${'x'.repeat(500)}`)], `responds \`'${'x'.repeat(118)}…\``],
])('describes a response: %j', (parts, words) => {
  expect(describeAnswer({ answer: [{ who: 'assistant', parts }] })).toBe(words);
});
