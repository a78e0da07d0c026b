import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from '../../packages/registry/dist/database/connect.js';
import { lockRepositoryBlocks } from '../../packages/registry/dist/store/blocks/block-row-store.js';
import { databaseBlocks } from '../../packages/registry/dist/store/blocks/database-blocks.js';
import { dropBytes } from '../../packages/registry/dist/store/contents/drop-bytes.js';
import { archiveOfBlocks, blockOf, downloadContents } from '../support/block-archives.js';
import { pullFiles, pushFiles, send } from '../support/push-files.js';
import { chance } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const MAIN = { branch: 'main' };
const digest = (text: string) => digestOf(Buffer.from(text));

/** A recording that has most of its text in common with all others. */
const alike = (name: string) => JSON.stringify({ name, shared: chance('what all of them share', 2_000) });

describe('gc on Postgres', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const gc = async (...words: string[]) => {
    const ended = await registry.command('gc', ...words);
    expect(ended.stderr).toBe('');
    return ended.stdout;
  };
  const blocksOf = async (repository: string) => {
    const [owner = '', name = ''] = repository.split('/');
    const [found] = await registry.sql`select count(*)::int as count, sum(b.packed_size)::int as bytes,
        sum(b.raw_size)::int as raw
      from blocks b join repositories r on r.id = b.repository_id where r.owner = ${owner} and r.name = ${name}`;
    return found as { count: number; bytes: number; raw: number };
  };
  const age = () => registry.sql`update contents set created_at = now() - interval '25 hours'`;

  it('merges the blocks of many small pushes, after a dry run that reports them', async () => {
    const repository = 'acme/many-pushes';
    const all: Record<string, string> = {};
    for (let number = 0; number < 30; number++) {
      const add = { [`a/recordings/${number}.json`]: alike(`push ${number}`) };
      Object.assign(all, add);
      await pushFiles(registry, { repository, ref: MAIN, add });
    }
    const before = await blocksOf(repository);
    expect(before.count).toBe(30);
    expect(await gc('--dry-run')).toMatch(/would pack 30 small blocks together into 1$/m);
    expect(await blocksOf(repository)).toEqual(before);
    expect(await gc()).toMatch(/^packed 30 small blocks together into 1 \(\d+ stored bytes less\)$/m);
    const after = await blocksOf(repository);
    expect(after).toMatchObject({ count: 1, raw: before.raw });
    expect(after.bytes).toBeLessThan(before.bytes / 5);
    expect(await pullFiles(registry, repository, {})).toEqual(all);
    expect(await gc()).toMatch(/^packed 0 small blocks together into 0/m);
  });

  it('keeps contents of a pull request in their own block until a branch has them', async () => {
    const repository = 'acme/pull-requests';
    await pushFiles(registry, { repository, ref: MAIN, add: { 'a/recordings/0.json': alike('first') } });
    for (let number = 1; number <= 8; number++) {
      const add = { [`a/recordings/${number}.json`]: alike(`pull request ${number}`) };
      await pushFiles(registry, { repository, ref: { pullRequest: number, base: 'main' }, add });
    }
    expect(await gc()).toMatch(/^packed 0 small blocks together into 0/m);
    expect(await blocksOf(repository)).toMatchObject({ count: 9 });
    for (let number = 1; number <= 5; number++) {
      const add = { [`a/recordings/${number}.json`]: alike(`pull request ${number}`) };
      await pushFiles(registry, { repository, ref: MAIN, add });
    }
    expect(await gc()).toMatch(/^packed 6 small blocks together into 1 /m);
    expect(await blocksOf(repository)).toMatchObject({ count: 4 });
    for (let number = 1; number <= 8; number++) {
      const files = await pullFiles(registry, repository, { at: { pullRequest: number } });
      expect(files[`a/recordings/${number}.json`]).toBe(alike(`pull request ${number}`));
    }
  });

  it('repacks a block with unreferenced contents and removes an empty one', async () => {
    const repository = 'acme/partly';
    const texts = Array.from({ length: 10 }, (_, n) => chance(`partly ${n}`, 20_000));
    const lost = [chance('lost', 5_000), chance('lost too', 5_000)];
    await pushFiles(registry, { repository, ref: MAIN, add: { 'a/recordings/0.json': '"first"' } });
    await send(registry, repository, await archiveOfBlocks([blockOf(texts), blockOf(lost)]));
    const push = (count: number) => {
      const add = Object.fromEntries(
        texts.slice(0, count).map((text, n) => [`b/recordings/${n}.json`, text]),
      );
      return pushFiles(registry, { repository, ref: MAIN, add });
    };
    await push(4);
    const before = await blocksOf(repository);
    await age();
    expect(await gc('--dry-run')).toMatch(
      /^would remove 8 contents .*\nwould remove 1 empty blocks, and would repack 1 without/,
    );
    expect(await gc()).toMatch(/^removed 8 contents .*\nremoved 1 empty blocks, and repacked 1 without/);
    const after = await blocksOf(repository);
    // The rest is small, so it is now in the same block as the first.
    expect(after).toMatchObject({ count: 1, raw: 4 * 20_000 + '"first"'.length });
    expect(after.bytes).toBeLessThan(before.bytes / 2);
    const files = await pullFiles(registry, repository, {});
    for (const [index, text] of texts.slice(0, 4).entries())
      expect(files[`b/recordings/${index}.json`]).toBe(text);
    expect((await downloadContents(registry, repository, { digests: texts.map(digest) })).contents.size).toBe(
      4,
    );
  });

  it('removes the bytes of collected contents from shared blocks; until then clients receive a gap', async () => {
    const repository = 'acme/gap';
    const texts = Array.from({ length: 10 }, (_, n) => chance(`gap ${n}`, 30_000));
    await pushFiles(registry, { repository, ref: MAIN, add: { 'a/recordings/0.json': '"first"' } });
    await send(registry, repository, await archiveOfBlocks([blockOf(texts)]));
    const isGone = (n: number) => n === 0 || n === 4 || n === 5 || n === 9;
    const kept = texts.filter((_, n) => !isGone(n));
    const add = Object.fromEntries(kept.map((text, n) => [`b/recordings/${n}.json`, text]));
    await pushFiles(registry, { repository, ref: MAIN, add });
    const digests = kept.map(digest);
    const sent = () => downloadContents(registry, repository, { digests, blocks: true });
    // The state during gc, or after gc was interrupted.
    const gone = texts.filter((_, n) => isGone(n)).map(digest);
    await registry.sql`delete from contents where encode(digest, 'hex') in ${registry.sql(gone)}`;
    const gapped = await sent();
    expect(gapped.blocks.map(({ rawSize }) => rawSize)).toEqual([texts.join('').length]);
    expect([...gapped.contents.keys()]).toEqual(digests);
    expect(await gc()).toMatch(/^removed 0 contents .*\nremoved 0 empty blocks, and repacked 1 without/);
    const after = await sent();
    expect(after.blocks.map(({ rawSize }) => rawSize)).toEqual([kept.join('').length]);
    expect([...after.contents.keys()]).toEqual(digests);
    expect(await pullFiles(registry, repository, {})).toMatchObject(add);
  });

  it('blocks neither pushes nor pulls', async () => {
    const repository = 'acme/meanwhile';
    const all: Record<string, string> = {};
    const pushSome = async (round: number) => {
      for (let number = 0; number < 6; number++) {
        const add = { [`a/recordings/${round}-${number}.json`]: alike(`meanwhile ${round} ${number}`) };
        await pushFiles(registry, { repository, ref: MAIN, add });
        Object.assign(all, add);
      }
    };
    await pushSome(0);
    let going = true;
    let pulls = 0;
    const pulling = Promise.all(
      [1, 2, 3].map(async () => {
        while (going) {
          const held = { ...all };
          const found = await pullFiles(registry, repository, {});
          expect(Object.values(found)).not.toContain('MISSING');
          expect(found).toMatchObject(held);
          pulls++;
        }
      }),
    );
    let packed = 0;
    try {
      for (let round = 1; round <= 6; round++) {
        const [told] = await Promise.all([gc(), gc(), pushSome(round)]);
        packed += Number(/^packed (\d+) small blocks together/m.exec(told)?.[1]);
      }
    } finally {
      going = false;
      await pulling;
    }
    expect(pulls).toBeGreaterThan(5);
    expect(packed).toBeGreaterThan(0);
    expect(await pullFiles(registry, repository, {})).toEqual(all);
  });

  it('runs concurrently with the removal of a content: both finish, and nothing reappears', async () => {
    const repository = 'acme/dropped';
    const texts = Array.from({ length: 12 }, (_, n) => chance(`dropped ${n}`, 4_000));
    const add = Object.fromEntries(texts.map((text, n) => [`a/recordings/${n}.json`, text]));
    // Eight contents in one block, so that all removals lock the same one, and four in blocks of their
    // own, so that gc has something to pack.
    await pushFiles(registry, { repository, ref: MAIN, add: { 'a/recordings/first.json': '"first"' } });
    await send(registry, repository, await archiveOfBlocks([blockOf(texts.slice(0, 8))]));
    await pushFiles(registry, { repository, ref: MAIN, add });
    const [{ id } = { id: 0 }] = await registry.sql<{ id: number }[]>`
      select id::int as id from repositories where owner = 'acme' and name = 'dropped'`;
    const connection = await connect({ url: registry.databaseUrl ?? '' }, () => {});
    const gone = texts.slice(0, 4);
    const drop = (text: string) =>
      connection.db.transaction(async (tx) => {
        await lockRepositoryBlocks(tx, id);
        return dropBytes(tx, databaseBlocks, id, digest(text));
      });
    await Promise.all([gc(), ...gone.map(drop), gc()]);
    for (const text of gone) expect(await drop(text)).toEqual({ freed: 0, removed: [] });
    await connection.close();
    await gc();
    const { contents, blocks } = await downloadContents(registry, repository, {
      digests: [...texts, '"first"'].map(digest),
      blocks: true,
    });
    const left = [...texts.slice(4), '"first"'];
    expect([...contents.keys()].sort()).toEqual(left.map(digest).sort());
    const bytes = blocks.reduce((sum, { rawSize }) => sum + rawSize, 0);
    expect(bytes).toBe(left.join('').length);
    const [kept] =
      await registry.sql`select sum(raw_size)::int as raw from blocks where repository_id = ${id}`;
    expect(kept?.['raw']).toBe(bytes);
  });
});

describe('gc on the embedded database', () => {
  it('merges small blocks', async () => {
    await using registry = await startRegistry();
    const repository = 'acme/embedded';
    const all: Record<string, string> = {};
    for (let number = 0; number < 10; number++) {
      const add = { [`a/recordings/${number}.json`]: alike(`embedded ${number}`) };
      Object.assign(all, add);
      await pushFiles(registry, { repository, ref: MAIN, add });
    }
    await registry.stop();
    expect((await registry.command('gc')).stdout).toMatch(/^packed 10 small blocks together into 1 /m);
    await registry.restart();
    expect(await pullFiles(registry, repository, {})).toEqual(all);
  });
});
