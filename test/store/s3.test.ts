import { randomUUID } from 'node:crypto';
import type { PullSummary, PushSummary } from '@fixture-registry/client';
import { digestOf } from '@fixture-registry/protocol';
import { describe, expect, inject, it, vi } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { type ObjectStorage, startObjectStorage } from '../support/object-storage.js';
import { purge } from '../support/purge-content.js';
import { archiveOf, askToPush, planOf, pullFiles, pushFiles, put } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const repository = 'acme/in-objects';
const MAIN = { branch: 'main' };
const KEY = /^ci\/fixtures\/\d+\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/;

const DATABASES = ['embedded', 'postgres'] as const;
const optionsFor = (database: (typeof DATABASES)[number], environment: Record<string, string>) => ({
  ...(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {}),
  environment,
});

/** A registry on Postgres that keeps its contents in its own object store. */
async function start(
  environment: Record<string, string> = {},
): Promise<{ registry: TestRegistry; storage: ObjectStorage } & AsyncDisposable> {
  const storage = await startObjectStorage();
  const registry = await startRegistry(optionsFor('postgres', { ...storage.environment, ...environment }));
  return {
    ...{ registry, storage },
    [Symbol.asyncDispose]: async () => {
      storage.spoil(null);
      await registry[Symbol.asyncDispose]();
      await storage[Symbol.asyncDispose]();
    },
  };
}

/** Pushes like the client, which packs small contents into one block. */
async function pushPacked(registry: TestRegistry, files: Record<string, string>): Promise<void> {
  await using folder = await makeFolder(files);
  await fixturesJson<PushSummary>({ registry, repository }, folder, 'push', '--branch', 'main');
}

/** Requests contents once, without the client's retries. */
const download = (registry: TestRegistry, digests: string[]) =>
  fetch(`${registry.url}/-/${repository}/content`, {
    method: 'POST',
    headers: { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ digests, blocks: true }),
  });

const messageOf = async (response: Response) =>
  ((await response.json()) as { error: { message: string } }).error.message;

describe.each(DATABASES)('contents in a bucket, rows in the database (%s)', (database) => {
  it('returns what was pushed and keeps none of its bytes in the database', async () => {
    await using storage = await startObjectStorage();
    await using registry = await startRegistry(optionsFor(database, storage.environment));
    const at = { registry, repository };
    const files = { ...manyFiles(300, 'kept', 3_000), 'tests/recordings/large.json': 'x'.repeat(6_000_000) };
    await using folder = await makeFolder(files);
    const pushed = await fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
    expect(pushed).toMatchObject({ added: 301, uploaded: 301 });

    const keys = await storage.keys();
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) expect(key).toMatch(KEY);
    if (database === 'postgres') {
      const [held] = await registry.sql`select (select count(*)::int from block_chunks) as chunks,
        (select count(*)::int from blocks) as blocks`;
      expect(held).toEqual({ chunks: 0, blocks: keys.length });
    }

    await using other = await makeFolder();
    const pulled = await fixturesJson<PullSummary>(at, other, 'pull', '--branch', 'main');
    expect(pulled).toMatchObject({ pulled: 301 });
    expect(Object.fromEntries([...(await other.files())].map(([path, bytes]) => [path, `${bytes}`]))).toEqual(
      files,
    );
    // Each object once, however many contents it holds.
    expect(storage.requests.filter(({ method }) => method === 'GET')).toHaveLength(keys.length);
    // The registry's token must not reach the store.
    for (const { headers } of storage.requests) expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
    const ready = await fetch(`${registry.url}/readyz`);
    expect(await ready.json()).toMatchObject({ ready: true, content: 's3' });
  });

  it('keeps contents in the database readable after the switch to a bucket', async () => {
    await using storage = await startObjectStorage();
    await using registry = await startRegistry(optionsFor(database, {}));
    const before = manyFiles(40, 'before');
    await pushFiles(registry, { repository, ref: MAIN, add: before });
    await registry.stop();
    Object.assign(registry.environment, storage.environment);
    await registry.restart();

    const after = manyFiles(40, 'after');
    expect(await pullFiles(registry, repository, {})).toEqual(before);
    await pushFiles(registry, { repository, ref: MAIN, add: after });
    expect(await pullFiles(registry, repository, {})).toEqual({ ...before, ...after });
    expect((await storage.keys()).length).toBeGreaterThan(0);

    // Without the bucket, the registry names the missing setting and still serves the database.
    await registry.stop();
    delete registry.environment['FIXTURE_REGISTRY_CONTENT'];
    await registry.restart();
    const [path = '', text = ''] = Object.entries(before)[0] ?? [];
    const selection = { paths: [path] };
    expect(await pullFiles(registry, repository, { selection })).toEqual({ [path]: text });
    const refused = await download(
      registry,
      Object.values(after).map((content) => digestOf(Buffer.from(content))),
    );
    expect(refused.status).toBe(500);
    expect(await messageOf(refused)).toContain('a store that this registry is not configured for');
    await vi.waitFor(() => expect(registry.output.stderr).toContain('FIXTURE_REGISTRY_CONTENT must name it'));
  });

  it('merges blocks during gc, moves them to the bucket and removes the old objects', async () => {
    await using storage = await startObjectStorage();
    await using registry = await startRegistry(optionsFor(database, {}));
    const files: Record<string, string> = {};
    const push = async (mark: string) => {
      const add = manyFiles(3, mark);
      Object.assign(files, add);
      await pushFiles(registry, { repository, ref: MAIN, add });
    };
    for (const mark of ['a', 'b', 'c']) await push(mark);
    await registry.stop();
    Object.assign(registry.environment, storage.environment);
    await registry.restart();
    for (const mark of ['d', 'e', 'f']) await push(mark);
    const before = await storage.keys();
    expect(before).toHaveLength(9);

    await registry.stop();
    const gc = await registry.command('gc');
    expect(gc.status).toBe(0);
    expect(gc.stdout).toContain('packed 18 small blocks together into 1');
    const after = await storage.keys();
    expect(after).toHaveLength(1);
    expect(before).not.toContain(after[0]);
    await registry.restart();
    expect(await pullFiles(registry, repository, {})).toEqual(files);
  });

  it('removes the object of a purged content and rewrites the rest of its block', async () => {
    await using storage = await startObjectStorage();
    await using registry = await startRegistry(optionsFor(database, storage.environment));
    const files = manyFiles(10, 'purged');
    await pushPacked(registry, files);
    const before = await storage.keys();
    expect(before).toHaveLength(1);
    const [[path, secret] = ['', '']] = Object.entries(files);
    const purged = await purge(registry, { repository, digest: digestOf(Buffer.from(secret)) });
    expect(purged).toMatchObject({ __typename: 'Purged', already: false, notice: null });
    const after = await storage.keys();
    expect(after).toHaveLength(1);
    expect(before).not.toContain(after[0]);
    const { [path]: _, ...others } = files;
    expect(await pullFiles(registry, repository, {})).toEqual(others);
  });
});

describe('gc of a bucket', () => {
  it('removes day-old objects without a block, and no others', async () => {
    await using both = await start();
    const { registry, storage } = both;
    const files = manyFiles(20, 'kept');
    await pushPacked(registry, files);
    const [kept = ''] = await storage.keys();
    // The state that a push leaves when it dies between object and row; only this setup makes it
    // reliably.
    await registry.sql`alter table blocks add constraint refuse check (packed_size < 0) not valid`;
    const failed = await put(registry, repository, await archiveOf(['"never a row"']));
    expect(failed.status).toBe(500);
    await registry.sql`alter table blocks drop constraint refuse`;
    // Such a transaction may still commit, so gc removes nothing at once.
    expect(await storage.keys()).toHaveLength(2);

    // An object of another registry in the same bucket, with a repository of the same number.
    const another = await startRegistry(optionsFor('postgres', storage.environment));
    await pushPacked(another, files);
    const gc = async (...words: string[]) => (await registry.command('gc', ...words)).stdout;
    expect(await gc()).toContain('removed 0 objects (0 bytes)');
    await storage.age();
    expect(await gc('--dry-run')).toMatch(/would remove 1 objects \(\d+ bytes\) that belong to no block/);
    expect(await storage.keys()).toHaveLength(3);
    expect(await gc()).toMatch(/removed 1 objects/);
    expect(await gc('--dry-run')).toContain('would remove 0 objects');
    const left = await storage.keys();
    expect(left).toHaveLength(2);
    expect(left).toContain(kept);
    expect(await pullFiles(another, repository, {})).toEqual(files);
    await another[Symbol.asyncDispose]();
    expect(await pullFiles(registry, repository, {})).toEqual(files);
  });

  it('covers folders with more objects than one page of the listing', async () => {
    await using both = await start();
    const { registry, storage } = both;
    const files = manyFiles(20, 'kept');
    await pushPacked(registry, files);
    const [kept = ''] = await storage.keys();
    // A page lists a thousand objects, sorted by name, so these names come on the last page.
    const folder = kept.slice(0, kept.lastIndexOf('/'));
    await storage.plant(Array.from({ length: 1_010 }, () => `${folder}/${randomUUID()}`));
    await storage.age();
    storage.requests.length = 0;
    const gc = async (...words: string[]) => (await registry.command('gc', ...words)).stdout;
    expect(await gc('--dry-run')).toContain(`would remove 1010 objects (${1_010 * 'planted'.length} bytes)`);
    const asked = storage.requests.filter(({ path }) => path.includes('list-type=2'));
    expect(asked.map(({ path }) => path.includes('start-after='))).toEqual([false, true]);
    expect(await gc()).toContain('removed 1010 objects');
    expect(await storage.keys()).toEqual([kept]);
    expect(await gc('--dry-run')).toContain('would remove 0 objects');
    expect(await pullFiles(registry, repository, {})).toEqual(files);
  });

  it('loses nothing when the store fails during gc', async () => {
    await using both = await start();
    const { registry, storage } = both;
    const files: Record<string, string> = {};
    for (const mark of ['a', 'b', 'c', 'd']) {
      const add = manyFiles(3, mark);
      Object.assign(files, add);
      await pushPacked(registry, add);
    }
    for (const spoilt of ['PUT', 'GET', 'POST']) {
      storage.spoil((method) => (method === spoilt ? 'slow-down' : null));
      const ended = await registry.command('gc');
      expect(ended.stderr).toMatch(
        spoilt === 'POST' ? /could not be removed/ : /the content store does not .*\(status 503\)/,
      );
      storage.spoil(null);
      expect(await pullFiles(registry, repository, {})).toEqual(files);
    }
    await storage.age();
    expect((await registry.command('gc')).stdout).toMatch(/removed [4-9] objects/);
    expect(await storage.keys()).toHaveLength(1);
    expect(await pullFiles(registry, repository, {})).toEqual(files);
  });
});

describe('a failing store', () => {
  it.each([
    ['cut', 503, 'it cannot be reached'],
    ['silent', 503, 'it does not answer in time'],
    ['slow-down', 503, 'it is busy or failing (status 503)'],
    ['denied', 500, 'it refuses the registry access'],
    ['no-bucket', 500, 'its bucket does not exist'],
  ] as const)(
    'fails uploads and downloads with a clear message and leaves nothing visible: %s',
    async (fault, status, words) => {
      // Only the silent store needs a timeout; a short one would make a busy machine look silent.
      await using both = await start(fault === 'silent' ? { FIXTURE_REGISTRY_S3_TIMEOUT: '2' } : {});
      const { registry, storage } = both;
      const files = manyFiles(5, 'before');
      await pushFiles(registry, { repository, ref: MAIN, add: files });
      storage.spoil(() => fault);

      const text = '"during"';
      const upload = await put(registry, repository, await archiveOf([text]));
      expect([upload.status, await messageOf(upload)]).toEqual([status, expect.stringContaining(words)]);
      expect(upload.headers.get('retry-after')).toBe(status === 503 ? '3' : null);
      const push = { repository, ref: MAIN, add: { 'tests/recordings/during.json': text } };
      expect(await askToPush(registry, push)).toMatchObject({ __typename: 'ContentMissing' });

      const down = await download(registry, [digestOf(Buffer.from(Object.values(files)[0] ?? ''))]);
      expect([down.status, await messageOf(down)]).toEqual([status, expect.stringContaining(words)]);
      const shown = registry.ask(`{ repository(owner: "acme", name: "in-objects") {
      recordings { nodes { content } } } }`);
      await expect(shown).rejects.toThrow(words);

      const ready = await fetch(`${registry.url}/readyz`);
      // Readiness does not wait for the store.
      const reason = fault === 'silent' ? 'the content store does not answer' : words;
      expect([ready.status, await messageOf(ready)]).toEqual([503, expect.stringContaining(reason)]);
      expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);

      storage.spoil(null);
      await vi.waitFor(async () => expect((await fetch(`${registry.url}/readyz`)).status).toBe(200), {
        timeout: 10_000,
        interval: 250,
      });
      await pushFiles(registry, push);
      expect(await pullFiles(registry, repository, {})).toEqual({ ...files, ...push.add });
      // No response reveals where contents are stored.
      for (const said of [await messageOf(await download(registry, ['x'])), words])
        expect(said).not.toContain('s3://');
    },
  );

  it('is retried by the registry and the client when it recovers soon', async () => {
    await using both = await start();
    const { registry, storage } = both;
    const at = { registry, repository };
    const files = manyFiles(200, 'patience', 4_000);
    await using folder = await makeFolder(files);
    let asked = 0;
    // More failures than the registry itself retries.
    storage.spoil((method) => (method === 'PUT' && asked++ < 20 ? 'slow-down' : null));
    const pushed = await runFixtures(at, folder, ['push', '--branch', 'main']);
    expect(pushed).toMatchObject({ status: 0, stderr: expect.stringContaining('trying again') });

    const broken = new Set<string>();
    storage.spoil((method, path) => {
      if (method !== 'GET' || broken.has(path)) return null;
      broken.add(path);
      return broken.size % 2 === 0 ? 'half' : 'break-off';
    });
    await using other = await makeFolder();
    await fixturesJson<PullSummary>(at, other, 'pull', '--branch', 'main');
    expect(broken.size).toBeGreaterThan(2);
    expect((await other.files()).size).toBe(200);
  });

  it('reports a lost or truncated object and serves the rest', async () => {
    await using both = await start();
    const { registry, storage } = both;
    const at = { registry, repository };
    const files = manyFiles(5, 'first');
    await pushPacked(registry, files);
    const [first = ''] = await storage.keys();
    const other = Object.fromEntries(
      Object.entries(manyFiles(5, 'second')).map(([path, text]) => [`other/${path}`, text]),
    );
    await pushPacked(registry, other);
    // The object sent last, so everything before it must arrive.
    const broken = (await storage.keys()).at(-1) ?? '';
    const [intact, paths] = broken === first ? [other, ['other/**']] : [files, ['tests/**']];

    storage.spoil((method, path) => (method === 'GET' && path.includes(broken) ? 'half' : null));
    await using folder = await makeFolder();
    const damaged = await runFixtures(at, folder, ['pull', '--branch', 'main']);
    expect(damaged.status).toBe(1);
    expect(damaged.stderr).toContain('contents in the content store are damaged');
    // The download ends properly, not like a lost connection.
    expect(damaged.stderr).not.toContain('cannot be reached');
    expect(registry.output.stderr).toMatch(/object \S+ has \d+ bytes; \d+ were stored/);

    storage.spoil(null);
    await storage.remove(broken);
    const lost = await runFixtures(at, folder, ['pull', '--branch', 'main']);
    expect(lost.status).toBe(1);
    expect(lost.stderr).toContain(
      `contents are lost: the bytes of block ${broken.split('/').at(-1)} are missing`,
    );
    expect(await pullFiles(registry, repository, { selection: { paths } })).toEqual(intact);
  });

  it('makes the purge warn when an object is not removed or its versions are kept', async () => {
    await using both = await start();
    const { registry, storage } = both;
    const files = manyFiles(3, 'purged');
    await pushFiles(registry, { repository, ref: MAIN, add: files });
    const [one = '', two = '', three = ''] = Object.values(files).map((text) => digestOf(Buffer.from(text)));
    storage.spoil((method) => (method === 'POST' ? 'denied' : null));
    expect((await purge(registry, { repository, digest: one })).notice).toContain(
      'run fixture-registry gc tomorrow',
    );
    storage.spoil(null);
    storage.keepVersions = true;
    expect((await purge(registry, { repository, digest: two })).notice).toContain('keeps earlier versions');
    const words = ['--repository', repository, '--reason', 'it held a code word'];
    const told = await registry.command('purge', ...words, '--digest', three);
    expect(told.stdout).toContain('the bucket keeps earlier versions of objects');
    const plan = await planOf(registry, repository, {});
    expect(plan.files).toEqual([]);
  });
});

it('a registry killed during uploads leaves objects for gc, and no row without an object', async () => {
  await using both = await start();
  const { registry, storage } = both;
  const at = { registry, repository };
  let files = {};
  for (const round of [1, 2, 3]) {
    const added = manyFiles(300, `round ${round}`, 6_000);
    files = { ...files, ...added };
    await using folder = await makeFolder(added);
    let uploads = 0;
    const killed = new Promise<void>((resolve) => {
      storage.spoil((method) => {
        // By now some objects have arrived, and some are in transit.
        if (method === 'PUT' && ++uploads === 3 + round) void registry.kill().then(resolve);
        return null;
      });
    });
    const pushing = fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
    await killed;
    storage.spoil(null);
    await registry.restart();
    await pushing;
    expect(await pullFiles(registry, repository, {})).toEqual(files);
  }
  const [rows] = await registry.sql`select count(*)::int as count from blocks`;
  const stray = (await storage.keys()).length - Number(rows?.['count']);
  expect(stray).toBeGreaterThan(0);
  await storage.age();
  const gc = await registry.command('gc');
  expect(gc.stdout).toMatch(/removed \d+ objects/);
  const [left] = await registry.sql`select count(*)::int as count from blocks`;
  expect(await storage.keys()).toHaveLength(Number(left?.['count']));
  expect(await pullFiles(registry, repository, {})).toEqual(files);
});

it.each([
  ['FIXTURE_REGISTRY_CONTENT', 'https://bucket', /must be s3:\/\/bucket/],
  ['FIXTURE_REGISTRY_CONTENT', 's3://bucket/../other', /must be s3:\/\/bucket/],
  ['FIXTURE_REGISTRY_CONTENT_BEFORE', 's3://bucket/../other', /CONTENT_BEFORE must be s3:\/\/bucket/],
  ['FIXTURE_REGISTRY_CONTENT_BEFORE', 's3://bucket/prefix', /are the same store/],
  ['FIXTURE_REGISTRY_S3_ENDPOINT', 'http://user:word@127.0.0.1', /must be an http or https address.*without/],
  ['FIXTURE_REGISTRY_S3_PATH_STYLE', 'yes', /must be true or false, not "yes"/],
  ['FIXTURE_REGISTRY_S3_REGION', 'eu central', /must be a name such as eu-central-1/],
  ['FIXTURE_REGISTRY_S3_TIMEOUT', '0', /seconds from 1 to 999/],
])('an invalid %s=%s is rejected', async (name, value, words) => {
  await expect(
    startRegistry({ environment: { FIXTURE_REGISTRY_CONTENT: 's3://bucket/prefix', [name]: value } }),
  ).rejects.toThrow(words);
});
