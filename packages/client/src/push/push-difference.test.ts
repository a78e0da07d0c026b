import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

describe('push to a registry that was restored from a backup since the pull', () => {
  const PUSHED = { 'recordings/a.json': 'A' };

  async function pulledThenRestored(registry: StandInRegistry, directory: string): Promise<void> {
    registry.hold('main', FILES);
    await pull(registry.connection, { directory, target });
    // The same version with another state, which lacks one recording.
    registry.refs.clear();
    registry.seal = '-restored';
    const { 'x/recordings/y/c.json': _, ...left } = FILES;
    registry.hold('main', left);
    registry.asked.length = 0;
  }

  it('pushes what the registry may lack, and logs it', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    await pulledThenRestored(registry, folder.path);
    folder.write(PUSHED);

    const summary = await push(registry.connection, { directory: folder.path, target });

    expect(summary).toMatchObject({ added: 1, changed: 1, unchanged: 1 });
    expect(registry.held('main')).toEqual({ ...FILES, ...PUSHED });
    expect(registry.logged).toEqual([expect.stringMatching(/no longer knows the snapshot/)]);
    // From then on the state is known again: one request, which adds nothing.
    registry.logged.length = 0;
    await push(registry.connection, { directory: folder.path, target });
    expect([added(registry), registry.logged]).toEqual([[], []]);
  });

  it('keeps newer recordings of the registry, unless they were changed on disk as well', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    await pulledThenRestored(registry, folder.path);
    registry.hold('main', { 'recordings/a.json': 'of others', 'recordings/b.json': 'of others' });
    registry.newer = ['recordings/a.json', 'recordings/b.json'];
    folder.write(PUSHED);

    await push(registry.connection, { directory: folder.path, target });

    expect(registry.held('main')).toEqual({ ...FILES, ...PUSHED, 'recordings/b.json': 'of others' });
  });

  it('prunes nothing, because only the pull tells what to prune', async () => {
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
    'uses the state that an earlier release wrote: %s',
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
  it('repeat the request without the fields that it does not have', async () => {
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
