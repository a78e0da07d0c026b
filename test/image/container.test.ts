import { chmod, chown, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it, vi } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { filesOf, record } from '../support/recordings.js';
import { ADMIN_TOKEN, CHECKOUT, createDatabase } from '../support/registry.js';
import type { ImageConfiguration } from './buildah.js';
import { findBuiltImage, ROOT_FILES } from './built-image.js';
import { type Container, type ContainerOptions, startContainer } from './container.js';
import { bytesOf, readWorkload } from './manifests.js';
import { readUnit } from './service-unit.js';
import { seccompOf } from './syscall-filter.js';
import { missingPrograms } from './tools.js';

// Starts what `npm run image` built. The build takes minutes, so it is not part of `npm test`.

const REPOSITORY = 'acme/image';
const found = findBuiltImage();
const skipped = 'missing' in found ? ` (skipped: ${found.missing})` : '';

const limitOf = (folder: 'postgres' | 'embedded') =>
  bytesOf(readWorkload(folder).container.resources?.limits?.['memory']);

describe.skipIf('missing' in found)(`the built image${skipped}`, () => {
  const configuration = 'missing' in found ? null : found.configuration;
  const [uid = 0, gid = 0] = (configuration?.User ?? '').split(':').map(Number);

  async function makeVolume() {
    const folder = await makeFolder();
    await chown(folder.path, uid, gid);
    return folder;
  }

  const start = (volume: { path: string }, options: Partial<ContainerOptions> = {}) =>
    startContainer(configuration as ImageConfiguration, {
      volume: volume.path,
      memory: limitOf('embedded'),
      environment: { FIXTURE_REGISTRY_ADMIN_TOKEN: ADMIN_TOKEN },
      ...options,
    });

  const checkHealth = (container: Container) =>
    container.exec(...(configuration?.Healthcheck.Test.slice(1) ?? []));

  const untilHealthy = (container: Container) =>
    vi.waitFor(
      async () => {
        const { status } = await checkHealth(container);
        if (status !== 0) throw new Error(`not healthy: ${container.output.stderr}`);
      },
      { timeout: 200_000, interval: 500 },
    );

  /** The `fixtures` command of this checkout, in the network of the container. */
  const fixtures = (container: Container, folder: { path: string }, token: string, ...words: string[]) =>
    container.runOutside(
      process.execPath,
      [join(CHECKOUT, 'packages/cli/bin/fixtures.js'), ...words],
      folder.path,
      {
        FIXTURE_REGISTRY_URL: 'http://127.0.0.1:4000',
        FIXTURE_REGISTRY_REPOSITORY: REPOSITORY,
        FIXTURE_REGISTRY_TOKEN: token,
      },
    );

  it('serves pushes and pulls as one process without privileges, stops on SIGTERM, and keeps its data', async () => {
    await using volume = await makeVolume();
    await using pushed = await makeFolder(
      filesOf(record({ test: 'tests/test_a.py::test_ping', ask: 'ping', say: 'pong' })),
    );
    {
      await using container = await start(volume);
      await untilHealthy(container);
      const status = await readFile(`/proc/${container.pid}/status`, 'utf8');
      expect(await readlink(`/proc/${container.pid}/exe`)).toMatch(/\/usr\/local\/bin\/node$/);
      expect(status).toMatch(/^NSpid:\s+\d+\s+1$/m);
      expect(status).toMatch(new RegExp(`^Uid:(\\s+${uid}){4}$`, 'm'));
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      const children = await readFile(`/proc/${container.pid}/task/${container.pid}/children`, 'utf8');
      expect(children).toBe('');

      const words = ['token', 'create', '--repository', REPOSITORY, '--scope', 'write'];
      const token = await container.exec('fixture-registry', ...words);
      expect([token.status, token.stdout]).toEqual([0, expect.stringMatching(/^fr_1_[0-9a-f]{48}\n$/)]);
      const push = await fixtures(container, pushed, token.stdout.trim(), 'push', '--branch', 'main');
      expect([push.status, push.stderr]).toEqual([0, expect.any(String)]);

      await container.signal('TERM');
      expect(await container.ended).toBe(0);
    }
    // Kubernetes gives the group of a pod access to its volume.
    await run('chmod', ['--recursive', 'g+rwX', volume.path], { cwd: '/' });
    await chmod(volume.path, 0o770);
    {
      await using container = await start(volume);
      await untilHealthy(container);
      await using pulled = await makeFolder();
      const pull = await fixtures(container, pulled, ADMIN_TOKEN, 'pull', '--branch', 'main');
      expect([pull.status, pull.stderr]).toEqual([0, expect.any(String)]);
      expect(await pulled.files()).toEqual(await pushed.files());
    }
  });

  it.skipIf(missingPrograms(['systemd-analyze']).length > 0)(
    'serves under the filter of system calls and of sockets in the systemd unit',
    async () => {
      await using volume = await makeVolume();
      await using container = await start(volume, { seccomp: seccompOf(readUnit()['Service'] ?? {}) });
      await untilHealthy(container);
      expect(await readFile(`/proc/${container.pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
      const list = await container.exec('fixture-registry', 'token', 'list');
      expect([list.status, list.stderr]).toEqual([0, '']);
      await container.signal('TERM');
      expect(await container.ended).toBe(0);
    },
  );

  it('is unhealthy while nothing listens', async () => {
    await using volume = await makeVolume();
    await using container = await start(volume, { entrypoint: ['sleep'], command: ['1000'] });
    expect((await checkHealth(container)).status).toBe(1);
  });

  it('uses Postgres within the memory of its manifest, and writes nothing to its volume', async () => {
    await using volume = await makeVolume();
    await using container = await start(volume, {
      onHostNetwork: true,
      memory: limitOf('postgres'),
      command: ['serve', '--host', '127.0.0.1', '--port', '0'],
      environment: {
        DATABASE_URL: await createDatabase(inject('postgresUrl')),
        FIXTURE_REGISTRY_ADMIN_TOKEN: ADMIN_TOKEN,
      },
    });
    const url = await vi.waitFor(
      () => {
        const address = /listening on (http:\S+)/.exec(container.output.stdout)?.[1];
        if (address === undefined) throw new Error(`does not listen: ${container.output.stderr}`);
        return address;
      },
      { timeout: 120_000, interval: 200 },
    );
    const ready = await fetch(new URL('/readyz', url));
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, database: 'postgres' }]);
    expect(await readdir(volume.path)).toEqual([]);
    await container.signal('TERM');
    expect(await container.ended).toBe(0);
  });

  it('contains the licence and the compiled packages, no source and no package manager', async () => {
    const licence = await readFile(join(ROOT_FILES, 'app/LICENSE'), 'utf8');
    expect(licence).toBe(await readFile(join(CHECKOUT, 'LICENSE'), 'utf8'));
    const files = await readdir(join(ROOT_FILES, 'app/packages'), { recursive: true });
    expect(files).toEqual(
      expect.arrayContaining(['registry/dist/main.js', 'registry/LICENSE', 'protocol/LICENSE']),
    );
    expect(files.filter((path) => /(^|\/)(src|test)\/|\.tsx?$|\.map$|\.test\.js$/.test(path))).toEqual([]);
    expect(await readdir(join(ROOT_FILES, 'usr/local/bin'))).toEqual(['fixture-registry', 'node']);
    expect(await readdir(ROOT_FILES)).not.toContain('tarballs');
  });

  it('contains exactly the versions of the lock file', async () => {
    const lock = JSON.parse(await readFile(join(CHECKOUT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string; link?: boolean }>;
    };
    const files = await readdir(join(ROOT_FILES, 'app'), { recursive: true });
    const installed = files.flatMap(
      (path) => /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    expect(installed.length).toBeGreaterThan(100);
    for (const path of installed.filter((each) => !lock.packages[each]?.link)) {
      const { version } = JSON.parse(
        await readFile(join(ROOT_FILES, 'app', path, 'package.json'), 'utf8'),
      ) as {
        version?: string;
      };
      expect([path, version]).toEqual([path, lock.packages[path]?.version]);
    }
  });
});
