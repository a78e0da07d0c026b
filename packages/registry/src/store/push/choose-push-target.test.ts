import { describe, expect, it } from 'vitest';
import { choosePushTarget, type PullRequestFacts } from './choose-push-target.js';

const OPEN = { number: '7', merged: null, closedByRun: null, run: null, isOnDefaultBranch: false };
const merged = { branch: 'm\u0430in', as: 4 };
const run = (id: number, attempt = 1) => ({ id, attempt });

describe('where a push to a pull request goes', () => {
  it.each<[string, Partial<PullRequestFacts>, object]>([
    ['a run on an open one', { run: run(5) }, { kind: 'own', reopens: false }],
    ['a re-run on an open one', { run: run(5, 2) }, { kind: 'own', reopens: false }],
    ['a token on an open one', {}, { kind: 'own', reopens: false }],
    ['a token on a merged one', { merged }, { kind: 'own', reopens: false }],
    ['a token on a closed one', { closedByRun: 5 }, { kind: 'own', reopens: false }],
    ['a run on a merged one', { merged, run: run(9) }, { kind: 'refused' }],
    ['a re-run on a merged one', { merged, run: run(5, 2) }, { kind: 'rerun' }],
    ['a run from before the closing', { closedByRun: 5, run: run(4) }, { kind: 'refused' }],
    ['the run of the closing', { closedByRun: 5, run: run(5) }, { kind: 'refused' }],
    ['a re-run from before the closing', { closedByRun: 5, run: run(4, 2) }, { kind: 'rerun' }],
    ['a run from after the closing', { closedByRun: 5, run: run(6) }, { kind: 'own', reopens: true }],
    ['a re-run from after the closing', { closedByRun: 5, run: run(6, 3) }, { kind: 'own', reopens: true }],
    [
      'a run from after the closing of a merged one',
      { merged, closedByRun: 5, run: run(6) },
      { kind: 'refused' },
    ],
    [
      'a re-run after the closing of a merged one',
      { merged, closedByRun: 5, run: run(6, 2) },
      { kind: 'rerun' },
    ],
  ])('%s', (_, facts, expected) => {
    expect(choosePushTarget({ ...OPEN, ...facts })).toMatchObject(expected);
  });

  it.each<[string, Partial<PullRequestFacts>, object]>([
    ['an open one', {}, { kind: 'own', reopens: false }],
    ['a merged one', { merged }, { kind: 'refused', message: expect.stringContaining('only to open') }],
    ['one that was closed before it started', { closedByRun: 5 }, { kind: 'refused' }],
    ['one that was closed after it started', { closedByRun: 50 }, { kind: 'refused' }],
    ['one that was closed and merged', { merged, closedByRun: 5 }, { kind: 'refused' }],
  ])('a run of the default branch, and its re-run, on %s', (_, facts, expected) => {
    for (const attempt of [1, 2]) {
      const onDefaultBranch = { isOnDefaultBranch: true, run: run(9, attempt) };
      expect(choosePushTarget({ ...OPEN, ...onDefaultBranch, ...facts })).toMatchObject(expected);
    }
  });

  it('shows the branch of the merge with its code points, and says what to expect', () => {
    const facts = { ...OPEN, merged };
    expect(choosePushTarget({ ...facts, run: run(1) })).toEqual({
      kind: 'refused',
      message:
        'pull request #7 was merged: it was promoted to m[U+0430]in as version 4, and its runs may not push any more',
    });
    expect(choosePushTarget({ ...facts, run: run(1, 2) })).toMatchObject({
      warning: expect.stringContaining('m[U+0430]in as version 4. This re-run is stored separately'),
    });
    expect(choosePushTarget({ ...facts, merged: null, closedByRun: 5, run: run(1) })).toEqual({
      kind: 'refused',
      message: 'pull request #7 was closed. Its runs may push again once it is reopened',
    });
  });
});
