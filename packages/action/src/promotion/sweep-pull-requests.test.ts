import { expect, it } from 'vitest';
import { isSweep } from './sweep-pull-requests.js';

const run = (eventName: string, ref = 'refs/heads/main') => ({
  ...{
    eventName,
    ref,
    payload: { repository: { full_name: 'octo-org/octo-tests', default_branch: 'main' } },
  },
});
const inputs = { token: '', mode: 'auto', matrix: { index: 0, total: 3 } } as const;

it.each([
  ['a scheduled run', run('schedule'), inputs, true],
  ['a dispatched run', run('workflow_dispatch'), inputs, true],
  ['one that only pulls', run('schedule'), { ...inputs, mode: 'pull' }, true],
  ['a second step that pushes', run('schedule'), { ...inputs, mode: 'push' }, false],
  ['another job of the matrix', run('schedule'), { ...inputs, matrix: { index: 1, total: 3 } }, false],
  ['a token', run('schedule'), { ...inputs, token: 'secret' }, false],
  ['another branch', run('workflow_dispatch', 'refs/heads/topic'), inputs, false],
  ['a tag of this name', run('workflow_dispatch', 'refs/tags/main'), inputs, false],
  ['a push', run('push'), inputs, false],
  ['a pull request', run('pull_request', 'refs/pull/3/merge'), inputs, false],
] as const)('%s sweeps or not', (_, about, given, expected) => {
  expect(isSweep(about, given)).toBe(expected);
});
