import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const REPOSITORY = 'acme/shop';
const ref = { pullRequest: 7, base: 'main' };
const first = record({ test: 'tests/a.py::test_one', ask: 'one', say: 'One.' });
const second = record({ test: 'tests/a.py::test_two', ask: 'two', say: 'Two.' });

describe.each(['embedded', 'postgres'] as const)('the title and author of a pull request, on %s', (kind) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(kind === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' }, add: filesOf(first) });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const push = (about: { title?: string; author?: string } = {}) =>
    pushFiles(registry, { repository: REPOSITORY, ref, add: filesOf(second), ...about });

  async function shown(): Promise<unknown> {
    const { repository } = await registry.ask<{ repository: { pullRequest: unknown } }>(
      '{ repository(owner: "acme", name: "shop") { pullRequest(number: 7) { title author } } }',
    );
    return repository.pullRequest;
  }

  it('come with a push, also with one that changes no recording, and stay when a push has none', async () => {
    await push({});
    expect(await shown()).toEqual({ title: null, author: null });
    await push({ title: 'Add a tool', author: 'octocat' });
    expect(await shown()).toEqual({ title: 'Add a tool', author: 'octocat' });
    await push({});
    expect(await shown()).toEqual({ title: 'Add a tool', author: 'octocat' });
    await push({ title: 'Add two tools' });
    expect(await shown()).toEqual({ title: 'Add two tools', author: 'octocat' });
  });

  it('are one line of bounded length', async () => {
    await push({ title: `Add\n\u001b[2J${'x'.repeat(1_000)}`, author: 'o'.repeat(1_000) });
    expect(await shown()).toEqual({ title: `Add [2J${'x'.repeat(249)}`, author: 'o'.repeat(64) });
  });
});
