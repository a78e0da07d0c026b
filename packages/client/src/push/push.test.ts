import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { pull } from '../pull/pull.js';
import { push } from './push.js';

const target = { branch: 'main' };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'x/recordings/y/c.json': 'c' };

const PUSHED_LATER = { 'recordings/later.json': 'later' };

function added(registry: StandInRegistry): string[] {
  const inputs = registry.drain('/graphql').map(({ json }) => json['input'] as { add: { path: string }[] });
  return (inputs.at(-1)?.add ?? []).map(({ path }) => path);
}

describe('push', () => {
  it('sends the recordings that the patterns name, and contents once', async () => {
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

  it('twice makes one snapshot and names nothing the second time', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    await push(registry.connection, { directory: folder.path, target });
    registry.asked.length = 0;
    const again = await push(registry.connection, { directory: folder.path, target });
    expect(again).toMatchObject({ created: false, added: 0, unchanged: 3, uploaded: 0 });
    expect(again.snapshot.id).toBe('main@1');
    expect(added(registry)).toEqual([]);
  });

  it('names only what changed since the pull, so that it undoes nothing of others', async () => {
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
    // The next pull must not take the pushed snapshot for what is on disk.
    expect(await pull(registry.connection, { directory: folder.path, target })).toMatchObject({
      pulled: 1,
      replaced: 0,
    });
    expect(folder.files()['recordings/b.json']).toBe('of others');
  });

  it('leaves a pull nothing to ask when nobody else pushed', async () => {
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

  it('sends the little that changed since the pull before it asks: two round trips', async () => {
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

  it.each([403, 404, 422])(
    'lets the push say why what was sent before it was not taken: %i',
    async (status) => {
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
    },
  );

  it('to another ref than the pulled one names everything', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, target });
    await push(registry.connection, { directory: folder.path, target: { pullRequest: 7, base: 'main' } });
    expect(registry.held('pull/7')).toEqual(FILES);
    // A file that was pulled stays known as such, also after a push elsewhere.
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

  it('goes on with the files that can be pushed, and tells of the others', async () => {
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

describe('push to a registry that was restored from a backup since the pull', () => {
  const PUSHED = { 'recordings/a.json': 'A' };

  async function pulledThenRestored(registry: StandInRegistry, directory: string): Promise<void> {
    registry.hold('main', FILES);
    await pull(registry.connection, { directory, target });
    // The same numbers, another state: it lacks one recording.
    registry.refs.clear();
    registry.seal = '-restored';
    const { 'x/recordings/y/c.json': _, ...left } = FILES;
    registry.hold('main', left);
    registry.asked.length = 0;
  }

  it('pushes what it may lack, and says so', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    await pulledThenRestored(registry, folder.path);
    folder.write(PUSHED);

    const summary = await push(registry.connection, { directory: folder.path, target });

    expect(summary).toMatchObject({ added: 1, changed: 1, unchanged: 1 });
    expect(registry.held('main')).toEqual({ ...FILES, ...PUSHED });
    expect(registry.logged).toEqual([expect.stringMatching(/no longer knows the snapshot/)]);
    // From then on it is known again: one question, which names nothing.
    registry.logged.length = 0;
    await push(registry.connection, { directory: folder.path, target });
    expect([added(registry), registry.logged]).toEqual([[], []]);
  });

  it('leaves alone what is newer there, unless it was changed here as well', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    await pulledThenRestored(registry, folder.path);
    registry.hold('main', { 'recordings/a.json': 'of others', 'recordings/b.json': 'of others' });
    registry.newer = ['recordings/a.json', 'recordings/b.json'];
    folder.write(PUSHED);

    await push(registry.connection, { directory: folder.path, target });

    expect(registry.held('main')).toEqual({ ...FILES, ...PUSHED, 'recordings/b.json': 'of others' });
  });

  it('prunes nothing, because what to prune is known from the pull alone', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    await pulledThenRestored(registry, folder.path);
    unlinkSync(join(folder.path, 'recordings/b.json'));

    const summary = await push(registry.connection, { directory: folder.path, target, prune: true });

    expect(summary.removed).toBe(0);
    expect(registry.held('main')).toEqual(FILES);
    expect(registry.logged.join()).toMatch(/Nothing is pruned/);
  });

  it.each(['the snapshot', 'no snapshot'])(
    'names what an earlier release noted of the pull: %s',
    async (noted) => {
      await using registry = await StandInRegistry.start();
      using folder = new TemporaryFolder();
      await pulledThenRestored(registry, folder.path);
      const file = join(folder.path, '.fixtures', 'state.json');
      const { since: _, ...state } = JSON.parse(readFileSync(file, 'utf8'));
      if (noted === 'no snapshot') state.snapshot = null;
      writeFileSync(file, JSON.stringify(state));

      await push(registry.connection, { directory: folder.path, target });

      expect(registry.held('main')).toEqual(FILES);
    },
  );
});

describe('push and pull with a registry of an earlier release', () => {
  it('ask again without what it does not know', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    const options = { directory: folder.path, target };
    registry.hold('main', FILES);
    registry.fault = ({ body, url }, response) => {
      if (url !== '/graphql' || !/knowsHave|SinceUnknown|"since"/.test(body.toString())) return false;
      const error = { message: 'Cannot query', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ errors: [error] }));
      return true;
    };

    expect(await pull(registry.connection, options)).toMatchObject({ pulled: 3 });
    expect(await pull(registry.connection, options)).toMatchObject({ pulled: 0, reused: 3 });
    folder.write(PUSHED_LATER);
    expect(await push(registry.connection, options)).toMatchObject({ added: 1, changed: 0 });
    expect(registry.held('main')).toEqual({ ...FILES, ...PUSHED_LATER });
  });
});

describe('push --prune', () => {
  it('removes what the ref holds within the paths and the disk does not', async () => {
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

  it('removes at most half of what was pulled, and leaves what others pushed since', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, target });
    unlinkSync(join(folder.path, 'recordings/a.json'));
    registry.hold('main', { ...FILES, 'recordings/theirs.json': 't' });
    const pruning = { directory: folder.path, target, prune: true } as const;
    expect(await push(registry.connection, pruning)).toMatchObject({ removedPaths: ['recordings/a.json'] });
    // The push met another one; what it knows of the pull still counts, and not all that the ref holds.
    expect(await push(registry.connection, pruning)).toMatchObject({ removedPaths: [] });
    expect(Object.keys(registry.held('main'))).toContain('recordings/theirs.json');
  });

  it('refuses after a pull that failed, until one succeeds; or pushes without, where that is asked for', async () => {
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

  it('after a pull of a selection removes nothing outside it', async () => {
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

  it('of a ref that is not there yet removes nothing', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    const summary = await push(registry.connection, { directory: folder.path, target, prune: true });
    expect(summary).toMatchObject({ added: 3, removed: 0 });
  });
});

describe('a push over a bad connection', () => {
  it('sends an archive again after a reset, and ends with one snapshot', async () => {
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

  it('asks again what is missing when the registry lost a content meanwhile', async () => {
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

  it('does not ask for ever', async () => {
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

  it('notices a file that changes while it is pushed', async () => {
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
