import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { pull } from '../../pull/pull.js';
import { push } from '../push.js';

const target = { branch: 'main' };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'x/recordings/y/c.json': 'c' };

describe('push --prune', () => {
  it('removes recordings of the ref that match the paths and are not on disk', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a' });
    registry.hold('main', { ...FILES, 'outside.json': 'o' });
    await push(registry.connection, { directory: folder.path, target });
    expect(Object.keys(registry.held('main'))).toHaveLength(4);

    const pruning = { directory: folder.path, target, prune: true } as const;
    await expect(push(registry.connection, pruning)).rejects.toThrow(/would remove 2 of 3 .*--prune=force/);
    expect(Object.keys(registry.held('main'))).toHaveLength(4);

    const summary = await push(registry.connection, { ...pruning, prune: 'force' });

    const removedPaths = ['recordings/b.json', 'x/recordings/y/c.json'];
    expect(summary).toMatchObject({ removed: 2, removedPaths });
    expect(registry.held('main')).toEqual({ 'recordings/a.json': 'a', 'outside.json': 'o' });
  });

  it('removes at most half of the files pulled, and keeps those that other jobs pushed since', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, target });
    unlinkSync(join(folder.path, 'recordings/a.json'));
    registry.hold('main', { ...FILES, 'recordings/theirs.json': 't' });
    const pruning = { directory: folder.path, target, prune: true } as const;
    expect(await push(registry.connection, pruning)).toMatchObject({ removedPaths: ['recordings/a.json'] });
    // Another push came in between: only the files of the pull may be removed, not all of the ref.
    expect(await push(registry.connection, pruning)).toMatchObject({ removedPaths: [] });
    expect(Object.keys(registry.held('main'))).toContain('recordings/theirs.json');
  });

  it('refuses after a failed pull, until one succeeds; or pushes without pruning, if requested', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a', 'recordings/b.json': 'b' });
    registry.hold('main', FILES);
    const failing = pull(registry.connection, { directory: folder.path, target: { branch: 'mian' } });
    await expect(failing).rejects.toThrow('no mian');
    const pruning = { directory: folder.path, target, prune: true } as const;
    await expect(push(registry.connection, pruning)).rejects.toThrow(/last pull .* failed/);
    for (const prune of [true, 'force'] as const) {
      const skipping = { ...pruning, prune, afterFailedPull: 'skip' } as const;
      const skipped = await push(registry.connection, skipping);
      expect(skipped).toMatchObject({
        removed: 0,
        warnings: [expect.stringContaining('Nothing was pruned')],
      });
    }
    await pull(registry.connection, { directory: folder.path, target });
    unlinkSync(join(folder.path, 'recordings/a.json'));
    expect(await push(registry.connection, pruning)).toMatchObject({ removed: 1, warnings: [] });
  });

  it('removes nothing outside the selection of the pull', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, {
      directory: folder.path,
      target,
      selection: { paths: ['recordings/*'] },
    });
    unlinkSync(join(folder.path, 'recordings/a.json'));

    const summary = await push(registry.connection, { directory: folder.path, target, prune: true });

    expect(summary.removed).toBe(1);
    expect(Object.keys(registry.held('main'))).toEqual(['recordings/b.json', 'x/recordings/y/c.json']);
  });

  it('removes nothing from a ref that does not exist yet', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    const summary = await push(registry.connection, { directory: folder.path, target, prune: true });
    expect(summary).toMatchObject({ added: 3, removed: 0 });
  });
});
