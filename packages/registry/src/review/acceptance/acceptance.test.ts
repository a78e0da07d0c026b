import { describe, expect, it } from 'vitest';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { DriftChange } from '../differences/drift.js';
import { type Acceptance, changeKey, viewAcceptances } from './acceptance.js';
import { describeAcceptance } from './describe-acceptance.js';

const side = (digest: string) => ({ digest }) as DriftChange['before'];

function change(name: string, level: DriftLevel | null, before = 'aa', after = 'bb'): DriftChange {
  return {
    kind: 'CHANGED',
    level,
    path: `tests/recordings/${name}.json`,
    testId: `tests/test_desk.py::${name}`,
    before: before === '' ? null : side(before),
    after: after === '' ? null : side(after),
  } as DriftChange;
}

function by(who: string, ...changes: DriftChange[]): Acceptance[] {
  return changes.map((one) => ({ ...changeKey(one), by: who, means: 'LABEL', at: new Date(0) }));
}

const tool = change('test_tool', 'BEHAVIOUR');
const words = change('test_words', 'CONTENT');
const added = change('test_new', null, '');
const replacing = (replaced: string, after = 'bb') =>
  ({ ...change('test_new', 'CONTENT', '', after), kind: 'ADDED', replaces: side(replaced) }) as DriftChange;

describe('viewAcceptances', () => {
  it.each<[string, DriftChange]>([
    ['another digest before', change('test_tool', 'BEHAVIOUR', 'cc')],
    ['another digest after', change('test_tool', 'BEHAVIOUR', 'aa', 'cc')],
    ['no content before', change('test_tool', null, '')],
    ['no content after', change('test_tool', null, 'aa', '')],
    ['another path', change('test_other', 'BEHAVIOUR')],
  ])('does not match an acceptance with %s', (_, other) => {
    expect(viewAcceptances([other], by('alice', tool)).accepted).toEqual([]);
    expect(viewAcceptances([tool], by('alice', other)).accepted).toEqual([]);
  });

  it('matches a new recording until it or the recording that it replaces changes', () => {
    const isAccepted = (other: DriftChange) =>
      viewAcceptances([other], by('alice', replacing('aa'))).accepted.length === 1;
    expect(isAccepted(replacing('aa'))).toBe(true);
    for (const other of [replacing('aa', 'cc'), replacing('cc'), added])
      expect(isAccepted(other)).toBe(false);
  });

  it('has the highest level of the remaining changes', () => {
    const level = (...accepted: DriftChange[]) =>
      viewAcceptances([tool, words, added], by('alice', ...accepted)).unacceptedLevel;
    expect(level()).toBe('BEHAVIOUR');
    expect(level(tool)).toBe('CONTENT');
    expect(level(tool, words)).toBeNull();
  });
});

describe('describeAcceptance', () => {
  it.each<[string, DriftChange[], Acceptance[], string | null]>([
    ['no acceptance', [tool], [], null],
    ['the only change', [tool], by('alice', tool), '`alice` accepted the only change.'],
    ['all changes', [tool, words], by('alice', tool, words), '`alice` accepted all 2 changes.'],
    [
      'some changes',
      [tool, words, added],
      by('alice', words),
      '`alice` accepted 1 of 3 changes. Not accepted (highest level: behaviour): `test_desk.py::test_tool` and `test_desk.py::test_new`.',
    ],
    [
      'changes accepted by two people',
      [tool, words, added],
      [...by('alice', tool), ...by('bob', words)],
      '`alice` accepted 1 and `bob` accepted 1: together 2 of 3 changes. Not accepted: `test_desk.py::test_new`.',
    ],
    ['a name with markup', [tool], by('a`b', tool), "`a'b` accepted the only change."],
  ])('describes %s', (_, changes, acceptances, said) => {
    expect(describeAcceptance(viewAcceptances(changes, acceptances))).toBe(said);
  });
});
