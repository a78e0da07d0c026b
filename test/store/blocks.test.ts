import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRawSync } from 'node:zlib';
import type { PullSummary, PushSummary } from '@fixture-registry/client';
import { digestOf, packBlock, writeArchive } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { archiveOfBlocks, blockOf, downloadContents } from '../support/block-archives.js';
import { fixturesJson } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { pullFiles, pushFiles, send } from '../support/push-files.js';
import { chance, manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const repository = 'acme/blocks';
const digest = (content: string | Uint8Array) => digestOf(Buffer.from(content as Uint8Array));

describe.each(['embedded', 'postgres'] as const)('blocks, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: { 'a/recordings/1.json': '{}' } });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('stores blocks from the client and returns them byte for byte', async () => {
    const at = { registry, repository: 'acme/both-ways' };
    const files: Record<string, string | Uint8Array> = {
      ...manyFiles(80, 'small', 9_000),
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, n) => [`l/recordings/large-${n}.json`, `${n} `.repeat(60_000)]),
      ),
      'x/recordings/empty.json': '',
      'x/recordings/no-text.json': Buffer.from([0, 0xff, 0xfe, 10, 13]),
      'x/recordings/alone.json': chance('alone', 5_000_000),
    };
    await using pushed = await makeFolder(files);
    await using pulled = await makeFolder();
    const summary = await fixturesJson<PushSummary>(at, pushed, 'push', '--branch', 'main');
    expect(summary).toMatchObject({ uploaded: Object.keys(files).length });
    expect(await fixturesJson<PullSummary>(at, pulled, 'pull', '--branch', 'main')).toMatchObject({
      pulled: Object.keys(files).length,
    });
    const found = await pulled.files();
    for (const [path, content] of Object.entries(files)) {
      expect(found.get(path)?.equals(Buffer.from(content as Uint8Array)), path).toBe(true);
    }
    const digests = Object.values(files).map(digest);
    const { blocks, alone } = await downloadContents(registry, at.repository, { digests, blocks: true });
    expect(alone).toEqual([]);
    expect(blocks.length).toBeLessThan(10);
    expect(blocks.flatMap(({ members }) => members.map((member) => member.digest)).sort()).toEqual(
      digests.sort(),
    );
  });

  it('sends each block once and whole, even when only one of its contents is requested', async () => {
    const contents = Array.from({ length: 30 }, (_, n) => `"whole ${n} ${'again '.repeat(200)}"`);
    expect(await send(registry, repository, await archiveOfBlocks([blockOf(contents)]))).toEqual({
      stored: 30,
      present: 0,
      refused: [],
    });
    const digests = contents.map(digest);
    const one = await downloadContents(registry, repository, { digests: [digests[3] ?? ''], blocks: true });
    expect(one.blocks).toHaveLength(1);
    expect([...one.contents.keys()]).toEqual(digests);
    const all = await downloadContents(registry, repository, { digests, blocks: true });
    expect(all.blocks).toHaveLength(1);
    expect(all.bytes).toBe(one.bytes);
  });

  it('sends single contents when few from a large block are requested', async () => {
    const contents = Array.from({ length: 30 }, (_, n) => chance(`apart ${database} ${n}`, 100_000));
    await send(registry, repository, await archiveOfBlocks([blockOf(contents)]));
    const digests = contents.map(digest);
    const few = await downloadContents(registry, repository, { digests: digests.slice(0, 3), blocks: true });
    expect(few.alone.sort()).toEqual(digests.slice(0, 3).sort());
    expect(few.blocks).toEqual([]);
    const many = await downloadContents(registry, repository, { digests: digests.slice(0, 9), blocks: true });
    expect(many).toMatchObject({ alone: [] });
    expect(many.blocks).toHaveLength(1);
  });

  it('accepts and sends single contents for clients that do not support blocks', async () => {
    await using folder = await makeFolder();
    const texts = ['{"simple": "client"}', 'stored as it is', 'packed '.repeat(3_000)];
    // Like any zip program: one entry stored, the others deflated.
    const entries = texts.map((text, index) => ({
      name: digest(text),
      size: text.length,
      crc32: crc32(text),
      ...(index === 1
        ? { method: 'store' as const, bytes: [Buffer.from(text)] }
        : { method: 'deflate' as const, bytes: [deflateRawSync(text)] }),
    }));
    const upload = join(folder.path, 'upload.zip');
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeArchive(entries)) chunks.push(chunk);
    await writeFile(upload, Buffer.concat(chunks));
    const address = `${registry.url}/-/${repository}/content`;
    const curl = async (...args: string[]) => {
      const authorization = `authorization: Bearer ${registry.adminToken}`;
      return promisify(execFile)('curl', ['-sS', '--fail', '-H', authorization, ...args, address]);
    };
    const { stdout } = await curl('-T', upload);
    expect(JSON.parse(stdout)).toEqual({ stored: 3, present: 0, refused: [] });
    expect(JSON.parse((await curl('-T', upload)).stdout)).toEqual({ stored: 0, present: 3, refused: [] });

    const download = join(folder.path, 'download.zip');
    const body = JSON.stringify({ digests: texts.map(digest) });
    await curl('-H', 'content-type: application/json', '-d', body, '-o', download);
    const zip = await fromBufferPromise(await readFile(download));
    const found = new Map<string, string>();
    for await (const entry of zip.eachEntry()) {
      const parts: Buffer[] = [];
      for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
      found.set(entry.fileName, Buffer.concat(parts).toString());
    }
    expect(found).toEqual(new Map(texts.map((text) => [digest(text), text])));
  });

  it('stores only the new contents of a block', async () => {
    const old = ['"old one"', '"old two"'].map((text) => `${text} ${database}`);
    await send(registry, repository, await archiveOfBlocks([blockOf(old)]));
    expect(await send(registry, repository, await archiveOfBlocks([blockOf(old)]))).toMatchObject({
      stored: 0,
      present: 2,
    });
    const fresh = `"new" ${database}`;
    const mixed = blockOf([old[0] ?? '', fresh, old[1] ?? '']);
    expect(await send(registry, repository, await archiveOfBlocks([mixed]))).toEqual({
      stored: 1,
      present: 2,
      refused: [],
    });
    const { blocks } = await downloadContents(registry, repository, {
      digests: [digest(fresh)],
      blocks: true,
    });
    expect(blocks).toMatchObject([{ rawSize: fresh.length, members: [{ digest: digest(fresh) }] }]);
  });

  it('stores contents once that two concurrent uploads share', async () => {
    const contents = Array.from({ length: 200 }, (_, n) => chance(`at once ${database} ${n}`, 2_000));
    const cut = (start: number) =>
      archiveOfBlocks(
        Array.from({ length: 10 }, (_, n) => blockOf(contents.slice(start + n * 15, start + n * 15 + 15))),
      );
    const receipts = await Promise.all(
      [await cut(0), await cut(20), await cut(50)].map((archive) => send(registry, repository, archive)),
    );
    expect(receipts.reduce((sum, { stored }) => sum + stored, 0)).toBe(200);
    expect(receipts.flatMap(({ refused }) => refused)).toEqual([]);
    const found = await downloadContents(registry, repository, {
      digests: contents.map(digest),
      blocks: true,
    });
    for (const content of contents) expect(found.contents.get(digest(content))?.toString()).toBe(content);
    const add = Object.fromEntries(contents.map((content, n) => [`c/recordings/${n}.json`, content]));
    const { added } = await pushFiles(registry, { repository, ref: { branch: 'at-once' }, add });
    expect(added).toBe(200);
    expect(await pullFiles(registry, repository, { at: { branch: 'at-once' } })).toMatchObject(add);
  });

  it('rejects an invalid request for blocks and skips unknown digests', async () => {
    const wrong = { digests: [], blocks: 'yes' } as unknown as { digests: string[] };
    await expect(downloadContents(registry, repository, wrong)).rejects.toThrow(/400.*to get blocks/);
    const none = await downloadContents(registry, repository, { digests: ['0'.repeat(64)], blocks: true });
    expect(none.contents.size).toBe(0);
  });

  it('stores a single large recording as one block', async () => {
    const zeros = Buffer.alloc(60 << 20);
    const block = packBlock([{ digest: digestOf(zeros), bytes: zeros }]);
    expect(await send(registry, repository, await archiveOfBlocks([block]))).toMatchObject({ stored: 1 });
    const { contents } = await downloadContents(registry, repository, {
      digests: [digestOf(zeros)],
      blocks: true,
    });
    expect(contents.get(digestOf(zeros))?.equals(zeros)).toBe(true);
  });
});
