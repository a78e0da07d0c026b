import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it, vi } from 'vitest';
import { startProcess } from '../support/clean-up.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { freePort } from '../support/postgres.js';
import { pushFiles, upload } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { CHECKOUT, createDatabase, startRegistry } from '../support/registry.js';
import { runRegistry } from '../support/registry-command.js';

const repository = 'acme/commands';
const CREATE = ['token', 'create', '--repository', repository, '--scope', 'read'];

/** Every command that uses an existing database, with arguments that are valid. */
const COMMANDS = [
  CREATE,
  ['token', 'list'],
  ['token', 'revoke', '1'],
  ['gc'],
  ['gc', '--dry-run'],
  ['move-content'],
  ['move-content', '--dry-run'],
  ['purge', '--repository', repository, '--digest', 'a'.repeat(64), '--reason', 'a test'],
];

it('--version prints the version of the package', async () => {
  await using folder = await makeFolder();
  const manifest = await readFile(join(CHECKOUT, 'packages/registry/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  expect(await runRegistry(folder, ['--version'], {})).toEqual({
    ...{ status: 0, stderr: '' },
    stdout: `${version}\n`,
  });
  expect(await readdir(folder.path)).toEqual([]);
});

describe('a command on an embedded database that does not exist', () => {
  it.each(COMMANDS)('%s %s fails and creates nothing', async (...words) => {
    await using folder = await makeFolder();
    const absent = join(folder.path, 'absent');
    const ended = await runRegistry(folder, words, { FIXTURE_REGISTRY_DATA: absent });
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain(`the data directory ${absent} does not exist`);
    expect(ended.stderr).toMatch(/--data or FIXTURE_REGISTRY_DATA.*"fixture-registry serve", which creates/);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);

    const empty = await runRegistry(folder, words, {});
    expect(empty).toMatchObject({ status: 1, stderr: expect.stringContaining('is empty') });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('names a file, and a directory with other contents', async () => {
    await using folder = await makeFolder({ file: '', 'others/notes.txt': 'notes' });
    const list = async (name: string) =>
      (await runRegistry(folder, ['token', 'list', '--data', join(folder.path, name)], {})).stderr;
    expect(await list('file')).toContain('file is a file');
    expect(await list('others')).toContain('others contains no database');
    expect(await readdir(join(folder.path, 'others'))).toEqual(['notes.txt']);
  });

  it('migrate creates it only in a directory that exists and is empty', async () => {
    await using folder = await makeFolder({ 'others/notes.txt': 'notes' });
    const data = join(folder.path, 'data');
    const migrate = (directory: string) => runRegistry(folder, ['migrate', '--data', directory], {});
    expect(await migrate(data)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not exist'),
    });
    expect(await migrate(join(folder.path, 'others'))).toMatchObject({ status: 1 });
    expect((await readdir(folder.path)).sort()).toEqual(['others']);
    await mkdir(data);
    expect(await migrate(data)).toMatchObject({ status: 0, stdout: 'the database is up to date\n' });
    // The documented way to a token before the first start.
    const made = await runRegistry(folder, ['--data', data, ...CREATE], {});
    expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(/^fr_\d+_[0-9a-f]{48}\n$/) });
    const list = await runRegistry(folder, ['token', 'list'], { FIXTURE_REGISTRY_DATA: data });
    expect(list.stdout).toContain(`\t${repository}\tread\tvalid`);
  });
});

describe('serve with a data directory that it cannot use', () => {
  const serve = (folder: Folder, directory: string) =>
    runRegistry(folder, ['serve', '--port', '0', '--data', directory], {});

  it('fails below a file, and on a file', async () => {
    await using folder = await makeFolder({ file: 'text' });
    for (const [path, reason] of [
      ['file', 'a file has this name'],
      ['file/below', 'a part of this path is a file'],
      ['x'.repeat(300), 'the path is too long'],
    ] as const) {
      const ended = await serve(folder, join(folder.path, path));
      expect(ended).toMatchObject({ status: 1, stdout: '' });
      expect(ended.stderr).toMatch(
        new RegExp(
          `^fixture-registry: cannot create or write to the data directory .*: ${reason}\\. .*--data`,
        ),
      );
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(await readFile(join(folder.path, 'file'), 'utf8')).toBe('text');
  });

  it.skipIf(process.platform !== 'linux')('fails below /proc, which refuses new directories', async () => {
    await using folder = await makeFolder();
    expect(await serve(folder, '/proc/fixture-registry/data')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the file system does not allow it'),
    });
  });

  it('creates a directory with its parents for its user alone', async () => {
    await using folder = await makeFolder();
    const data = join(folder.path, 'a', 'b');
    await using registry = await startRegistry({ environment: { FIXTURE_REGISTRY_DATA: data } });
    expect(await registry.ask('{ __typename }')).toEqual({ __typename: 'Query' });
    expect(await readdir(data)).toContain('database');
    if (process.platform !== 'win32') expect((await stat(data)).mode & 0o777).toBe(0o700);
  });
});

it('prints the first admin token even when the first start failed on its port', async () => {
  await using folder = await makeFolder();
  const start = (port: string) => {
    const command = join(CHECKOUT, 'packages/registry/bin/fixture-registry.js');
    const child = startProcess(process.execPath, [command, 'serve', '--port', port], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], FIXTURE_REGISTRY_DATA: join(folder.path, 'data') },
    });
    const output = { stdout: '', status: null as number | null };
    child.stderr.resume();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, output, ended };
  };
  await using other = await startRegistry();
  const refused = start(new URL(other.url).port);
  expect(await refused.ended).toBe(2);
  expect(refused.output.stdout).toBe('');
  const started = start('0');
  await vi.waitFor(() => expect(started.output.stdout).toContain('listening on'), { timeout: 60_000 });
  expect(started.output.stdout).toMatch(/^admin token, shown this once: fr_\d+_[0-9a-f]{48}$/m);
  started.child.kill('SIGTERM');
  expect(await started.ended).toBe(0);
});

describe('gc on the embedded database of a running registry', () => {
  it('runs in the registry, and also with --dry-run', async () => {
    await using registry = await startRegistry();
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: manyFiles(20, 'gc') });
    // Several pushes make several small blocks, which gc packs together.
    for (let index = 0; index < 3; index++) {
      await pushFiles(registry, { repository, ref: { branch: 'main' }, add: manyFiles(2, `gc-${index}`) });
    }
    await upload(registry, repository, ['"never pushed"']);
    const dry = await registry.command('gc', '--dry-run');
    expect(dry).toMatchObject({ status: 0, stderr: '' });
    expect(dry.stdout).toMatch(/^would remove 0 contents .*\nwould remove .*\nwould pack \d+ small blocks/);
    const done = await registry.command('gc');
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toMatch(/^removed 0 contents .*\nremoved .*\npacked \d+ small blocks/);
    expect(done.stdout.trim().split('\n')).toHaveLength(3);

    // The same command without the server.
    await registry.stop();
    expect(await registry.command('gc', '--dry-run')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^would remove 0 contents /),
    });
  });

  it('requires an admin token for all repositories', async () => {
    await using registry = await startRegistry();
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: manyFiles(1, 'gc') });
    const words = ['token', 'create', '--repository', repository, '--scope', 'admin'];
    const token = (await registry.command(...words)).stdout.trim();
    const gc = (authorization?: string) =>
      fetch(`${registry.url}/-/gc`, { method: 'POST', ...(authorization && { headers: { authorization } }) });
    expect((await gc()).status).toBe(403);
    expect((await gc(`Bearer ${token}`)).status).toBe(403);
    const done = await gc(`Bearer ${registry.adminToken}`);
    expect(done.status).toBe(200);
    expect((await done.text()).trim().split('\n').at(-1)).toBe('{"done":true}');
  });
});

it('a command reports a registry that owns the database and does not respond', async () => {
  await using registry = await startRegistry();
  const data = registry.environment['FIXTURE_REGISTRY_DATA'] as string;
  const claims = (await readdir(data)).filter((name) => /^claim\.[1-9]/.test(name)).sort();
  const claim = join(data, claims.at(-1) as string);
  const owner = JSON.parse(await readFile(claim, 'utf8')) as object;
  const url = `http://127.0.0.1:${await freePort()}`;
  await writeFile(claim, JSON.stringify({ ...owner, url }));
  const ended = await registry.command('token', 'list');
  expect(ended.status).toBe(1);
  expect(ended.stderr).toContain(`fixture-registry: the registry at ${url} (process `);
  expect(ended.stderr).toMatch(/does not respond: .*ECONNREFUSED.*\n$/);
});

describe('commands without their Postgres', () => {
  it.each([...COMMANDS, ['migrate']])('%s %s names the database and not its password', async (...words) => {
    await using folder = await makeFolder();
    const ended = await runRegistry(folder, words, {
      DATABASE_URL: 'postgres://user:very-secret@127.0.0.1:9/registry',
    });
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^fixture-registry: the database does not answer \(127\.0\.0\.1:9\/registry\): .*ECONNREFUSED.*DATABASE_URL\n$/,
    );
    expect(ended.stderr).not.toContain('very-secret');
  });

  it('name a database that does not exist on a server that runs', async () => {
    await using folder = await makeFolder();
    const url = new URL(await createDatabase(inject('postgresUrl')));
    url.pathname = '/nosuch';
    const ended = await runRegistry(folder, ['token', 'list'], { DATABASE_URL: url.href });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(
      /^fixture-registry: the database .*nosuch.*database name in DATABASE_URL\n$/,
    );
  });
});
