import { describe, expect, it } from 'vitest';
import type { Report } from './drift-report.js';
import { driftFailure } from './fail-on.js';

const NOTHING: Report = {
  level: null,
  unaccepted: 0,
  unacceptedLevel: null,
  added: 0,
  removed: 0,
  changed: 0,
  rekeyed: 0,
  moved: 0,
  errors: 0,
  markdown: '',
  text: '1 test behaves differently\nmore',
  url: 'https://fixtures.example.com/r',
  head: { id: 's1' },
  baseline: { id: 'baseline' },
};
const at = (level: Report['level']): Report => ({
  ...NOTHING,
  changed: 1,
  level,
  unaccepted: 1,
  unacceptedLevel: level,
});

describe('driftFailure', () => {
  it.each<[string, Report, ('any' | 'metadata' | 'content' | 'behaviour')[]]>([
    ['no difference', NOTHING, []],
    ['only additions', { ...NOTHING, added: 2, unaccepted: 2 }, ['any']],
    ['only a move', { ...NOTHING, moved: 1, unaccepted: 1 }, ['any']],
    ['cosmetic', at('COSMETIC'), ['any']],
    ['metadata', at('METADATA'), ['any', 'metadata']],
    ['content', at('CONTENT'), ['any', 'metadata', 'content']],
    ['behaviour that was accepted', { ...at('BEHAVIOUR'), unaccepted: 0, unacceptedLevel: null }, []],
    [
      'accepted behaviour beside content that was not',
      { ...at('BEHAVIOUR'), unacceptedLevel: 'CONTENT' },
      ['any', 'metadata', 'content'],
    ],
    ['behaviour', at('BEHAVIOUR'), ['any', 'metadata', 'content', 'behaviour']],
  ])('%s fails exactly at the levels of fail-on', (_, report, fails) => {
    const failing = (['any', 'metadata', 'content', 'behaviour'] as const).filter(
      (failOn) => driftFailure(report, failOn) !== null,
    );
    expect(failing).toEqual(fails);
    expect(driftFailure(report, 'never')).toBeNull();
  });

  it('contains the first line of the report', () => {
    expect(driftFailure(at('BEHAVIOUR'), 'content')).toBe(
      'Fixture drift at or above `fail-on: content`: 1 test behaves differently',
    );
  });
});
