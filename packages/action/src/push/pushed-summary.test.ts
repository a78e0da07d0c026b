import type { PushSummary } from '@fixture-registry/client';
import { describe, expect, it } from 'vitest';
import { pushedSummary } from './pushed-summary.js';

const SNAPSHOT = {
  id: '5:12.3-9f2c1ab34d5e',
  branch: 'main',
  pullRequest: null,
  version: 3,
  commit: null,
  createdAt: '2026-01-01T00:00:00Z',
  recordingCount: 1235,
};
const PUSHED: PushSummary = {
  snapshot: SNAPSHOT,
  created: true,
  added: 1,
  changed: 0,
  removed: 0,
  removedPaths: [],
  unchanged: 1234,
  uploaded: 1,
  baseline: null,
  baselineReason: 'the base branch has no recordings',
  problems: [],
  warnings: [],
  defaultBranchChange: null,
  unplayable: null,
  possibleSecrets: null,
  redacted: [],
};
const BRANCH = { target: { branch: 'main' }, fork: null };
const NO_COMMENT = { commentUrl: null, problem: null, notes: [null] };
const summary = (change: Partial<PushSummary>) =>
  pushedSummary({ ...PUSHED, ...change }, BRANCH, null, NO_COMMENT);

describe('pushedSummary', () => {
  it('begins with the target and the counts', () => {
    expect(summary({})).toBe(
      '### Fixtures pushed to `main`\n\n' +
        '1 added · 0 changed · 0 removed · 1,234 unchanged · 1 uploaded · snapshot `5:12.3-9f2c1ab34d5e`',
    );
  });

  it('contains each warning once', () => {
    expect(summary({ warnings: ['No file matches.'] }).split('⚠️ No file matches.')).toHaveLength(2);
  });

  it('says how many recordings the recorder will not find', () => {
    const unplayable = { totalCount: 2, outdated: 1, misnamed: 1, misplaced: 0, recordings: [] };
    expect(summary({ unplayable })).toContain('2 recordings will not be found by the recorder: 1 misnamed');
    expect(summary({ unplayable: { ...unplayable, totalCount: 0 } })).not.toContain('recorder');
  });

  it('lists at most 50 removed paths and counts the rest', () => {
    const removedPaths = Array.from({ length: 60 }, (_, index) => `recordings/${index}.json`);
    const lines = summary({ removed: 60, removedPaths }).split('\n');
    expect(lines.filter((line) => line.startsWith('- `'))).toHaveLength(50);
    expect(lines.at(-1)).toBe('… and 10 more');
  });

  it('names the fork, the baseline and the comment of a pull request', () => {
    const target = { pullRequest: 3, base: 'main' };
    const comment = {
      commentUrl: 'https://github.com/o/r/pull/3#issuecomment-1',
      problem: null,
      notes: [null, '1 of 2 pulled.'],
    };
    const text = pushedSummary(PUSHED, { target, fork: 'somebody/fork' }, null, comment);
    expect(text).toContain('### Fixtures pushed to pull request #3 into `main`');
    expect(text).toContain('Baseline: none (the base branch has no recordings)');
    expect(text).toContain('These recordings come from the fork `somebody/fork`.');
    expect(text).toContain(`(${comment.commentUrl})`);
    expect(text).toContain('\n\n1 of 2 pulled.\n\n');
  });
});
