import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../test/report-changes.js';
import { renderMarkdown } from './markdown/render-markdown.js';
import { describeNewUnread, describeUse, sumUses } from './read-words.js';
import { renderText } from './text/render-text.js';

const at = Date.parse('2026-10-02T23:00:00Z');

it.each([
  [3, 18, '3 of the 18 new recordings were not read by this run'],
  [1, 18, '1 of the 18 new recordings was not read by this run'],
  [1, 1, 'The only new recording was not read by this run'],
  [1200, 1800, '1,200 of the 1,800 new recordings were not read by this run'],
  [0, 18, null],
])('%i of %i', (unread, of, expected) => {
  const changes = reportOf(Array.from({ length: unread }, () => ({ kind: 'ADDED' }))).drift.changes;
  expect(describeNewUnread({ of, unread: changes })).toBe(expected);
});

it.each([
  [{ lastUsedAt: at, runsSince: 4 }, 'last read 2026-10-02'],
  [{ lastUsedAt: null, runsSince: 41 }, 'never read by the 41 runs that count'],
  [{ lastUsedAt: null, runsSince: 1 }, 'never read by the 1 run that counts'],
  [{ lastUsedAt: null, runsSince: 0 }, 'never read'],
])('%j: %s', (use, expected) => {
  expect(describeUse(use)).toBe(expected);
});

describe('a report of what runs read', () => {
  const report = reportOf([
    { kind: 'ADDED', path: 'new.json' },
    { kind: 'ADDED', path: 'stray.json' },
    { kind: 'REMOVED', path: 'old.json' },
    { kind: 'REMOVED', path: 'older.json' },
  ]);
  const unread = report.drift.changes.filter(({ path }) => path === 'stray.json');
  const removedUse = new Map([
    ['old.json', 'last read 2026-10-02'],
    ['older.json', 'never read'],
  ]);
  const whole = { ...report, newUnread: { of: 2, unread }, removedUse };

  it('counts and names them in the comment', () => {
    const text = renderMarkdown(whole);
    expect(text).toContain('\n\n1 of the 2 new recordings was not read by this run.\n\n');
    expect(text).toMatch(/1 not read by this run, by test file<\/summary>\n\n- .*path=stray\.json/);
    expect(text).toMatch(/2 removed, by test file.*; 1 last read 2026-10-02 and 1 never read\n/s);
    const silent = renderMarkdown({ ...whole, newUnread: { of: 2, unread: [] } });
    expect(silent).not.toContain('not read');
  });

  it('counts them in the text', () => {
    const text = renderText(whole);
    expect(text).toContain('\n1 of the 2 new recordings was not read by this run\n');
    expect(text).toMatch(/\nNot read by this run\n {2}\S+: 1 recording/);
    expect(text).toMatch(/\nRemoved\n .*; 1 last read 2026-10-02 and 1 never read\n/);
  });

  it('says once what all removed recordings have in common', () => {
    const removed = report.drift.changes.filter(({ kind }) => kind === 'REMOVED');
    const same = new Map(removed.map(({ path }) => [path, 'never read']));
    expect(sumUses(removed, same)).toBe('never read');
    same.delete('old.json');
    expect(sumUses(removed, same)).toBe('1 never read');
    expect(sumUses(removed, new Map())).toBe('');
  });
});
