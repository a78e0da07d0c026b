import { expect, it } from 'vitest';
import type { Part } from '../conversation/conversation.js';
import { describeOutcome } from './load-outcomes.js';

const part = (kind: Part['kind'], text: string, name = ''): Part => ({ kind, name, text });

it.each<[Part[], string | null]>([
  [[], null],
  [[part('text', '  ')], null],
  [[part('text', 'It is\n sunny.')], 'responds `It is sunny.`'],
  [[part('text', 'Let me look.'), part('call', '{}', 'search')], 'calls `search`'],
  [['a', 'b', 'c', 'd'].map((name) => part('call', '{}', name)), 'calls `a`, `b`, `c` and 1 more'],
  [[part('text', `\`${'x'.repeat(500)}`)], `responds \`'${'x'.repeat(118)}…\``],
])('describes what a recording responds: %j', (parts, words) => {
  expect(describeOutcome({ answer: [{ who: 'assistant', parts }] })).toBe(words);
});
