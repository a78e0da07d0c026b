import { describe, expect, it } from 'vitest';
import { compareTexts } from '../differences/compare-texts.js';
import type { DriftReason } from '../differences/drift.js';
import { describeOpenings } from './describe-opening.js';

const PATH = 'choices[0].message.content';
const reworded: DriftReason = { rule: 'text', path: PATH, level: 'CONTENT', words: 'answer reworded' };

describe('describeOpenings', () => {
  it.each<[string, string, string, string | null]>([
    ['a tag', 'Humans live on Earth.', '<reasoning>Easy.</reasoning>Humans live on Earth.', '<reasoning>'],
    ['a tag before other words', 'Earth', '\n<think>\nWell.</think> Mars', '<think>'],
    ['another tag', '<think>a</think>Earth', '<reasoning>b</reasoning>Earth', '<reasoning>'],
    ['no tag that was there', '<think>a</think>Earth', '<think>b</think>Mars', null],
    ['no tag that vanished', '<think>a</think>Earth', 'Earth', null],
    ['no tag elsewhere', 'Earth', 'Mars <b>is red</b>', null],
    ['no comparison sign', 'Earth', '< 3 planets', null],
  ])('names %s', (_, before, after, tag) => {
    const words = describeOpenings([reworded], [compareTexts(PATH, before, after)]).map((one) => one.words);
    const expected = tag === null ? [] : [`the text now begins with \`${tag}\``];
    expect(words).toEqual([...expected, 'answer reworded']);
  });

  it('describes each text once, and keeps reasons about other places', () => {
    const other: DriftReason = { rule: 'finish', path: 'x', level: 'BEHAVIOUR', words: 'finish reason' };
    const texts = [compareTexts(PATH, 'Earth', '<a>Mars</a>')];
    expect(describeOpenings([other, reworded, reworded], texts).map(({ rule }) => rule)).toEqual([
      ...['finish', 'opening', 'text', 'text'],
    ]);
    expect(describeOpenings([], texts)).toEqual([]);
  });
});
