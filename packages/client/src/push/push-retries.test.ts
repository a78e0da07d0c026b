import { digestOf } from '@fixture-registry/protocol';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { push } from './push.js';

const target = { branch: 'main' };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'x/recordings/y/c.json': 'c' };

describe('a push over a bad connection', () => {
  it('sends an archive again after a reset, and creates one snapshot', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    let resets = 2;
    registry.fault = ({ method }, response) => {
      if (method !== 'PUT' || resets-- <= 0) return false;
      response.destroy();
      return true;
    };
    const summary = await push(registry.connection, { directory: folder.path, target });
    expect(summary).toMatchObject({ created: true, uploaded: 3 });
    expect(registry.held('main')).toEqual(FILES);
    expect(registry.refs.get('main')?.version).toBe(1);
  });

  it('requests the missing contents again if the registry lost one meanwhile', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    let lost = false;
    registry.fault = ({ method }, response) => {
      if (method !== 'PUT' || lost) return false;
      lost = true;
      response.end(JSON.stringify({ stored: 3, present: 0, refused: [] }));
      return true;
    };
    expect(await push(registry.connection, { directory: folder.path, target })).toMatchObject({
      uploaded: 6,
    });
    expect(registry.held('main')).toEqual(FILES);
  });

  it('does not retry for ever', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    registry.fault = ({ method }, response) => {
      if (method !== 'PUT') return false;
      response.end(JSON.stringify({ stored: 3, present: 0, refused: [] }));
      return true;
    };
    const pushing = push(registry.connection, { directory: folder.path, target });
    await expect(pushing).rejects.toMatchObject({ code: 'SERVER' });
  });

  it('names the file whose content is refused', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    registry.fault = ({ method, url }, response) => {
      if (method !== 'PUT') return false;
      expect(url).toBe('/-/acme/tests/content?branch=main');
      const digest = digestOf(Buffer.from('a'));
      response.end(JSON.stringify({ stored: 0, present: 0, refused: [{ digest, message: 'too large' }] }));
      return true;
    };
    const pushing = push(registry.connection, { directory: folder.path, target });
    await expect(pushing).rejects.toThrow(/refused recordings\/a.json: too large/);
  });

  it('detects a file that changes while it is pushed', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    registry.fault = () => {
      folder.write({ 'recordings/a.json': 'changed' });
      return false;
    };
    const pushing = push(registry.connection, { directory: folder.path, target });
    await expect(pushing).rejects.toThrow(/recordings\/a.json changed while it was pushed/);
    expect(registry.refs.size).toBe(0);
  });
});
