import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const REPOSITORY = 'acme/replaced';
const FIRST = { test: 'tests/test_a.py::test_first', ask: 'Say hello', say: 'Hello!' };
const SECOND = { test: 'tests/test_a.py::test_second', ask: 'Count to three', say: '1 2 3' };

describe.each(['embedded', 'postgres'] as const)('a push that only adds, %s', (database) => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('is reported as a replacement of the unchanged recordings of the same tests', async () => {
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: filesOf(record(FIRST), record(SECOND), record({ ...FIRST, test: 'tests/test_b.py::test_other' })),
    });
    const added = [
      record({ ...FIRST, ask: 'Say hello politely' }),
      record({ ...SECOND, ask: 'Count to three, slowly', say: '1 … 2 … 3' }),
      record({ ...FIRST, test: 'tests/test_c.py::test_new' }),
    ];
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 1, base: 'main' },
      add: filesOf(...added),
    });
    const answer = await registry.ask<{ repository: { drift: Report } }>(`{
      repository(owner: "acme", name: "replaced") {
        drift(pullRequest: 1) {
          level markdown text summary { added removed rekeyed unchanged }
          changes(first: 10) { nodes { kind level path summary before { path } } }
        }
      }
    }`);
    const { drift } = answer.repository;
    expect(drift.summary).toEqual({ added: 3, removed: 0, rekeyed: 0, unchanged: 3 });
    expect(drift.level).toBe('CONTENT');
    expect(drift.markdown.split('\n')[0]).toBe(
      '### 1 reworded, 1 cosmetic; 3 new (2 probably replace old ones)',
    );
    expect(drift.markdown).toContain('#### Probable replacements (2)');
    expect(drift.markdown).toContain('1 with the same answer, 1 with changed content');
    expect(drift.markdown).toContain('#### New (1)\n\n- `tests/test_c.py`');
    expect(drift.text).toContain('a push removes the old recordings only with --prune');
    const told = drift.changes.nodes.find(({ path }) => path === added[0]?.path);
    expect(told).toMatchObject({ kind: 'ADDED', level: 'COSMETIC', before: null });
    expect(told?.summary).toContain(`new, probably replaces ${record(FIRST).path}`);
    expect(told?.summary).toContain('Say hello → Say hello politely');
  });
});

interface Report {
  level: string | null;
  markdown: string;
  text: string;
  summary: Record<string, number>;
  changes: { nodes: { kind: string; level: string | null; path: string; summary: string; before: null }[] };
}
