import { describe, expect, it } from 'vitest';
import { watchRepeat, whyNotWatched } from './watch-position.js';

const run = (eventName: string, ref: string, defaultBranch?: string) => ({
  eventName,
  ref,
  payload:
    defaultBranch === undefined ? {} : { repository: { full_name: 'o/r', default_branch: defaultBranch } },
});

describe('whyNotWatched', () => {
  it.each([
    ['schedule', 'refs/heads/main', 'main'],
    ['schedule', 'refs/heads/main', undefined],
    ['workflow_dispatch', 'refs/heads/trunk', 'trunk'],
  ])('lets a %s run on %s of a repository with %s record', (event, ref, defaultBranch) => {
    expect(whyNotWatched(run(event, ref, defaultBranch))).toBeNull();
  });

  it.each([
    ['push', 'refs/heads/main', 'this is a `push` run on `main`'],
    ['pull_request', 'refs/pull/3/merge', 'this is a `pull_request` run on `refs/pull/3/merge`'],
    [
      'workflow_dispatch',
      'refs/heads/topic',
      'runs of the default branch `main`, and this run is on `topic`',
    ],
    ['workflow_dispatch', 'refs/tags/v1', 'this run is on `refs/tags/v1`'],
  ])('says why a %s run on %s does not', (event, ref, reason) => {
    expect(whyNotWatched(run(event, ref, 'main'))).toContain(reason);
  });
});

describe('watchRepeat', () => {
  const job = (watchRepeats: number, index: number, total: number) =>
    watchRepeat({ watchRepeats, matrix: { index, total } });

  it('counts the positions of the matrix from 1', () => {
    expect(job(1, 0, 1)).toEqual({ repeat: 1, repeats: 1 });
    expect(job(3, 2, 3)).toEqual({ repeat: 3, repeats: 3 });
  });

  it.each([
    [3, 0, 1, 'the job has no matrix. Give the job `strategy: { matrix: { repeat: [1, 2, 3] } }`'],
    [2, 3, 6, 'the matrix has 6 jobs. Give the job `strategy: { matrix: { repeat: [1, 2] } }`'],
    [1, 0, 4, 'Set `watch-repeats: 4` if each job records all tests'],
  ])('refuses %s repeats at position %s of %s', (repeats, index, total, problem) => {
    expect(job(repeats, index, total)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
