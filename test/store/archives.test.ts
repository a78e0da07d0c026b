import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { type ArchiveEntry, digestOf, LIMITS, writeArchive } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import {
  archiveOf,
  askToPush,
  type PullQuestion,
  planOf,
  pushFiles,
  put,
  send,
} from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const repository = 'acme/archives';
const MAIN = { branch: 'main' };
const FILES: Record<string, string> = {
  ...manyFiles(20, 'zipped'),
  'tests/recordings/ünïcode name.json': '{"ü": "日本"}',
  'tests/recordings/empty.json': '',
  'tests/recordings/same.json': '{"ü": "日本"}',
  'tests/recordings/large.json': 'large '.repeat(500_000),
};

describe.each(['embedded', 'postgres'] as const)('archives, %s', (database) => {
  let registry: TestRegistry;
  let first = '';
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    const commit = 'a'.repeat(40);
    const { snapshot } = await pushFiles(registry, { repository, ref: MAIN, add: FILES, commit });
    first = snapshot.id;
    await pushFiles(registry, { repository, ref: MAIN, add: { 'tests/recordings/empty.json': 'no more' } });
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 5 },
      remove: Object.keys(manyFiles(20, 'zipped')),
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const download = (question: Record<string, string>) =>
    fetch(`${registry.url}/-/${repository}/archive.zip?${new URLSearchParams(question)}`, {
      headers: { authorization: `Bearer ${registry.adminToken}` },
    });

  it('exports every ref and commit as a standard zip file with the real paths', async () => {
    const states: [Record<string, string>, NonNullable<PullQuestion['at']>][] = [
      [{}, { branch: 'main' }],
      [{ branch: 'main' }, { branch: 'main' }],
      [{ pullRequest: '5' }, { pullRequest: 5 }],
      [{ commit: 'a'.repeat(40) }, { snapshot: first }],
      [{ snapshot: first }, { snapshot: first }],
    ];
    for (const [query, at] of states) {
      const response = await download(query);
      expect(response.headers.get('content-type')).toBe('application/zip');
      const found = await unzip(Buffer.from(await response.arrayBuffer()));
      const plan = await planOf(registry, repository, { at });
      expect(plan.files.length).toBeGreaterThan(3);
      expect(Object.fromEntries([...found].map(([path, bytes]) => [path, digestOf(bytes)]))).toEqual(
        Object.fromEntries(plan.files.map(({ path, digest }) => [path, digest])),
      );
    }
    const zipped = await unzip(Buffer.from(await (await download({ snapshot: first })).arrayBuffer()));
    for (const [path, text] of Object.entries(FILES)) expect(zipped.get(path)?.toString()).toBe(text);
  });

  it.each([
    [{ branch: 'nowhere' }, 404, 'NOT_FOUND'],
    [{ commit: 'b'.repeat(40) }, 404, 'NOT_FOUND'],
    [{ commit: 'main' }, 400, 'INVALID'],
    [{ pullRequest: 'five' }, 400, 'INVALID'],
    [{ snapshot: 'nonsense' }, 400, 'INVALID'],
    [{ branch: 'main', pullRequest: '5' }, 400, 'INVALID'],
  ])('answers a download of %j with %i %s', async (query, status, code) => {
    const response = await download(query as Record<string, string>);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it('stores the complete entries of an interrupted upload', async () => {
    const contents = Object.values(manyFiles(30, 'cut off', 3_000));
    const archive = await archiveOf(contents);
    const cut = await put(registry, repository, archive.subarray(0, archive.length / 2));
    expect(cut.status).toBe(400);
    expect(await cut.json()).toMatchObject({
      error: { code: 'INVALID', message: expect.stringContaining('ended early') },
    });
    const add = Object.fromEntries(
      contents.map((content, index) => [`tests/recordings/${index}.json`, content]),
    );
    const answer = await askToPush(registry, { repository, ref: { branch: 'cut' }, add });
    expect(answer.__typename).toBe('ContentMissing');
    expect(answer.digests?.length).toBeGreaterThan(5);
    expect(answer.digests?.length).toBeLessThan(25);
  });

  it('rejects entries with a wrong name and stores all others', async () => {
    const bomb = entry({
      name: digestOf(Buffer.alloc(100)),
      size: 100,
      packed: deflateRawSync(Buffer.alloc(300 << 20)).subarray(0, 100),
    });
    const longer = entry({
      name: digestOf(Buffer.alloc(10)),
      size: 10,
      packed: deflateRawSync(Buffer.alloc(50_000)),
    });
    const other = entry({ name: digestOf(Buffer.from('other')), content: 'something else' });
    const crc = entry({ content: 'wrong checksum', crc32: 1 });
    const unnamed = entry({ name: '../../etc/passwd', content: 'x' });
    const upper = entry({ name: digestOf(Buffer.from('upper')).toUpperCase(), content: 'upper' });
    const garbage = entry({ size: 50, packed: Buffer.alloc(40, 0xff), name: digestOf(Buffer.alloc(50)) });
    const good = entry({ content: `good on ${database}` });
    const archive = await archiveWith([bomb, longer, other, crc, unnamed, upper, garbage, good]);
    const receipt = await send(registry, repository, archive);
    expect(receipt).toMatchObject({ stored: 1, present: 0 });
    const refused = [bomb, longer, other, crc, unnamed, upper, garbage].map(({ name }) => name);
    expect(receipt.refused.map(({ digest }) => digest).sort()).toEqual(refused.sort());
    for (const { message } of receipt.refused) expect(message).toMatch(/\w+ \w+/);
  });

  it('stores a recording that compresses a thousandfold', async () => {
    const zeros = Buffer.alloc(100 << 20);
    const archive = await archiveOf([zeros]);
    expect(archive.length).toBeLessThan(200_000);
    expect(await send(registry, repository, archive)).toMatchObject({ stored: 1, refused: [] });
  });

  const broken: [string, (good: Buffer) => Buffer, RegExp][] = [
    ['nothing', () => Buffer.alloc(0), /ended early|not a zip/],
    ['text', () => Buffer.from('this is no archive at all'), /not a zip archive/],
    ['gzip', (good) => gzipSync(good), /not a zip archive/],
    ['encrypted', (good) => patched(good, 6, 1), /is encrypted/],
    ['with sizes behind', (good) => patched(good, 6, 8), /must be in the local header/],
    ['of another method', (good) => patched(good, 8, 12), /uses method 12/],
    ['too large unpacked', (good) => patched32(good, 22, LIMITS.recordingBytes + 1), /at most 209715200/],
    ['larger packed than not', (good) => patched32(good, 18, 0x7fffffff), /claims 2147483647 packed bytes/],
    ['with bytes behind', (good) => Buffer.concat([good, Buffer.from('more')]), /followed by other bytes/],
  ];
  it.each(broken)('rejects a broken upload with the reason: %s', async (_kind, breakIt, reason) => {
    const response = await put(registry, repository, breakIt(await archiveOf(['{"some": "content"}'])));
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('INVALID');
    expect(error.message).toMatch(reason);
    expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
  });

  it('stores a content once that an upload repeats', async () => {
    const same = entry({ content: 'one and the same' });
    const archive = await archiveWith([same, same, ...Array.from({ length: 300 }, () => same)]);
    expect(await send(registry, repository, archive)).toEqual({ stored: 1, present: 301, refused: [] });
    const add = { 'tests/recordings/same.json': 'one and the same' };
    expect(await pushFiles(registry, { repository, ref: { branch: 'same' }, add })).toMatchObject({
      created: true,
    });
  });

  it('serves the next request after an upload rejected before its body was read', async () => {
    const refused = await put(
      registry,
      repository,
      Buffer.concat([Buffer.from('no archive'), Buffer.alloc(3 << 20)]),
    );
    expect(refused.status).toBe(400);
    // Longer than the server waits for the rest of a body.
    const end = performance.now() + 1_000;
    while (performance.now() < end)
      expect((await askToPush(registry, { repository, ref: MAIN })).created).toBe(false);
  });

  it('rejects an upload with too many entries or bytes', async () => {
    const many = Array.from({ length: LIMITS.uploadEntries + 1 }, () => entry({ content: 'the same' }));
    const response = await put(registry, repository, await archiveWith(many));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('10000 entries') },
    });

    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${registry.adminToken}`,
        'content-length': String(LIMITS.uploadBytes + 1),
      };
      const upload = request(
        `${registry.url}/-/${repository}/content`,
        { method: 'PUT', headers },
        (answer) => {
          resolve(answer.statusCode);
          upload.destroy();
        },
      );
      upload.on('error', reject);
      upload.write('P');
    });
    expect(status).toBe(413);
  });

  it.each([
    '{"digests": "all"}',
    '{"digests": ["abc"]}',
    '{"digests": [7]}',
    '[]',
    'nonsense',
    JSON.stringify({ digests: Array(200_001).fill('a'.repeat(64)) }),
  ])('rejects a download with an invalid list: %.30s', async (body) => {
    const response = await fetch(`${registry.url}/-/${repository}/content`, {
      method: 'POST',
      headers: { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'INVALID' } });
  });
});

/** Reads an archive with an independent library. */
async function unzip(archive: Buffer): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(archive);
  const files = new Map<string, Buffer>();
  for await (const each of zip.eachEntry()) {
    files.set(each.fileName, await buffer(await zip.openReadStreamPromise(each)));
  }
  return files;
}

/** An entry of an upload, optionally with a false name, size or checksum. */
function entry(wish: {
  content?: string;
  name?: string;
  size?: number;
  packed?: Buffer;
  crc32?: number;
}): ArchiveEntry {
  const bytes = Buffer.from(wish.content ?? '');
  return {
    name: wish.name ?? digestOf(bytes),
    size: wish.size ?? bytes.length,
    crc32: wish.crc32 ?? crc32(bytes),
    method: 'deflate',
    bytes: [wish.packed ?? deflateRawSync(bytes)],
  };
}

async function archiveWith(entries: ArchiveEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeArchive(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The archive with a different number in the header of its first entry. */
function patched(archive: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(archive);
  copy.writeUInt16LE(value, offset);
  return copy;
}

function patched32(archive: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(archive);
  copy.writeUInt32LE(value, offset);
  return copy;
}
