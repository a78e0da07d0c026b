import { mkdirSync, readFileSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type ArchiveEntry, pack, writeArchive } from '@fixture-registry/protocol';
import { describe, expect, it, vi } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { LocalError } from '../checkout/local-error.js';
import { pull } from './pull.js';

const MAIN = { target: { branch: 'main' } };
const ANYWHERE = { selection: { paths: ['**'] } };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'recordings/top.json': 'c' };
const MANY = Object.fromEntries(
  Array.from({ length: 60 }, (_, n) => [`recordings/${n}.json`, `content ${n}`]),
);

describe('pull', () => {
  it('writes what is missing or differs, and leaves other files alone', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a', 'other.txt': 'mine' });
    registry.hold('main', { ...FILES, 'recordings/same-as-top.json': 'c' });

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 3, reused: 1, removed: 0, replaced: 0, bytes: 3 });
    expect(summary.snapshot.id).toBe('main@1');
    expect(folder.files()).toEqual({ ...FILES, 'recordings/same-as-top.json': 'c', 'other.txt': 'mine' });
    const [download] = registry.drain('/content');
    expect(download?.json.digests).toHaveLength(2);
    expect(download?.headers.authorization).toBe('Bearer secret-token');
    expect(readFileSync(join(folder.path, '.fixtures/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('asks once and downloads nothing when all is there', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.asked.length = 0;

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 0, reused: 3 });
    expect(registry.asked).toHaveLength(1);
    expect(registry.asked[0]?.json['have']).toBe('main@1');
  });

  it('compares every file when the registry was restored from a backup, and keeps what it replaces', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.refs.clear();
    registry.seal = '-restored';
    const restored = { 'recordings/a.json': 'older', 'recordings/b.json': 'b' };
    registry.hold('main', restored);

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 1, reused: 1, removed: 1, replaced: 1 });
    expect(folder.files()).toEqual(restored);
    const replaced = (path: string) => readFileSync(join(folder.path, '.fixtures/replaced', path), 'utf8');
    expect([replaced('recordings/a.json'), replaced('recordings/top.json')]).toEqual(['a', 'c']);
    expect(registry.logged).toEqual([expect.stringMatching(/no longer knows the snapshot/)]);
    registry.asked.length = 0;
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({ pulled: 0 });
    expect(registry.asked).toHaveLength(1);
    expect(registry.logged).toHaveLength(1);
  });

  it('restores a file that was deleted, though the snapshot is the same', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    unlinkSync(join(folder.path, 'recordings/top.json'));

    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({ pulled: 1 });
    expect(folder.files()).toEqual(FILES);
  });

  it('sees an edit that keeps the size and is made right after the pull', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    folder.write({ 'recordings/top.json': 'x' });

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 1, replaced: 1 });
    expect(folder.files()).toEqual(FILES);
  });

  it('keeps every local file that it replaces', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/top.json': 'first of mine' });
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    folder.write({ 'recordings/top.json': 'second of mine' });
    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary.replaced).toBe(1);
    const kept = join(folder.path, '.fixtures/replaced');
    expect(readFileSync(join(kept, 'recordings/top.json'), 'utf8')).toBe('first of mine');
    expect(readFileSync(join(kept, 'recordings/top.json.2'), 'utf8')).toBe('second of mine');
  });

  it('replaces what a pull wrote without keeping it', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.hold('main', { ...FILES, 'recordings/top.json': 'new' });

    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
      ...{ pulled: 1, reused: 2, replaced: 0 },
    });
    expect(folder.files()['recordings/top.json']).toBe('new');
  });

  it('removes only files that a pull wrote, that left, and that nobody changed', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/mine.json': 'm' });
    const leaving = {
      'recordings/mine.json': 'm',
      'recordings/deep/er/gone.json': 'g',
      'recordings/edited.json': 'e',
    };
    registry.hold('main', { ...FILES, ...leaving });
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    folder.write({ 'recordings/edited.json': 'E' });
    registry.hold('main', FILES);

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary.removed).toBe(1);
    expect(folder.files()).toEqual({ ...FILES, 'recordings/mine.json': 'm', 'recordings/edited.json': 'E' });
    expect(() => readFileSync(join(folder.path, 'recordings/deep'))).toThrow(/ENOENT/);
  });

  it('of a selection leaves what other pulls wrote, until a pull of everything', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.hold('main', { 'recordings/a.json': 'a' });
    const selection = { paths: ['recordings/*'] };

    expect(await pull(registry.connection, { directory: folder.path, ...MAIN, selection })).toMatchObject({
      removed: 0,
    });
    expect(folder.files()).toEqual(FILES);
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
      removed: 2,
    });
    expect(folder.files()).toEqual({ 'recordings/a.json': 'a' });
  });

  it('asks for everything again when the baseline under an unchanged snapshot moved', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('pull/1', FILES);
    const target = { target: { pullRequest: 1, base: 'main' } };
    await pull(registry.connection, { directory: folder.path, ...target });
    registry.editPlan = (plan) => {
      plan['baseline'] = { ...(plan['snapshot'] as object), id: 'main@9' };
    };
    registry.asked.length = 0;
    await pull(registry.connection, { directory: folder.path, ...target });
    expect(registry.asked.map(({ json }) => json['have'])).toEqual(['pull/1@1', null]);
  });

  it.each(['{', '{"format":1}', 'null', '{"format":99}'])(
    'does not trust damaged state: %s',
    async (text) => {
      await using registry = await StandInRegistry.start();
      using folder = new TemporaryFolder().write({ '.fixtures/state.json': text });
      registry.hold('main', FILES);
      expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
        pulled: 3,
      });
      expect(registry.logged.join()).toMatch(/damaged/);
    },
  );

  it('does not trust state of another repository', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    const other = { ...registry.connection, repository: { owner: 'acme', name: 'other' } };
    registry.hold('main', {});
    expect(await pull(other, { directory: folder.path, ...MAIN })).toMatchObject({ removed: 0 });
    expect(folder.files()).toEqual(FILES);
  });
});

describe('pull refuses', () => {
  it.each([
    '../outside.json',
    '/tmp/absolute.json',
    'recordings/../../outside.json',
    '.git/hooks/post-checkout',
    '.github/workflows/ci.yml',
    '.fixtures/state.json',
    'c:\\windows.json',
  ])('the path %s, and writes nothing', async (path) => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'first.json': 'x', [path]: 'evil' });
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toBeInstanceOf(LocalError);
    await expect(pulling).rejects.toMatchObject({ path });
    expect(folder.files()).toEqual({});
  });

  it('to write through a symbolic link', async () => {
    await using registry = await StandInRegistry.start();
    using outside = new TemporaryFolder();
    using folder = new TemporaryFolder();
    symlinkSync(outside.path, join(folder.path, 'recordings'));
    registry.hold('main', { 'recordings/deep/a.json': 'evil' });
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toThrow(
      /recordings\/deep\/a.json would go through recordings.*symbolic link/,
    );
    expect(outside.files()).toEqual({});
  });

  it('a link, a folder or a file in a wrong place', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ file: 'f' });
    mkdirSync(join(folder.path, 'folder'));
    symlinkSync('file', join(folder.path, 'link'));
    const holding = (path: string) => {
      registry.hold('main', { [path]: 'x' });
      return pull(registry.connection, { directory: folder.path, ...MAIN, ...ANYWHERE });
    };
    await expect(holding('folder')).rejects.toThrow(/there is a folder/);
    await expect(holding('link')).rejects.toThrow(/there is a symbolic link/);
    await expect(holding('file/x')).rejects.toThrow(/which is a file/);
    expect(folder.files()).toEqual({ file: 'f' });
  });

  it('a plan that holds a path as a file and as a folder', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'a/b': 'x', 'a/b/c': 'y' });
    await expect(pull(registry.connection, { directory: folder.path, ...MAIN })).rejects.toThrow(
      /as a folder/,
    );
  });

  it('a directory that is not there', async () => {
    await using registry = await StandInRegistry.start();
    const pulling = pull(registry.connection, { directory: '/nowhere/at/all', ...MAIN });
    await expect(pulling).rejects.toThrow(/does not exist/);
    expect(registry.asked).toEqual([]);
  });

  it('contents that are not what their digest says, each time it tries', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'recordings/a.json': 'honest' });
    const [digest] = [...registry.contents.keys()] as [string];
    registry.contents.set(digest, pack(Buffer.from('lies!!')));
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toMatchObject({ code: 'SERVER', message: expect.stringMatching(/digest/) });
    expect(folder.files()).toEqual({});
    expect(registry.waited).toHaveLength(5);
  });

  it('contents that were not requested', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'recordings/a.json': 'a' });
    const entry: ArchiveEntry = { ...pack(Buffer.from('x')), name: '../../evil' };
    registry.fault = async ({ url }, response) => {
      if (url === '/graphql') return false;
      response.end(await buffer(writeArchive([entry])));
      return true;
    };
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toThrow(/not requested/);
  });
});

describe('a pull over a bad connection', () => {
  /** Ends the answers to the first downloads after some bytes of their archive. */
  function cutDownloads(registry: StandInRegistry, times: number, end: 'reset' | 'silent') {
    registry.fault = async ({ url, json }, response) => {
      if (url === '/graphql' || times-- <= 0) return false;
      const archive = await buffer(registry.archive(json.digests ?? []));
      const part = archive.subarray(0, Math.floor(archive.byteLength / 5));
      if (end === 'silent') response.end(part);
      else response.write(part, () => setImmediate(() => response.destroy()));
      return true;
    };
  }

  it.each(['reset', 'silent'] as const)('goes on with what is missing after a %s end', async (end) => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', MANY);
    cutDownloads(registry, 2, end);

    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
      pulled: 60,
    });

    expect(folder.files()).toEqual(MANY);
    const sizes = registry.drain('/content').map(({ json }) => json.digests?.length ?? 0);
    expect(sizes).toHaveLength(3);
    expect(sizes[0]).toBe(60);
    expect(sizes[1]).toBeLessThan(60);
    expect(sizes[2]).toBeLessThan(sizes[1] as number);
  });

  it('does not ask again for an archive of which only the end is missing', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', MANY);
    registry.fault = async ({ url, json }, response) => {
      if (url === '/graphql') return false;
      response.end((await buffer(registry.archive(json.digests ?? []))).subarray(0, -1));
      return true;
    };
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    expect(folder.files()).toEqual(MANY);
    expect(registry.drain('/content')).toHaveLength(1);
  });

  it('gives up in the end, keeps what it has, and the next pull goes on from there', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', MANY);
    const entry = { ...(registry.contents.values().next().value as ReturnType<typeof pack>) };
    const name = registry.contents.keys().next().value as string;
    const start = (await buffer(writeArchive([{ ...entry, name }]))).subarray(0, -40);
    registry.fault = ({ url }, response) => {
      if (url === '/graphql') return false;
      response.end(start);
      return true;
    };
    await expect(pull(registry.connection, { directory: folder.path, ...MAIN })).rejects.toMatchObject({
      code: 'SERVER',
    });
    expect(Object.keys(folder.files())).toHaveLength(1);

    registry.fault = () => false;
    registry.asked.length = 0;
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
      pulled: 59,
      reused: 1,
    });
    registry.hold('main', {});
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
      removed: 60,
    });
  });

  it('waits as long as Retry-After says', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    const answers = [503, 429, 502, 504];
    registry.fault = (_, response) => {
      const status = answers.shift();
      if (status === undefined) return false;
      response.writeHead(status, { 'retry-after': '7' }).end();
      return true;
    };
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    expect(registry.waited).toHaveLength(4);
    for (const waited of registry.waited) expect(waited).toBeGreaterThanOrEqual(7000);
    expect(registry.logged.join()).toMatch(/trying again/);
  });

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [400, 'INVALID'],
    [413, 'INVALID'],
    [500, 'SERVER'],
  ])('does not try again after %s', async (status, code) => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.fault = (_, response) => {
      response.writeHead(status, { 'x-request-id': 'r-1' });
      response.end(JSON.stringify({ error: { message: 'Because.' } }));
      return true;
    };
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toMatchObject({
      code,
      requestId: 'r-1',
      message: expect.stringMatching(/Because/),
    });
    expect(registry.asked).toHaveLength(1);
  });

  it('never follows a redirect, and never tells the token', async () => {
    await using registry = await StandInRegistry.start();
    await using elsewhere = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.fault = (_, response) => {
      response.writeHead(307, { location: `${elsewhere.connection.registry}/graphql` }).end();
      return true;
    };
    const error = await pull(registry.connection, { directory: folder.path, ...MAIN }).catch((e) => e);
    expect(error).toMatchObject({ code: 'INVALID', message: expect.stringMatching(/redirects/) });
    expect(elsewhere.asked).toEqual([]);
    expect(JSON.stringify([error, String(error), registry.logged])).not.toContain('secret');
  });

  it('says that the registry cannot be reached, after several tries', async () => {
    using folder = new TemporaryFolder();
    const registry = await StandInRegistry.start();
    await registry[Symbol.asyncDispose]();
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/ECONNREFUSED/),
    });
    expect(registry.waited).toHaveLength(5);
  });
});

describe('state', () => {
  it('vouches for files: what has its size and time is not read', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    // Other bytes behind the same size and time: only a client that reads the file would notice.
    const file = join(folder.path, 'recordings/top.json');
    const past = new Date(Date.now() - 60_000);
    utimesSync(file, past, past);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    writeFileSync(file, '?');
    utimesSync(file, past, past);
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({ pulled: 0 });
  });

  it('tells progress up to the last file', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', MANY);
    const onProgress = vi.fn();
    await pull(registry.connection, { directory: folder.path, ...MAIN, onProgress });
    expect(onProgress).toHaveBeenLastCalledWith({ step: 'download', done: 60, total: 60 });
  });
});
