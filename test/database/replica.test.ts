import { digestOf } from '@fixture-registry/protocol';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadContents } from '../support/block-archives.js';
import { fixturesJson } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { planOf, pushFiles, upload } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { createDatabase, startRegistry, type TestRegistry } from '../support/registry.js';
import { startReplica } from '../support/replica.js';

const REPOSITORY = 'acme/copied';
const MAIN = { branch: 'main' };

// A primary and its streaming replica. Pausing the replica's replay shows which of them answers a
// read.
describe('with a streaming replica', () => {
  let primary: TestPostgres;
  let replica: TestPostgres;
  let registry: TestRegistry;
  let atReplica: postgres.Sql;
  let isReplicaGone = false;
  beforeAll(async () => {
    primary = await startPostgres();
    const database = await createDatabase(primary.url);
    // Replicate the tables first: a replica without them is too far behind to be used.
    const first = await startRegistry({ environment: { DATABASE_URL: database } });
    await first[Symbol.asyncDispose]();
    replica = await startReplica(primary);
    const copy = `${replica.url}${new URL(database).pathname}`;
    registry = await startRegistry({
      environment: { DATABASE_URL: database, DATABASE_REPLICA_URL: copy, FIXTURE_REGISTRY_RATE_LIMIT: '0' },
    });
    atReplica = postgres(copy, { max: 1, onnotice: () => {} });
    await pushFiles(registry, { repository: REPOSITORY, ref: MAIN, add: manyFiles(5, 'first') });
  });
  afterAll(async () => {
    await atReplica.end();
    await registry[Symbol.asyncDispose]();
    if (!isReplicaGone) await replica.stop();
    await primary.stop();
  });

  /**
   * The number of recordings that a caller with this requested position sees, and the position that
   * the response reports.
   */
  async function ask(query: string, position?: string): Promise<{ total: number; position: string | null }> {
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${registry.adminToken}`,
        ...(position !== undefined && { 'x-fixture-registry-position': position }),
      },
      body: JSON.stringify({ query }),
    });
    const { data } = (await response.json()) as {
      data: { repository?: { recordings: { totalCount: number } } };
    };
    return {
      total: data.repository?.recordings.totalCount ?? -1,
      position: response.headers.get('x-fixture-registry-position'),
    };
  }
  const COUNT = '{ repository(owner: "acme", name: "copied") { recordings { totalCount } } }';

  async function untilReplicaHas(count: number): Promise<void> {
    for (let left = 200; left > 0 && (await ask(COUNT)).total !== count; left--) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  it('queries go to the replica, and to the primary for a caller who must see a write', async () => {
    await untilReplicaHas(5);
    await atReplica`select pg_wal_replay_pause()`;
    await pushFiles(registry, { repository: REPOSITORY, ref: MAIN, add: manyFiles(3, 'second') });
    // The replica lacks this write, which shows which server answers.
    expect((await ask(COUNT)).total).toBe(5);
    expect((await ask(COUNT, 'latest')).total).toBe(8);
    // A write reports its position; reads from that position include it.
    const written = await ask(
      'mutation { changeRepository(input: { owner: "acme", name: "copied", visibility: PRIVATE }) { __typename } }',
    );
    expect(written.position).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect((await ask(COUNT, written.position ?? '')).total).toBe(8);
    await atReplica`select pg_wal_replay_resume()`;
    await untilReplicaHas(8);
    expect((await ask(COUNT)).total).toBe(8);
  });

  it('a download gets from the primary what the replica does not have yet', async () => {
    await untilReplicaHas(8);
    await atReplica`select pg_wal_replay_pause()`;
    const contents = Object.values(manyFiles(3, 'uploaded'));
    await upload(registry, REPOSITORY, contents);
    const digests = contents.map((text) => digestOf(Buffer.from(text)));
    // Without a requested position, the replica comes first.
    const found = await downloadContents(registry, REPOSITORY, { digests, blocks: true });
    await atReplica`select pg_wal_replay_resume()`;
    expect([...found.contents.values()].map(String).sort()).toEqual(contents.sort());
  });

  it('a pull returns what was pushed just before, byte for byte', async () => {
    await atReplica`select pg_wal_replay_pause()`;
    await using source = await makeFolder(manyFiles(20, 'third'));
    await fixturesJson(
      { registry, repository: REPOSITORY },
      source,
      'push',
      '--pull-request',
      '3',
      '--base',
      'main',
    );
    await using target = await makeFolder();
    const pulled = await fixturesJson<{ pulled: number }>(
      { registry, repository: REPOSITORY },
      target,
      'pull',
      '--pull-request',
      '3',
      '--base',
      'main',
    );
    await atReplica`select pg_wal_replay_resume()`;
    expect(pulled.pulled).toBe(28);
  });

  it('a folder ahead of the replica is not reset to an older state', async () => {
    await atReplica`select pg_wal_replay_pause()`;
    const { snapshot } = await pushFiles(registry, {
      repository: REPOSITORY,
      ref: MAIN,
      add: { 'tests/recordings/fourth.json': 'fourth' },
    });
    const plan = await planOf(registry, REPOSITORY, { ref: MAIN, have: snapshot.id });
    const without = await planOf(registry, REPOSITORY, { ref: MAIN });
    await atReplica`select pg_wal_replay_resume()`;
    expect([plan.snapshot.id, plan.unchanged]).toEqual([snapshot.id, true]);
    // A caller without a requested position gets the replica, so the replica did lag.
    expect(without.snapshot.version).toBe(snapshot.version - 1);
    await untilReplicaHas(9);
  });

  it('nothing is lost when the replica disappears: the primary answers', async () => {
    await atReplica.end();
    await replica.stop();
    isReplicaGone = true;
    // Until the next check finds out, a read can still be sent to the replica, and fails.
    for (const position of ['latest', undefined]) {
      const asked = () => ask(COUNT, position).catch(() => ({ total: -1 }));
      for (let left = 100; left > 0 && (await asked()).total !== 9; left--) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect((await ask(COUNT, position)).total).toBe(9);
    }
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(200);
    expect(registry.output.stderr).toContain('the replica is in use');
    expect(registry.output.stderr).toContain('so reads use the primary');
  });
});
