import { expect, it } from 'vitest';
import type { DriftLevel } from '../../vocabulary/level.js';
import { judgeRepeats, type WatchVerdict } from './judge-repeats.js';

const LEVELS: Record<string, DriftLevel | null> = {
  ...{ '-': null, o: 'COSMETIC', m: 'METADATA', c: 'CONTENT', b: 'BEHAVIOUR' },
};
const levels = (text: string) => [...text].map((letter) => LEVELS[letter] ?? null);

// One letter for each repeat: against the baseline, then against the first repeat.
it.each<[against: string, between: string, WatchVerdict]>([
  // One repeat alone cannot be unstable.
  ['b', '', 'drifted'],
  ['c', '', 'text'],
  ['m', '', 'quiet'],
  ['-', '', 'quiet'],
  // All repeats behave differently, in the same way.
  ['bbb', '--', 'drifted'],
  ['bbb', 'cc', 'drifted'],
  ['bbb', 'om', 'drifted'],
  // Differently from the recording and from each other.
  ['bbb', '-b', 'unstable'],
  ['bbb', 'bb', 'unstable'],
  // Only some repeats differ.
  ['b--', 'bb', 'unstable'],
  ['-b-', 'b-', 'unstable'],
  ['bbc', '-c', 'unstable'],
  ['bb-', '-c', 'unstable'],
  // Close to the recording, but not to each other.
  ['cc', 'b', 'unstable'],
  // Other words are no behaviour, however often they change.
  ['ccc', 'cc', 'text'],
  ['-c-', 'c-', 'text'],
  ['omo', 'mm', 'quiet'],
  ['---', '--', 'quiet'],
])('repeats %j, among each other %j: %s', (against, between, verdict) => {
  expect(judgeRepeats(levels(against), levels(between))).toBe(verdict);
});
