import { buffer } from 'node:stream/consumers';
import { type pack, writeArchive } from '@fixture-registry/protocol';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { pull } from './pull.js';

const MAIN = { target: { branch: 'main' } };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'recordings/top.json': 'c' };
const MANY = Object.fromEntries(
  Array.from({ length: 60 }, (_, n) => [`recordings/${n}.json`, `content ${n}`]),
);

describe('a pull over a bad connection', () => {
  /** Cuts the responses to the first downloads after some bytes of their archive. */
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

  it.each(['reset', 'silent'] as const)('requests only what is missing after a %s end', async (end) => {
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

  it('does not request an archive again if only its end is missing', async () => {
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

  it('keeps the files written before the last attempt fails, and the next pull continues from there', async () => {
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

  it('waits for the delay that Retry-After requests', async () => {
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
  ])('does not retry after %s', async (status, code) => {
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

  it('never follows a redirect and never shows the token', async () => {
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

  it('reports that the registry cannot be reached, after several attempts', async () => {
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
