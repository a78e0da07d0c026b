import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Files, pullFiles, pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { cassetteOf, type Interaction } from '../support/vcrpy-cassette.js';

// Cassettes that an earlier release stored as opaque files are read again while others push and promote.

const repository = 'acme/again';
const COUNT = 300;
const PATIENT = { timeout: 90_000, interval: 200 };

const callsOf = (turn: number, say: string): Interaction[] => [
  { model: `model-${turn % 3}`, ask: `Ask ${turn}`, say },
  { model: 'reviewer', ask: 'Review it', say: `Reviewed ${say}`, endpoint: '/v1/messages' },
];
const fileOf = (turn: number, say: string) => cassetteOf(`tests/a.py::test_${turn}`, ...callsOf(turn, say));
const CASSETTES: Files = Object.fromEntries(
  Array.from({ length: COUNT }, (_, turn) => fileOf(turn, `${turn}`)),
);
const CALLS = filesOf(
  ...[1, 2, 3].map((turn) => record({ test: `tests/o.py::test_${turn}`, ask: `${turn}`, say: 'Done' })),
);

describe('cassettes that an earlier release read', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** As an earlier release left them: opaque, without the metadata of their calls. */
  const forget = async () => {
    const { sql } = registry;
    await sql`delete from exchanges`;
    await sql`update readings set format = 'opaque', model = null, endpoint = null, is_streaming = null, outcome = null,
      response_text = null, problem = 'not JSON', reader = 1 where format = 'vcrpy'`;
    await sql`delete from calls k where not exists (select 1 from entries e where e.call_id = k.id)`;
    await sql`update calls set test_id = null, model = null, endpoint = null where path like '%.yaml'`;
    await sql`update readings set reader = 1`;
  };
  const callsOfEntries = () =>
    registry.sql`select r.kind, r.name, k.path, k.test_id, k.model, k.endpoint, k.hash_status, encode(e.digest, 'hex') as digest, e.since, e.until
      from entries e join calls k on k.id = e.call_id join refs r on r.id = e.ref_id order by 1, 2, 3, e.since`;
  const finish = () =>
    vi.waitFor(
      async () => expect(await registry.sql`select 1 from readings where reader < 2 limit 1`).toHaveLength(0),
      PATIENT,
    );
  const recordings = async (at: object, filter: object = {}) => {
    type Answer = { repository: { recordings: { nodes: { id: string; path: string }[] } } };
    const answer = await registry.ask<Answer>(
      `query ($at: At, $filter: RecordingFilter) { repository(owner: "acme", name: "again") {
        recordings(first: 500, at: $at, filter: $filter) { nodes { id path } } } }`,
      { at, filter },
    );
    return answer.repository.recordings.nodes;
  };

  it('have the same entries and calls as if this release had read them first', async () => {
    const main = { repository, ref: { branch: 'main' } };
    const pull = { repository, ref: { pullRequest: 7, base: 'main' } };
    await pushFiles(registry, { ...main, add: { ...CASSETTES, ...CALLS }, commit: '1'.repeat(40) });
    await pushFiles(registry, { ...pull, add: Object.fromEntries([fileOf(0, 'of the pull request')]) });
    await pushFiles(registry, {
      ...main,
      add: Object.fromEntries([fileOf(1, 'newer')]),
      remove: [fileOf(2, '2')[0]],
    });
    const before = await callsOfEntries();
    const ids = await recordings({ branch: 'main' });
    await registry.stop();
    await forget();
    expect(await callsOfEntries()).not.toEqual(before);
    await registry.restart();
    await finish();
    expect(await callsOfEntries()).toEqual(before);
    expect(await recordings({ branch: 'main' })).toEqual(ids);
    expect(await pullFiles(registry, repository, { at: { commit: '1'.repeat(40) } })).toEqual({
      ...CASSETTES,
      ...CALLS,
    });
  });

  it('wait for a push that may have read what the earlier release wrote', async () => {
    const { sql } = registry;
    const read = async () =>
      (await sql`select count(*)::int as count from readings where format = 'vcrpy'`)[0]?.['count'];
    const count = await read();
    await registry.stop();
    await forget();
    // A push holds this lock from before it reads what its contents say until it has written its entries.
    await sql.begin(async (push) => {
      await push`select 1 from repositories for share`;
      await registry.restart();
      await vi.waitFor(async () => {
        const waiting = await sql`select 1 from pg_stat_activity where datname = current_database()
          and wait_event_type = 'Lock' and query ilike '%repositories%for no key update%'`;
        expect(waiting).toHaveLength(1);
      }, PATIENT);
      expect(await read()).toBe(0);
    });
    await finish();
    expect(await read()).toBe(count);
  });

  it('lose no push and no promotion that happens meanwhile', async () => {
    const state: Files = await pullFiles(registry, repository, { ref: { branch: 'main' } });
    await registry.stop();
    await forget();
    await registry.restart();
    const push = async (ref: object, add: Files, remove: string[] = []) => {
      await pushFiles(registry, { repository, ref: ref as { branch: string }, add, remove });
    };
    const turns = 12;
    // Two branches of work: replaced and removed cassettes on main, and pull requests that are promoted.
    const onMain = async () => {
      for (let turn = 10; turn < 10 + turns; turn++) {
        const [path, text] = fileOf(turn, `main ${turn}`);
        await push({ branch: 'main' }, { [path]: text }, [fileOf(turn + 100, '')[0]]);
        state[path] = text;
        delete state[fileOf(turn + 100, '')[0]];
      }
    };
    const onPullRequests = async () => {
      for (let turn = 50; turn < 50 + turns; turn++) {
        const [path, text] = fileOf(turn, `pull request ${turn}`);
        // The old bytes of another path, which may be read again at this moment.
        const copy = `tests/cassettes/copies/test_${turn}.yaml`;
        const old = CASSETTES[fileOf(turn + 150, '')[0]] ?? '';
        await push({ pullRequest: turn, base: 'main' }, { [path]: text, [copy]: old });
        const input = { owner: 'acme', name: 'again', pullRequest: turn, branch: 'main' };
        const { promote } = await registry.ask<{ promote: { __typename: string; message?: string } }>(
          `mutation ($input: PromoteInput!) { promote(input: $input) { __typename ... on Problem { message } } }`,
          { input },
        );
        expect(promote).toEqual({ __typename: 'Promotion' });
        state[path] = text;
        state[copy] = old;
      }
    };
    await Promise.all([onMain(), onPullRequests()]);
    await finish();

    expect(await pullFiles(registry, repository, { ref: { branch: 'main' } })).toEqual(state);
    const open = await registry.sql`select k.path, count(*)::int as count from entries e
      join calls k on k.id = e.call_id where e.until = 2147483647 group by e.ref_id, k.path having count(*) > 1`;
    expect([...open]).toEqual([]);
    // Each entry refers to a call with the metadata of its content and its path.
    const stale = await registry.sql`select k.path, k.test_id, k.model, k.endpoint from entries e
      join calls k on k.id = e.call_id where k.path like '%.yaml' and e.digest is not null
      and (k.test_id is null or k.endpoint is not null or k.model is not null)`;
    expect([...stale]).toEqual([]);
    const found = await recordings({ branch: 'main' }, { model: 'reviewer' });
    expect(found.map(({ path }) => path)).toEqual(
      Object.keys(state)
        .filter((path) => path.endsWith('.yaml'))
        .sort(),
    );
  });
});
