import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { pull } from '../pull/pull.js';
import { status } from './status.js';

const target = { branch: 'main' };

describe('status', () => {
  it('tells which side changed', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    const before = { 'recordings/same.json': 's', 'recordings/here.json': 'h', 'recordings/there.json': 't' };
    registry.hold('main', before);
    await pull(registry.connection, { directory: folder.path, target });
    registry.hold('main', { ...before, 'recordings/there.json': 'T', 'missing.json': 'm' });
    folder.write({ 'recordings/here.json': 'H', 'recordings/new.json': 'n' });

    expect(await status(registry.connection, { directory: folder.path, target })).toMatchObject({
      snapshot: { id: 'main@2' },
      new: ['recordings/new.json'],
      modified: ['recordings/here.json'],
      missing: ['missing.json'],
      behind: ['recordings/there.json'],
      unchanged: 1,
    });
  });

  it('reports all files as new for a ref without recordings', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a' });
    const question = { directory: folder.path, target };
    expect(await status(registry.connection, { ...question, ifMissing: 'base' })).toMatchObject({
      ...{ snapshot: null, new: ['recordings/a.json'], unchanged: 0 },
    });
    await expect(status(registry.connection, question)).rejects.toThrow('no main');
  });
});
