import { expect, it } from 'vitest';
import { renderCheckRun } from './check-run.js';
import type { Report } from './drift-report.js';

const report = (unacceptedLevel: Report['level'], markdown = '### 🟡 1 reworded'): Report => ({
  level: 'BEHAVIOUR',
  unaccepted: unacceptedLevel === null ? 0 : 1,
  unacceptedLevel,
  added: 0,
  removed: 0,
  changed: 1,
  rekeyed: 0,
  moved: 0,
  errors: 0,
  markdown,
  text: '1 reworded\nmore',
  url: 'https://fixtures.example.com/r',
  head: { id: 's1' },
  baseline: { id: 'baseline' },
});

it.each([
  [null, 'any', 'success'],
  ['COSMETIC', 'content', 'success'],
  ['METADATA', 'never', 'success'],
  ['CONTENT', 'never', 'neutral'],
  ['BEHAVIOUR', 'never', 'neutral'],
  ['CONTENT', 'behaviour', 'neutral'],
  ['CONTENT', 'content', 'failure'],
  ['COSMETIC', 'any', 'failure'],
] as const)('unaccepted drift of level %s with fail-on %s is a %s', (level, failOn, conclusion) => {
  expect(renderCheckRun(report(level), failOn)).toEqual({
    conclusion,
    title: '🟡 1 reworded',
    summary: '### 🟡 1 reworded',
  });
});

it('links to a report that is too long', () => {
  expect(renderCheckRun(report(null, 'x'.repeat(65_536)), 'never').summary).toBe(
    '[View the report](https://fixtures.example.com/r)',
  );
});

it('has no mark with a report of an earlier registry', () => {
  expect(renderCheckRun(report('CONTENT', '### 1 reworded'), 'never').title).toBe('1 reworded');
});
