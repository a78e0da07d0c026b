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

  it('fetches the ages of the recordings with the plan', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'recordings/a.json': 'a' });
    const older = { olderThanMonth: 1, olderThanQuarter: 1, olderThanHalfYear: 1, olderThanYear: 0 };
    const times = { oldest: '2026-01-01T00:00:00.000Z', newest: '2026-01-01T00:00:00.000Z' };
    const ages = {
      ...{ recordings: 1, ...older, ...times },
      models: [{ model: 'gpt-4o', recordings: 1, ...older, ...times }],
    };
    registry.editPlan = (plan) => Object.assign(plan['snapshot'] as object, { ages });
    const { snapshot, ages: received } = await status(registry.connection, {
      directory: folder.path,
      target,
    });
    expect(received).toEqual(ages);
    expect(snapshot).not.toHaveProperty('ages');
    expect(registry.asked.map(({ body }) => body.toString())).toEqual([expect.stringContaining('ages { ')]);
  });

  it('works without ages', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'recordings/a.json': 'a' });
    registry.fault = ({ body }, response) => {
      if (!body.includes('ages {')) return false;
      const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
      const errors = [{ message: 'Cannot query field "ages" on type "Snapshot".', extensions }];
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ errors }));
      return true;
    };
    expect(await status(registry.connection, { directory: folder.path, target })).toMatchObject({
      ...{ ages: null, missing: ['recordings/a.json'] },
    });
    registry.fault = () => false;
    registry.editPlan = (plan) => Object.assign(plan['snapshot'] as object, { ages: { models: 'many' } });
    expect(await status(registry.connection, { directory: folder.path, target })).toMatchObject({
      ages: null,
    });
  });
});
