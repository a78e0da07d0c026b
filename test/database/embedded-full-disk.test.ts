import { spawnSync } from 'node:child_process';
import { cp, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { pullFiles, pushFiles } from '../support/push-files.js';
import { ADMIN_TOKEN, startRegistry } from '../support/registry.js';

const REPOSITORY = 'acme/full';
const MIB = 1024 * 1024;

/** A small disk in memory; null where mounting is not allowed. */
async function makeDisk(mebibytes: number) {
  const folder = await makeFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder.path]);
  if (mounted.status !== 0) {
    await folder[Symbol.asyncDispose]();
    return null;
  }
  return {
    path: folder.path,
    [Symbol.asyncDispose]: async () => {
      spawnSync('umount', ['-l', folder.path]);
      await folder[Symbol.asyncDispose]();
    },
  };
}

const probe = await makeDisk(1);
await probe?.[Symbol.asyncDispose]();

it.skipIf(!probe).each([20 * MIB, 0])(
  'an embedded database with %i bytes left can be read but not written, stops, and continues after cleanup',
  async (left) => {
    await using disk = await makeDisk(160);
    if (!disk) throw new Error('the disk was not made');
    const data = join(disk.path, 'data');
    await cp(process.env['EMPTY_EMBEDDED_DATABASE'] ?? '', data, { recursive: true });
    await using registry = await startRegistry({ environment: { FIXTURE_REGISTRY_DATA: data } });
    const pushOne = (name: string) =>
      pushFiles(registry, {
        repository: REPOSITORY,
        ref: { branch: 'main' },
        add: { [`recordings/${name}.json`]: name },
      });
    const ready = async () => {
      const response = await fetch(`${registry.url}/readyz`);
      return { status: response.status, text: await response.text() };
    };
    await pushOne('first');
    const { token } = await readToken();

    const filler = join(disk.path, 'filler');
    const { bavail, bsize } = await statfs(disk.path);
    await writeFile(filler, Buffer.alloc(bavail * bsize - left));
    const isRefused = async () => {
      const query = 'mutation ($i: PushInput!) { push(input: $i) { __typename } }';
      const add = [{ path: 'recordings/other.json', digest: 'a'.repeat(64), size: 1 }];
      const input = { owner: 'acme', name: 'full', ref: { branch: 'other' }, add, remove: [] };
      const response = await fetch(`${registry.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
        body: JSON.stringify({ query, variables: { i: input } }),
      });
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    };
    // A start needs a little space itself.
    for (const restart of left > 0 ? [false, true] : [false]) {
      if (restart) {
        expect(await registry.stop()).toBe(0);
        await registry.restart();
      }
      await expect(pushOne('refused')).rejects.toThrow(/disk is full/);
      expect(await isRefused()).toMatchObject({ status: 503, retryAfter: expect.any(String) });
      expect(await ready()).toMatchObject({ status: 503, text: expect.stringContaining('is full') });
      expect(Object.keys(await pullFiles(registry, REPOSITORY, {}))).toEqual(['recordings/first.json']);
      // The token works although its last use cannot be stored.
      const asked = `{ repository(owner: "acme", name: "full") { name } }`;
      expect(await registry.ask(asked, {}, token)).toEqual({ repository: { name: 'full' } });
    }
    if (left === 0) expect(await registry.stop()).toBe(0);
    await rm(filler);
    if (left === 0) await registry.restart();
    await expect.poll(ready).toMatchObject({ status: 200 });
    await pushOne('second');
    expect(Object.keys(await pullFiles(registry, REPOSITORY, {})).sort()).toEqual([
      'recordings/first.json',
      'recordings/second.json',
    ]);

    async function readToken(): Promise<{ token: string }> {
      const made = await registry.command('token', 'create', '--repository', REPOSITORY, '--scope', 'read');
      return { token: made.stdout.trim() };
    }
  },
  300_000,
);
