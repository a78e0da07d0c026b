import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../packages/client/test/stand-in-registry.js';
import { type Folder, makeFolder } from '../support/folder.js';
import type { Finished } from '../support/process.js';
import { pushFiles } from '../support/push-files.js';
import { ADMIN_TOKEN, CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';

let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry();
  await pushFiles(registry, {
    repository: 'acme/tests',
    ref: { branch: 'main' },
    add: { 'recordings/a.json': '{}' },
  });
});
afterAll(() => registry[Symbol.asyncDispose]());

interface Run {
  home: Folder;
  input?: string;
  environment?: Record<string, string>;
}

/** Runs `fixtures …` with text on stdin and without a token in its environment. */
function fixtures(words: string[], { home, input = '', environment = {} }: Run): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(CHECKOUT, 'packages/cli/bin/fixtures.js'), ...words], {
      cwd: home.path,
      env: {
        ...{ PATH: process.env['PATH'], HOME: home.path },
        ...{ FIXTURE_REGISTRY_URL: registry.url, FIXTURE_REGISTRY_REPOSITORY: 'acme/tests' },
        ...environment,
      },
    });
    const ended: Finished = { status: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ended.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ended.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ ...ended, status }));
    child.stdin.end(input);
  });
}

const PULL = ['pull', '--branch', 'main'];
const tokensIn = (home: Folder) => join(home.path, '.config/fixture-registry/tokens.json');

describe('fixtures login', () => {
  it('stores a token that the registry accepts, for its user alone; logout removes it', async () => {
    await using home = await makeFolder();
    expect(await fixtures(PULL, { home })).toMatchObject({ status: 1 });

    const login = await fixtures(['login'], { home, input: `${ADMIN_TOKEN}\n` });
    expect(login).toMatchObject({ status: 0, stderr: '' });
    expect(login.stdout).toContain(`logged in to ${registry.url}`);
    expect(login.stdout).not.toContain(ADMIN_TOKEN);
    expect((await stat(tokensIn(home))).mode & 0o777).toBe(0o600);
    expect((await stat(join(home.path, '.config/fixture-registry'))).mode & 0o777).toBe(0o700);
    expect(await fixtures(PULL, { home })).toMatchObject({ status: 0 });
    // The same registry, written in another way.
    const address = registry.url.replace('http', 'HTTP');
    for (const url of [`${registry.url}/`, `${registry.url}/graphql`, address])
      expect(await fixtures([...PULL, '--registry', url], { home })).toMatchObject({ status: 0 });

    expect(await fixtures(['logout'], { home })).toMatchObject({ status: 0 });
    expect(await fixtures(PULL, { home })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('No token was given'),
    });
    await expect(stat(tokensIn(home))).rejects.toThrow('ENOENT');
    expect((await fixtures(['logout'], { home })).stdout).toContain('no token is stored');
  });

  it('stores nothing that the registry refuses, and keeps what was stored before', async () => {
    await using home = await makeFolder();
    await fixtures(['login'], { home, input: ADMIN_TOKEN });
    const before = await readFile(tokensIn(home), 'utf8');
    const wrong = await fixtures(['login'], { home, input: 'mistyped-token' });
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('the token is not valid') });
    const without = await fixtures(['login', '--repository', 'acme/nosuch'], { home, input: ADMIN_TOKEN });
    expect(without).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no repository acme/nosuch'),
    });
    expect(await readFile(tokensIn(home), 'utf8')).toBe(before);
  });

  it('keeps one token per registry, and sends it to no other', async () => {
    await using home = await makeFolder();
    await using other = await StandInRegistry.start();
    await fixtures(['login'], { home, input: ADMIN_TOKEN });
    await fixtures([...PULL, '--registry', other.connection.registry], { home });
    expect(other.asked.length).toBeGreaterThan(0);
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual(other.asked.map(() => undefined));
    const words = ['login', '--registry', other.connection.registry];
    other.fault = (_, response) => {
      response.end('{"data":{"__typename":"Query"}}');
      return true;
    };
    expect(await fixtures(words, { home, input: 'token-of-the-other' })).toMatchObject({ status: 0 });
    expect(other.asked.at(-1)?.headers.authorization).toBe('Bearer token-of-the-other');
    expect(await fixtures(PULL, { home })).toMatchObject({ status: 0 });
    await fixtures(['logout', '--registry', other.connection.registry], { home });
    expect(await fixtures(PULL, { home })).toMatchObject({ status: 0 });
  });

  it('warns if FIXTURE_REGISTRY_TOKEN has precedence over what it stores', async () => {
    await using home = await makeFolder();
    const environment = { FIXTURE_REGISTRY_TOKEN: 'another-token' };
    const login = await fixtures(['login'], { home, environment, input: ADMIN_TOKEN });
    expect(login).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('FIXTURE_REGISTRY_TOKEN is set'),
    });
    expect(await fixtures(PULL, { home, environment })).toMatchObject({ status: 1 });
  });
});

describe('fixtures login on a terminal', () => {
  const command = `${process.execPath} ${join(CHECKOUT, 'packages/cli/bin/fixtures.js')} login`;

  /** Types a text when the command asks; returns all that the terminal showed. */
  async function typed(home: Folder, text: string): Promise<{ shown: string; status: number | null }> {
    const child = startTerminal(command, home);
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (output: string) => {
      const before = shown.includes('Token for');
      shown += output;
      if (!before && shown.includes('Token for')) child.stdin.write(text);
    });
    const [status] = (await once(child, 'close')) as [number | null];
    return { shown, status };
  }

  function startTerminal(line: string, home: Folder) {
    // Sets a size, and keeps stdin open until the command ends.
    return spawn('script', ['-qec', line, '/dev/null'], {
      cwd: home.path,
      env: { PATH: process.env['PATH'], HOME: home.path, FIXTURE_REGISTRY_URL: registry.url },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  }

  const hasTerminal = spawnSync('script', ['--version']).status === 0;

  it.skipIf(!hasTerminal)('asks for the token, and does not show it', async () => {
    await using home = await makeFolder();
    const { shown, status } = await typed(home, `${ADMIN_TOKEN}\r`);
    expect(shown).toContain(`logged in to ${registry.url}`);
    expect(shown).not.toContain(ADMIN_TOKEN);
    expect(status).toBe(0);
    expect(await fixtures(PULL, { home })).toMatchObject({ status: 0 });
  });

  it.skipIf(!hasTerminal)('ends on Ctrl-C, and stores nothing', async () => {
    await using home = await makeFolder();
    const { shown, status } = await typed(home, 'half-a-tok\u0003');
    expect(shown).not.toContain('half-a-tok');
    expect(status).toBe(2);
    expect((await home.files()).size).toBe(0);
  });
});

describe('the stored tokens', () => {
  it.each([
    ['that others can read', 0o640, /mode 640.*chmod 600/],
    ['that others can write', 0o602, /mode 602.*chmod 600/],
  ])('in a file %s are refused', async (_, mode, message) => {
    await using home = await makeFolder();
    await fixtures(['login'], { home, input: ADMIN_TOKEN });
    await chmod(tokensIn(home), mode);
    for (const words of [PULL, ['login', '--token', ADMIN_TOKEN], ['logout']])
      expect(await fixtures(words, { home })).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(message),
      });
  });

  it.each(['', '{', '[]', '{"version":2,"tokens":{}}', '{"version":1,"tokens":{"a":1}}'])(
    'in a damaged file (%s) are not overwritten',
    async (content) => {
      await using home = await makeFolder();
      await fixtures(['login'], { home, input: ADMIN_TOKEN });
      await writeFile(tokensIn(home), content);
      const login = await fixtures(['login'], { home, input: ADMIN_TOKEN });
      expect(login).toMatchObject({ status: 1, stderr: expect.stringContaining('damaged') });
      expect(await readFile(tokensIn(home), 'utf8')).toBe(content);
    },
  );

  it('are in XDG_CONFIG_HOME if it is set', async () => {
    await using home = await makeFolder();
    const environment = { XDG_CONFIG_HOME: join(home.path, 'elsewhere') };
    await fixtures(['login'], { home, environment, input: ADMIN_TOKEN });
    expect((await stat(join(home.path, 'elsewhere/fixture-registry/tokens.json'))).isFile()).toBe(true);
    expect(await fixtures(PULL, { home, environment })).toMatchObject({ status: 0 });
  });

  it('survive logins at the same time: the file always holds one whole state', async () => {
    await using home = await makeFolder();
    const logins = Array.from({ length: 4 }, () => fixtures(['login'], { home, input: ADMIN_TOKEN }));
    for (const { status } of await Promise.all(logins)) expect(status).toBe(0);
    expect([...(await home.files()).keys()]).toEqual(['.config/fixture-registry/tokens.json']);
    expect(await fixtures(PULL, { home })).toMatchObject({ status: 0 });
  });
});

describe('a token from elsewhere', () => {
  const WRONG = 'wrong-token';
  // Each source is refused unless the ones before it have the right token: the first has precedence.
  it.each([
    ['--token', ['--token', ADMIN_TOKEN, '--token-file', 'wrong.txt', '--token-stdin'], WRONG, WRONG],
    ['--token-file', ['--token-file', 'right.txt', '--token-stdin'], WRONG, WRONG],
    ['--token-stdin', ['--token-stdin'], `${ADMIN_TOKEN}\n`, WRONG],
    ['--token -', ['--token', '-', '--token-file', 'wrong.txt'], `${ADMIN_TOKEN}\n`, WRONG],
    ['FIXTURE_REGISTRY_TOKEN', [], WRONG, ADMIN_TOKEN],
  ])('%s', async (_, words, input, variable) => {
    await using home = await makeFolder({ 'right.txt': `${ADMIN_TOKEN}\n`, 'wrong.txt': WRONG });
    const environment = { FIXTURE_REGISTRY_TOKEN: variable };
    const ended = await fixtures([...PULL, ...words], { home, input, environment });
    expect(ended).toMatchObject({ status: 0 });
  });

  it('is ignored if it is empty, as an unset variable of a workflow is', async () => {
    await using home = await makeFolder();
    const environment = { FIXTURE_REGISTRY_TOKEN: ADMIN_TOKEN };
    const words = [...PULL, '--token', '', '--token-file', ''];
    expect(await fixtures(words, { home, environment })).toMatchObject({ status: 0 });
  });
});
