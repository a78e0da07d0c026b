import { describe, expect, it } from 'vitest';
import { chooseWorkflow, WORKFLOW_PATH } from './choose-workflow.js';
import type { ExistingWorkflow } from './existing-workflows.js';

const workflow = (path: string, more: Partial<ExistingWorkflow> = {}): ExistingWorkflow => ({
  ...{ path, text: '', usesAction: false, testLine: null },
  ...more,
});
const lint = workflow('.github/workflows/lint.yml');
const tests = workflow('.github/workflows/tests.yml', { testLine: 12 });
const own = workflow(WORKFLOW_PATH);
const user = workflow('.github/workflows/a.yml', { usesAction: true, testLine: 3 });
const github = { host: 'github.com', runsActions: true, requested: undefined, force: false } as const;

describe('chooseWorkflow', () => {
  it.each([
    [[], github, { kind: 'new', replaces: false }],
    [[lint], github, { kind: 'new', replaces: false }],
    [[tests], github, { kind: 'step', path: tests.path, testLine: 12 }],
    [[tests], { ...github, requested: 'new' }, { kind: 'new', replaces: false }],
    [[], { ...github, requested: 'step' }, { kind: 'step', path: null }],
    [[own], github, { kind: 'step', reason: expect.stringContaining('--force') }],
    [[own], { ...github, force: true }, { kind: 'new', replaces: true }],
    [[tests, user], { ...github, requested: 'new', force: true }, { kind: 'present', path: user.path }],
    [[], { ...github, host: 'gitlab.com', runsActions: false }, { kind: 'other', host: 'gitlab.com' }],
    [[], { ...github, host: null }, { kind: 'new' }],
  ] as const)('%# %j', (workflows, facts, expected) => {
    expect(chooseWorkflow(workflows, facts)).toMatchObject(expected);
  });
});
