import type { PullSummary, PushSummary } from '@fixture-registry/client';
import { digestOf } from '@fixture-registry/protocol';
import { describe, expect, inject, it } from 'vitest';
import { downloadContents } from '../support/block-archives.js';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { type ObjectStorage, startObjectStorage } from '../support/object-storage.js';
import { purge } from '../support/purge-content.js';
import { pullFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry } from '../support/registry.js';

const repository = 'acme/presigned';
const files = manyFiles(300, 'kept', 6_000);

/** A registry with presigned URLs, and a store that holds some blocks. */
async function start(environment: Record<string, string> = {}) {
  const storage = await startObjectStorage();
  const registry = await startRegistry({
    postgresUrl: inject('postgresUrl'),
    environment: { ...storage.environment, FIXTURE_REGISTRY_CONTENT_PRESIGN: '60', ...environment },
  });
  const at = { registry, repository };
  await using folder = await makeFolder(files);
  await fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
  storage.requests.length = 0;
  return {
    ...{ at, registry, storage },
    [Symbol.asyncDispose]: async () => {
      storage.spoil(null);
      await registry[Symbol.asyncDispose]();
      await storage[Symbol.asyncDispose]();
    },
  };
}

const isSigned = (path: string) => path.includes('X-Amz-Signature=');
/** Who fetched objects: the client by presigned URL, or the registry with its own key. */
const fetchedBy = ({ requests }: ObjectStorage) => {
  const got = requests.filter(({ method }) => method === 'GET');
  const client = got.filter(({ path }) => isSigned(path));
  return { client: client.length, registry: got.length - client.length };
};

const text = async (folder: { files(): Promise<Map<string, Uint8Array>> }) =>
  Object.fromEntries(Array.from(await folder.files(), ([path, bytes]) => [path, `${bytes}`]));

describe('presigned download URLs', () => {
  it('let clients fetch all bytes from the bucket, without a token', async () => {
    await using all = await start();
    const { at, registry, storage } = all;
    const objects = (await storage.keys()).length;
    expect(objects).toBeGreaterThan(3);
    await using folder = await makeFolder();
    const pulled = await runFixtures(at, folder, ['pull', '--branch', 'main']);
    expect(pulled.status).toBe(0);
    expect(await text(folder)).toEqual(files);
    expect(fetchedBy(storage)).toEqual({ client: objects, registry: 0 });
    for (const { path, headers } of storage.requests.filter(({ path }) => isSigned(path))) {
      expect(headers.authorization).toBeUndefined();
      expect(JSON.stringify(headers)).not.toContain(registry.adminToken);
      expect(path).toContain('X-Amz-Expires=60');
    }
    // A presigned URL grants access to anyone, so no log may contain it.
    for (const said of [pulled.stdout, pulled.stderr, registry.output.stderr, registry.output.stdout]) {
      expect(said).not.toMatch(/X-Amz-|Signature/);
    }
    // A later pull gets the same URLs.
    const before = new Set(storage.requests.map(({ path }) => path));
    await using other = await makeFolder();
    await fixturesJson<PullSummary>(at, other, 'pull', '--branch', 'main');
    expect(storage.requests.filter(({ path }) => isSigned(path) && !before.has(path))).toEqual([]);
  });

  it('are not sent to a client that does not support them', async () => {
    await using all = await start();
    const { registry, storage } = all;
    const digests = Object.values(files).map((content) => digestOf(Buffer.from(content)));
    const got = await downloadContents(registry, repository, { digests, blocks: true });
    expect([...got.contents.keys()].sort()).toEqual(digests.sort());
    expect(await pullFiles(registry, repository, {})).toEqual(files);
    expect(fetchedBy(storage).client).toBe(0);
  });

  it.each([
    ['are requested again when they expire during a pull', 403, (n: number) => n === 4 && 'denied', 0],
    ['fall back to the registry when access is denied', 403, () => 'denied' as const, 1],
    ['fall back to the registry when the bucket is unreachable', null, () => 'cut' as const, 1],
    ['fall back to the registry when they return half a block', null, () => 'half' as const, 1],
  ])('%s', async (_, status, fault, least) => {
    await using all = await start();
    const { at, storage } = all;
    let asked = 0;
    storage.spoil((method, path) => (method === 'GET' && isSigned(path) && fault(++asked)) || null);
    await using folder = await makeFolder();
    const pulled = await runFixtures(at, folder, ['pull', '--branch', 'main']);
    expect(pulled).toMatchObject({ status: 0, stderr: expect.stringContaining('trying again') });
    if (status !== null) expect(pulled.stderr).toContain(`answered with status ${status}`);
    expect(pulled.stderr).not.toMatch(/X-Amz-|Signature/);
    expect(await text(folder)).toEqual(files);
    const { client, registry } = fetchedBy(storage);
    expect(client).toBeGreaterThan(0);
    if (least === 0) expect(registry).toBe(0);
    else expect(registry).toBeGreaterThanOrEqual(least);
  });

  it('stop working when a purge removes a content of the block', async () => {
    await using all = await start();
    const { at, registry, storage } = all;
    await using folder = await makeFolder();
    await fixturesJson<PullSummary>(at, folder, 'pull', '--branch', 'main');
    const addresses = storage.requests.map(({ path }) => path).filter(isSigned);
    const digest = digestOf(Buffer.from(Object.values(files)[0] ?? ''));
    await purge(registry, { repository, digest });
    const bucket = registry.environment['FIXTURE_REGISTRY_S3_ENDPOINT'] ?? '';
    const answers = await Promise.all(addresses.map((path) => fetch(bucket + path)));
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(addresses.length - 1);
  });
});

it('presigned URLs are off by default', async () => {
  await using all = await start({ FIXTURE_REGISTRY_CONTENT_PRESIGN: '' });
  await using folder = await makeFolder();
  await fixturesJson<PullSummary>(all.at, folder, 'pull', '--branch', 'main');
  expect(fetchedBy(all.storage)).toMatchObject({ client: 0 });
});

it.each(['0', '9', 'soon', '3601'])(
  'an invalid FIXTURE_REGISTRY_CONTENT_PRESIGN=%s is rejected',
  async (seconds) => {
    await expect(
      startRegistry({
        environment: {
          FIXTURE_REGISTRY_CONTENT: 's3://bucket/prefix',
          FIXTURE_REGISTRY_CONTENT_PRESIGN: seconds,
        },
      }),
    ).rejects.toThrow('must be a number of seconds from 10 to 3600');
  },
);
