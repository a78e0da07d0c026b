import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../support/clean-up.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { type Finished, run } from '../support/process.js';
import { filesOf, record } from '../support/recordings.js';
import { CHECKOUT } from '../support/registry.js';

// The packages as a user gets them: packed, installed into an empty project that knows nothing of the
// checkout, and started by the names that npm gives them. npm needs its package registry for the
// dependencies.

// The downloads of `npm ci`; `run` gives each process a home folder of its own.
const cache = { npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm') };

const TOKEN = 'a-token-for-the-installed-registry';
const recordings = filesOf(record({ test: 'tests/test_a.py::test_a', ask: 'Hello?', say: 'Hello.' }));

let tarballs: Folder;
let project: Folder;
let names: string[];

beforeAll(async () => {
  [tarballs, project] = [await makeFolder(), await makeFolder({ 'package.json': '{ "private": true }' })];
  const packed = await run(process.execPath, ['scripts/pack.js', tarballs.path], { cwd: CHECKOUT });
  names = packed.stdout.trim().split('\n');
  // An engine that does not fit fails the installation instead of printing a warning.
  const options = ['--engine-strict', '--no-audit', '--no-fund', '--prefer-offline'];
  const files = names.map((name) => join(tarballs.path, name));
  const installed = await run('npm', ['install', ...options, ...files], { cwd: project.path, env: cache });
  expect(installed, installed.stderr).toMatchObject({ status: 0 });
});

afterAll(async () => {
  await tarballs?.[Symbol.asyncDispose]();
  await project?.[Symbol.asyncDispose]();
});

const packages = ['protocol', 'client', 'cli', 'server'];

it('packs each package with its licence and README, and without sources, tests and source maps', async () => {
  expect(names.map((name) => name.replace(/-\d.*/, ''))).toEqual(
    packages.map((name) => `fixture-registry-${name}`),
  );
  for (const name of packages) {
    const folder = join(project.path, 'node_modules/@fixture-registry', name);
    // Not a link into the checkout.
    expect(await realpath(folder)).toBe(
      join(await realpath(project.path), folder.slice(project.path.length)),
    );
    const files = await readdir(folder, { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(files.filter((file) => /(?<!\.d)\.tsx?$|\.test\.|\.map$|_snapshot\.json$/.test(file))).toEqual([]);
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      license: 'MIT',
      engines: { node: '>=20.19' },
      repository: { directory: expect.stringMatching(/^packages\//) },
    });
    expect(manifest).not.toHaveProperty('overrides');
  }
});

it('installs the client without the dependencies of the server', async () => {
  const cli = [...(await dependenciesOf('@fixture-registry/cli'))];
  expect(cli).toContain('@fixture-registry/client');
  for (const heavy of ['@fixture-registry/server', 'graphql-yoga', 'drizzle-orm', 'postgres', 'hono'])
    expect(cli).not.toContain(heavy);
  // docs/cli.md states the number and the size.
  const bytes = await Promise.all(cli.map((name) => sizeOf(join(project.path, 'node_modules', name))));
  expect(cli.length).toBeLessThanOrEqual(26);
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(3_000_000);
});

/** The bytes of the files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The names of the installed packages that one package needs, itself included. */
async function dependenciesOf(name: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(name)) return found;
  found.add(name);
  const manifest = join(project.path, 'node_modules', name, 'package.json');
  const { dependencies = {} } = JSON.parse(await readFile(manifest, 'utf8'));
  for (const dependency of Object.keys(dependencies)) await dependenciesOf(dependency, found);
  return found;
}

const node24 = (await run('npx', ['-y', '-p', 'node@24', 'node', '--version'], { cwd: CHECKOUT, env: cache }))
  .stdout;

describe.each([
  { node: process.version, before: [] as string[], missing: false },
  { node: 'Node 24', before: ['npx', '-y', '-p', 'node@24', '--'], missing: !node24.startsWith('v24.') },
])('the installed commands on $node', ({ before, missing }) => {
  const command = (name: string) => [...before, join(project.path, 'node_modules/.bin', name)];
  const call = (name: string, words: string[], env: Record<string, string> = {}): Promise<Finished> => {
    const [program = '', ...first] = command(name);
    return run(program, [...first, ...words], { cwd: project.path, env: { ...cache, ...env } });
  };

  it.skipIf(missing)('print their version', async () => {
    const { version } = JSON.parse(await readFile(join(CHECKOUT, 'package.json'), 'utf8'));
    for (const name of ['fixtures', 'fixture-registry'])
      expect(await call(name, ['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  it.skipIf(missing)('serve from an embedded database, push and pull', async () => {
    await using data = await makeFolder();
    const [program = '', ...first] = command('fixture-registry');
    const server = startProcess(program, [...first, 'serve', '--port', '0'], {
      cwd: data.path,
      env: {
        PATH: process.env['PATH'],
        HOME: data.path,
        FIXTURE_REGISTRY_ADMIN_TOKEN: TOKEN,
        FIXTURE_REGISTRY_DATA: join(data.path, 'registry'),
      },
    });
    let stderr = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        server.stdout.setEncoding('utf8').on('data', (text: string) => {
          const address = /listening on (http:\S+)/.exec(text)?.[1];
          if (address) resolve(address);
        });
        server.once('close', () => reject(new Error(`the registry ended: ${stderr}`)));
      });
      const env = {
        FIXTURE_REGISTRY_URL: url,
        FIXTURE_REGISTRY_TOKEN: TOKEN,
        FIXTURE_REGISTRY_REPOSITORY: 'acme/shop',
      };
      await using here = await makeFolder(recordings);
      await using there = await makeFolder();
      const push = ['push', '--branch', 'main', '--directory', here.path];
      expect(await call('fixtures', push, env)).toMatchObject({ status: 0 });
      const pull = ['pull', '--branch', 'main', '--directory', there.path];
      expect(await call('fixtures', pull, env)).toMatchObject({ status: 0 });
      const pulled = [...(await there.files())].map(([path, bytes]) => [path, bytes.toString()]);
      expect(Object.fromEntries(pulled)).toEqual(recordings);

      // A library needs its types, its subpaths and no build step.
      await project.write({
        'pull.mjs': `import { drift } from '@fixture-registry/client/drift';
          import { userAgent } from '@fixture-registry/client';
          console.log(typeof drift, userAgent('x').split('/')[0]);`,
      });
      const library = await run(process.execPath, ['pull.mjs'], { cwd: project.path });
      expect(library).toMatchObject({ status: 0, stdout: 'function x\n' });
    } finally {
      server.kill('SIGTERM');
    }
  });
});
