import { type Connection, type PullSummary, pull } from '@fixture-registry/client';
import { digestOf, readArchive, unpack } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  archiveOfBlocks,
  beginDownload,
  blockOf,
  downloadContents,
  readDownload,
} from '../support/block-archives.js';
import { type Door, openDoor } from '../support/database-door.js';
import { makeFolder } from '../support/folder.js';
import { purge } from '../support/purge-content.js';
import { ownerAndName, planOf, pushFiles, send, upload } from '../support/push-files.js';
import { chance } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const MAIN = { branch: 'main' };

/** Finds the blocks of a download. A purge after this query is unknown to the download. */
const LOCATE = 'select distinct c.block_id';
/** Lists the contents of these blocks. */
const MEMBERS = 'encode(m.digest';
/** Reads the bytes of these contents. */
const READ = 'select block_id::text as id, bytes from block_chunks';

/** Contents that each fill more than half of one read. */
const large = (mark: string) => JSON.stringify({ mark, filling: chance(mark, 400_000) });
/** Contents that are all different. */
const texts = (...names: string[]) => names.map((name) => JSON.stringify({ name, is: 'a recording' }));
const digest = (text: string) => digestOf(Buffer.from(text));
const pathOf = (index: number) => `tests/recordings/${index}.json`;

// Two registries on one database: the downloads of one are held while the other purges.
describe('a purge between the plan and the end of a download', () => {
  let door: Door;
  let registry: TestRegistry;
  let other: TestRegistry;
  let repositories = 0;
  beforeAll(async () => {
    other = await startRegistry({ postgresUrl: inject('postgresUrl') });
    door = await openDoor(other.databaseUrl as string);
    registry = await startRegistry({ environment: { DATABASE_URL: door.url } });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await door[Symbol.asyncDispose]();
  });

  /** A new repository with these contents on main, one per block. */
  async function pushed(contents: string[]): Promise<string> {
    const repository = `acme/purged-meanwhile-${++repositories}`;
    for (const [index, text] of contents.entries()) {
      await pushFiles(other, { repository, ref: MAIN, add: { [pathOf(index)]: text } });
    }
    return repository;
  }
  async function purgeIt(repository: string, text = ''): Promise<void> {
    const purged = await purge(other, { repository, digest: digest(text) });
    expect(purged.__typename).toBe('Purged');
  }
  /**
   * Of contents in separate blocks, the one that is read last: blocks are read in the order of
   * their ids.
   */
  async function readLast(contents: string[]): Promise<number> {
    const digests = contents.map(digest);
    const [last] = await other.sql<{ digest: string }[]>`select encode(digest, 'hex') as digest from contents
      where encode(digest, 'hex') in ${other.sql(digests)} order by block_id desc limit 1`;
    return digests.indexOf(last?.digest ?? '');
  }
  /**
   * Runs a function while the nth query of a kind is on its way from the first registry to the
   * database.
   */
  async function during<Result>(
    { query, nth = 1 }: { query: string; nth?: number },
    work: () => Promise<Result>,
    meanwhile: () => Promise<unknown>,
  ): Promise<Result> {
    const held = door.hold(query, nth);
    const working = work();
    working.catch(() => {});
    try {
      const early = working.then(() => Promise.reject(new Error(`it ended before the query: ${query}`)));
      await Promise.race([held.arrived, early]);
      await meanwhile();
    } finally {
      held.release();
    }
    return working;
  }
  function pullTo(directory: string, repository: string): Promise<PullSummary> {
    const connection: Connection = {
      registry: registry.url,
      token: registry.adminToken,
      repository: ownerAndName(repository),
      userAgent: 'test/1',
      log: () => {},
      wait: async () => {},
    };
    return pull(connection, { directory, target: MAIN });
  }

  it.each([false, true])(
    'is reported as GONE before the first byte is sent (in blocks: %s)',
    async (blocks) => {
      const contents = texts('kept', 'purged');
      const repository = await pushed(contents);
      const digests = (await planOf(registry, repository, {})).files.map((file) => file.digest);
      expect(digests).toHaveLength(2);
      const download = () => downloadContents(registry, repository, { digests, blocks });
      const answer = during({ query: LOCATE }, download, () => purgeIt(repository, contents[1]));
      await expect(answer).rejects.toThrow(
        /^download: 410 .*"GONE".*it held a code word; request a new plan/,
      );
      expect((await planOf(registry, repository, {})).files).toHaveLength(1);
    },
  );

  it.each([false, true])('never ends an archive as if it were complete (in blocks: %s)', async (blocks) => {
    const contents = [large(`one ${blocks}`), large(`two ${blocks}`)];
    const repository = await pushed(contents);
    const last = contents[await readLast(contents)];
    const held = door.hold(READ, 2);
    const question = { digests: contents.map(digest), blocks };
    const response = await beginDownload(registry, repository, question);
    expect(response.status).toBe(200);
    await held.arrived;
    await purgeIt(repository, last);
    held.release();
    await expect(readDownload(response)).rejects.toThrow('the archive ended early');
    await expect(downloadContents(registry, repository, question)).rejects.toThrow(/^download: 410 .*"GONE"/);
  });

  it('makes the client plan again, for every purge', async () => {
    const contents = texts('1', '2', '3', '4', '5');
    const repository = await pushed(contents);
    await using folder = await makeFolder();
    let held = door.hold(LOCATE);
    const pulling = pullTo(folder.path, repository);
    for (const text of contents.slice(0, 4)) {
      await Promise.race([held.arrived, pulling]);
      await purgeIt(repository, text);
      const next = door.hold(LOCATE);
      held.release();
      held = next;
    }
    held.release();
    const purged = [0, 1, 2, 3].map((index) => ({ path: pathOf(index), onDisk: 'none' }));
    expect(await pulling).toMatchObject({ pulled: 1, purged });
    expect((await folder.files()).get(pathOf(4))?.toString()).toBe(contents[4]);
  });

  it('keeps what the client received, and completes the rest without the purged content', async () => {
    const contents = [large('three'), large('four')];
    const repository = await pushed(contents);
    const index = await readLast(contents);
    await using folder = await makeFolder();
    const pulling = () => pullTo(folder.path, repository);
    const purging = () => purgeIt(repository, contents[index]);
    const summary = await during({ query: READ, nth: 2 }, pulling, purging);
    // The other content may or may not have been sent by then.
    expect(summary.pulled + summary.reused).toBe(1);
    expect(summary.purged).toMatchObject([{ path: pathOf(index) }]);
    expect([...(await folder.files()).values()].map(String)).toEqual([contents[1 - index]]);
  });

  it('is reported at the end of the archive of a snapshot', async () => {
    const contents = texts('for the archive', 'not for the archive');
    const repository = await pushed(contents);
    const download = async () => {
      const response = await fetch(`${registry.url}/-/${repository}/archive.zip`, {
        headers: { authorization: `Bearer ${registry.adminToken}` },
      });
      const found: Record<string, string> = {};
      const bounds = { maximumEntryBytes: 1e6, maximumEntries: 10 };
      for await (const entry of readArchive(response.body as AsyncIterable<Uint8Array>, bounds)) {
        found[entry.name] = unpack(entry).toString();
      }
      return found;
    };
    const found = await during({ query: LOCATE }, download, () => purgeIt(repository, contents[1]));
    const notice = `${pathOf(1)} (${digest(contents[1] as string)}) was purged on`;
    expect(found).toEqual({ [pathOf(0)]: contents[0], 'PURGED.txt': expect.stringContaining(notice) });
  });

  it('does not lose a content that moves to another block while its old block stays', async () => {
    const contents = texts('stays', 'is collected and comes again');
    const [, comes = ''] = contents;
    const repository = await pushed(['"before"']);
    await send(other, repository, await archiveOfBlocks([blockOf(contents)]));
    const download = () => downloadContents(registry, repository, { digests: contents.map(digest) });
    const found = await during({ query: MEMBERS }, download, async () => {
      // The state after an interrupted gc.
      await other.sql`delete from contents where digest = decode(${digest(comes)}, 'hex')`;
      expect(await upload(other, repository, [comes])).toMatchObject({ stored: 1 });
    });
    expect([...found.contents.values()].map(String).sort()).toEqual([...contents].sort());
  });
});
