import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { pull } from '../pull/pull.js';
import { push } from './push.js';

const target = { branch: 'main' };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'x/recordings/y/c.json': 'c' };

function added(registry: StandInRegistry): string[] {
  const inputs = registry.drain('/graphql').map(({ json }) => json['input'] as { add: { path: string }[] });
  return (inputs.at(-1)?.add ?? []).map(({ path }) => path);
}

describe('push', () => {
  it('sends the recordings that match the patterns, and each content once', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({
      ...FILES,
      'recordings/same.json': 'a',
      'src/main.json': 'no',
    });
    const directory = folder.path;

    const summary = await push(registry.connection, {
      directory,
      target,
      commit: 'c1',
      defaultBranch: 'main',
    });

    expect(summary).toMatchObject({
      created: true,
      added: 4,
      changed: 0,
      removed: 0,
      unchanged: 0,
      uploaded: 3,
    });
    expect(registry.held('main')).toEqual({ ...FILES, 'recordings/same.json': 'a' });
    const [question] = registry.drain('/graphql');
    expect(question?.json['input']).toMatchObject({ commit: 'c1', defaultBranch: 'main', ref: target });
  });

  it('creates one snapshot when sent twice, and adds nothing the second time', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    await push(registry.connection, { directory: folder.path, target });
    registry.asked.length = 0;
    const again = await push(registry.connection, { directory: folder.path, target });
    expect(again).toMatchObject({ created: false, added: 0, unchanged: 3, uploaded: 0 });
    expect(again.snapshot.id).toBe('main@1');
    expect(added(registry)).toEqual([]);
  });

  it('adds only files that changed since the pull, so that it undoes no other push', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, target });
    registry.hold('main', { ...FILES, 'recordings/b.json': 'of others' });
    folder.write({ 'recordings/a.json': 'A', 'recordings/new.json': 'n' });

    const summary = await push(registry.connection, { directory: folder.path, target });

    expect(summary).toMatchObject({ added: 1, changed: 1, unchanged: 2 });
    expect(added(registry)).toEqual(['recordings/a.json', 'recordings/new.json']);
    expect(registry.held('main')).toMatchObject({
      'recordings/a.json': 'A',
      'recordings/b.json': 'of others',
    });
    // The next pull must not assume that the pushed snapshot is on disk.
    expect(await pull(registry.connection, { directory: folder.path, target })).toMatchObject({
      pulled: 1,
      replaced: 0,
    });
    expect(folder.files()['recordings/b.json']).toBe('of others');
  });

  it('leaves nothing to download for a pull if nobody else pushed', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, target });
    folder.write({ 'recordings/a.json': 'A' });
    await push(registry.connection, { directory: folder.path, target });
    registry.asked.length = 0;
    expect(await pull(registry.connection, { directory: folder.path, target })).toMatchObject({
      pulled: 0,
      reused: 3,
    });
    expect(registry.asked.map(({ json }) => json['have'])).toEqual(['main@2']);
  });

  it('uploads small changes before the push: two round trips', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    const options = { directory: folder.path, target };
    registry.hold('main', FILES);
    await pull(registry.connection, options);
    folder.write({ 'recordings/a.json': 'A', 'recordings/same.json': 'b' });
    registry.asked.length = 0;

    expect(await push(registry.connection, options)).toMatchObject({ added: 1, changed: 1, uploaded: 1 });
    expect(registry.asked.map(({ method }) => method)).toEqual(['PUT', 'POST']);
    expect(registry.held('main')).toMatchObject({ 'recordings/a.json': 'A', 'recordings/same.json': 'b' });

    folder.write({ 'recordings/large.json': 'l'.repeat(1024 * 1024 + 1) });
    registry.asked.length = 0;
    expect(await push(registry.connection, options)).toMatchObject({ added: 1, uploaded: 1 });
    expect(registry.asked.map(({ method }) => method)).toEqual(['POST', 'PUT', 'POST']);
  });

  it.each([403, 404, 422])('lets the push report why an early upload was refused: %i', async (status) => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    const options = { directory: folder.path, target };
    registry.hold('main', FILES);
    await pull(registry.connection, options);
    folder.write({ 'recordings/a.json': 'A' });
    let refused = 0;
    registry.fault = ({ method }, response) => {
      if (method !== 'PUT' || refused++ > 0) return false;
      response.writeHead(status).end(JSON.stringify({ error: { message: 'not yet' } }));
      return true;
    };
    expect(await push(registry.connection, options)).toMatchObject({ changed: 1, uploaded: 1 });
    expect(refused).toBe(2);
  });

  it('adds all files for another ref than the pulled one', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, target });
    await push(registry.connection, { directory: folder.path, target: { pullRequest: 7, base: 'main' } });
    expect(registry.held('pull/7')).toEqual(FILES);
    // A pulled file is still known as one after a push to another ref.
    registry.hold('main', {});
    expect(await pull(registry.connection, { directory: folder.path, target })).toMatchObject({ removed: 3 });
  });

  it('never makes a local file removable', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    await push(registry.connection, { directory: folder.path, target });
    registry.hold('main', {});
    expect(await pull(registry.connection, { directory: folder.path, target })).toMatchObject({ removed: 0 });
    expect(folder.files()).toEqual(FILES);
  });

  it('pushes the files that can be pushed, and reports the others', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    writeFileSync(join(folder.path, 'recordings', 'back\\slash.json'), 'x');
    const summary = await push(registry.connection, { directory: folder.path, target });
    expect(summary.problems).toEqual([
      { path: 'recordings/back\\slash.json', problem: expect.stringMatching(/backslash/) },
    ]);
    expect(registry.held('main')).toEqual(FILES);
  });
});
