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
          level headline markdown text summary { added removed rekeyed unchanged }
          changes(first: 10) { nodes { kind level path summary before { path } replaces { path } } }
        }
      }
    }`);
    const { drift } = answer.repository;
    expect(drift.summary).toEqual({ added: 3, removed: 0, rekeyed: 0, unchanged: 3 });
    expect(drift.level).toBe('CONTENT');
    expect(drift.headline).toBe('1 answer in other words; 3 new');
    expect(drift.markdown.split('\n')[0]).toBe(`### 🟡 ${drift.headline}`);
    expect(drift.markdown).toContain('<summary>2 recordings with a changed request</summary>');
    expect(drift.markdown).toMatch(/<summary>3 new, by test file<\/summary>[^<]*- `tests\/test_c\.py`/);
    expect(drift.text).toContain(
      '2 new recordings replace older recordings, which a push removes only with --prune',
    );
    const told = drift.changes.nodes.find(({ path }) => path === added[0]?.path);
    expect(told).toMatchObject({ kind: 'ADDED', before: null, replaces: { path: record(FIRST).path } });
    expect(told?.summary).toContain(`new recording, replaces ${record(FIRST).path}`);
    expect(told?.summary).toContain('prompt reworded');
  });
});

interface Report {
  headline: string;
  level: string | null;
  markdown: string;
  text: string;
  summary: Record<string, number>;
  changes: {
    nodes: {
      kind: string;
      level: string | null;
      path: string;
      summary: string;
      before: null;
      replaces: { path: string } | null;
    }[];
  };
}
