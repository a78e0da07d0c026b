import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { pull } from '../../pull/pull.js';
import { push } from '../push.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const FILES = Object.fromEntries(NAMES.map((name) => [`recordings/${name}.json`, name]));
const unread = { what: 'unused', days: 30, force: false } as const;

/** Answers the query for unused recordings: one node a page. */
function answerUnused(
  registry: StandInRegistry,
  names: string[],
  since: string | null = '2020-01-01T00:00:00Z',
) {
  registry.fault = ({ body, json }, response) => {
    if (!body.toString().includes('query Unused')) return false;
    const position = Number(json['after'] ?? 0);
    const name = names[position];
    const nodes = name === undefined ? [] : [nodeOf(name)];
    const pageInfo = { hasNextPage: position + 1 < names.length, endCursor: String(position + 1) };
    const unused = { runs: 4, since, newestRunAt: since, nodes, pageInfo };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ data: { repository: { unused } } }));
    return true;
  };
}

function nodeOf(name: string) {
  const recording = {
    path: `recordings/${name}.json`,
    digest: digestOf(Buffer.from(name)),
    testId: null,
    model: 'm',
  };
  return { recording, lastUsedAt: '2020-02-01T00:00:00Z', runsSince: 4, isRemovable: true };
}

describe('push of unread removals', () => {
  it('removes unchanged files from the pull request and from disk, and keeps a changed one', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    registry.hold('pull/7', FILES);
    await pull(registry.connection, { directory: folder.path, target: { branch: 'main' } });
    writeFileSync(join(folder.path, 'recordings/b.json'), 'changed');
    answerUnused(registry, ['a', 'b', 'c']);
    const target = { pullRequest: 7 };

    const options = { directory: folder.path, target, unread, onlyRemovals: true } as const;
    const summary = await push(registry.connection, options);

    expect(summary).toMatchObject({ added: 0, changed: 0, removed: 2 });
    expect(summary.unread?.removed.map(({ words }) => words)).toEqual([
      'recordings/a.json (m, last read 2020-02-01)',
      'recordings/c.json (m, last read 2020-02-01)',
    ]);
    expect(summary.unread?.kept).toEqual([
      { path: 'recordings/b.json', reason: 'the file on disk is not what a pull wrote' },
    ]);
    expect(existsSync(join(folder.path, 'recordings/a.json'))).toBe(false);
    expect(readFileSync(join(folder.path, 'recordings/b.json'), 'utf8')).toBe('changed');
    expect(Object.keys(registry.held('pull/7'))).toEqual(
      ['b', 'd', 'e'].map((name) => `recordings/${name}.json`),
    );
    // A push of removals alone leaves the changed file to the next push.
    expect(await push(registry.connection, { directory: folder.path, target })).toMatchObject({
      changed: 1,
      added: 0,
    });
  });

  it('refuses to remove more than half, and another target than a pull request', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('pull/7', FILES);
    const target = { pullRequest: 7 };
    await pull(registry.connection, { directory: folder.path, target });
    answerUnused(registry, ['a', 'b', 'c']);
    const pushing = { directory: folder.path, target, unread };
    await expect(push(registry.connection, pushing)).rejects.toThrow(/remove 3 of 5 .*--prune-unused=force/);
    await expect(push(registry.connection, { ...pushing, target: { branch: 'main' } })).rejects.toThrow(
      'only removed within a pull request',
    );
    expect(Object.keys(registry.held('pull/7'))).toHaveLength(5);
    expect(existsSync(join(folder.path, 'recordings/a.json'))).toBe(true);
    const forced = await push(registry.connection, { ...pushing, unread: { ...unread, force: true } });
    expect(forced).toMatchObject({ removed: 3 });
  });

  it('fails when no run counts, and says why nothing is removable', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a' });
    registry.hold('pull/7', FILES);
    const pushing = { directory: folder.path, target: { pullRequest: 7 }, unread };
    answerUnused(registry, [], null);
    await expect(push(registry.connection, pushing)).rejects.toThrow(/^Nothing is known yet: /);
    answerUnused(registry, []);
    const { removed, unread: result } = await push(registry.connection, pushing);
    expect({ removed, result }).toEqual({
      removed: 0,
      result: { removed: [], kept: [], nothing: 'a run read every recording within 30 days' },
    });
  });
});
