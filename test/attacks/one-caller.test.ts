import { createHash, randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { askToPush, planOf, pullFiles, pushFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { ATTACKED, graphqlBody, send } from './one-caller/attack.js';
import {
  commitsOf,
  explainBody,
  largeBranch,
  largePlanBody,
  longStream,
} from './one-caller/costly-queries.js';
import { pushNoise, requestArchive } from './one-caller/held-connections.js';
import { absentPush, digestsOf, variablesOf } from './one-caller/large-bodies.js';
import { makeToken, OTHER, PULLED, prepareWorld } from './one-caller/world.js';

/** Far below the 30 seconds after which the database cancels a statement. */
const WAIT = { timeout: 15_000, interval: 100 };

describe.each(['embedded', 'postgres'] as const)('one caller, on %s', (database) => {
  let registry: TestRegistry;
  /** Tokens of the attacker, for the attacked repository. */
  let reader: string;
  let writer: string;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    ({ reader, writer } = (await prepareWorld(registry, 0)).target);
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const post = (body: Buffer, token: string | null, signal: AbortSignal | null = null) =>
    send(registry.url, { path: '/graphql', body, token }, signal);
  const statusOf = async (sent: Promise<Response>) => {
    const response = await sent;
    await response.arrayBuffer();
    return response.status;
  };

  /** A pull of another repository by another caller: its plan and its contents. */
  async function pull(): Promise<void> {
    expect(await pullFiles(registry, OTHER, {})).toEqual(PULLED);
  }

  /** Pulls again and again while an attack runs, at least once. Each pull has to succeed. */
  async function pullDuring<Result>(attack: Promise<Result>): Promise<Result> {
    let isRunning = true;
    const end = attack.finally(() => {
      isRunning = false;
    });
    end.catch(() => {});
    do {
      await pull();
      // Stays below the limit of requests per minute.
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (isRunning);
    return end;
  }

  it('sends many invalid tokens, and valid tokens from the same address are still accepted', async () => {
    const guess = async (count: number) => {
      const statuses: number[] = [];
      for (let index = 0; index < count; index++) {
        statuses.push(await statusOf(post(graphqlBody('{ __typename }'), `guess-${index}`)));
      }
      return statuses;
    };
    const statuses = (await pullDuring(Promise.all(Array.from({ length: 5 }, () => guess(30))))).flat();
    // Requests that were in progress when the sixtieth failed can still get 401.
    const refused = statuses.filter((status) => status === 401).length;
    expect(refused).toBeGreaterThanOrEqual(60);
    expect(refused).toBeLessThan(66);
    expect(statuses.filter((status) => status === 429)).toHaveLength(150 - refused);
    await pull();
  });

  it('requests many large plans at once, and the plan of another caller does not wait for them', async () => {
    await pushFiles(registry, largeBranch(2_000));
    let answered = 0;
    const plans = Array.from({ length: 150 }, async () => {
      const status = await statusOf(post(largePlanBody(), reader));
      answered++;
      return status;
    });
    await Promise.race(plans);
    await pull();
    expect(answered).toBeLessThan(plans.length / 2);
    expect(new Set(await Promise.all(plans))).toEqual(new Set([200]));
  });

  describe('sends GraphQL variables with very many values', () => {
    it.each([
      ['no token', null, 300_000],
      ['a read token', 'reader', 300_000],
      ['a read token and more than a megabyte', 'reader', 5_000_000],
      ['a write token', 'writer', 5_000_000],
    ])('with %s, and the request is refused', async (_what, who, lists) => {
      const token = who === 'reader' ? reader : who === 'writer' ? writer : null;
      const body = variablesOf(lists);
      const attack = Promise.all(Array.from({ length: 4 }, () => statusOf(post(body, token))));
      expect(await pullDuring(attack)).toEqual([413, 413, 413, 413]);
    });

    it('as the largest allowed push, which is accepted', async () => {
      const { query, variables } = JSON.parse(absentPush(200_000).toString()) as {
        query: string;
        variables: { input: { add: { path: string; digest: string; size: number }[] } };
      };
      const { input } = variables;
      const { add } = input;
      const response = await post(graphqlBody(query, variables), writer);
      const { data } = (await response.json()) as { data: { push: { digests: string[] } } };
      expect(data.push.digests).toEqual(add.map(({ digest }) => digest));

      const wrong = { ...input, add: [...add.slice(1), { ...add[0], size: '1' }] };
      const refused = await post(graphqlBody(query, { input: wrong }), writer);
      const { errors } = (await refused.json()) as { errors: { message: string }[] };
      expect(errors.map(({ message }) => message)).toEqual([
        expect.stringMatching(/at "input\.add\[199999\]\.size"; Int cannot represent non-integer value: "1"/),
      ]);
    });
  });

  it.runIf(database === 'postgres')('disconnects during queries, and Postgres cancels them', async () => {
    const asked = () =>
      registry.sql`select 1 from pg_stat_activity
        where application_name = 'fixture-registry' and datname = current_database() and state = 'active'`;
    const queries = [
      'pullPlan { __typename }',
      'recordings(first: 1) { totalCount }',
      'tests { totalCount }',
    ];
    await registry.sql.begin(async (lock) => {
      // The lock makes the queries wait, as a slow statement would.
      await lock`lock table entries in access exclusive mode`;
      const leaving = new AbortController();
      const left = queries.map((query) =>
        post(
          graphqlBody(`{ repository(owner: "acme", name: "desk") { ${query} } }`),
          reader,
          leaving.signal,
        ).catch((error: Error) => error.name),
      );
      await vi.waitFor(async () => expect(await asked()).toHaveLength(queries.length), WAIT);
      leaving.abort();
      expect(await Promise.all(left)).toEqual(queries.map(() => 'AbortError'));
      await vi.waitFor(async () => expect(await asked()).toHaveLength(0), WAIT);
    });
    await pull();
  });

  it('requests contents with a list of very many lists, and the request is refused', async () => {
    const sent = { path: `/-/${ATTACKED}/content`, body: digestsOf(4_000_000), token: null };
    const ask = () => send(registry.url, sent);
    const attack = Promise.all([ask(), ask(), ask()].map(statusOf));
    expect(await pullDuring(attack)).toEqual([413, 413, 413]);
  });

  it('requests `explain` of a large file under 25 aliases, which is refused; three aliases are accepted', async () => {
    const content = longStream();
    expect(content.length).toBeGreaterThan(700_000);
    const explain = (aliases: number) => post(explainBody(content, aliases), null);
    const refused = (await (await pullDuring(explain(25))).json()) as { errors: { message: string }[] };
    expect(refused.errors[0]?.message).toMatch(/^the query has a cost of \d+; the maximum is 100000/);
    const explained = await pullDuring(Promise.all(Array.from({ length: 5 }, () => explain(3))));
    for (const response of explained) {
      const { data } = (await response.json()) as { data: { repository: Record<string, { text: string }> } };
      expect(data.repository['a2']?.text).toContain('Test: tests/a.py::test_a');
    }
  });

  it('sends 1,001 candidate commits in a pull and in a push, and both are refused', async () => {
    const candidates = commitsOf(1_001);
    const refused = {
      __typename: 'InvalidInput',
      message: '1001 candidates are too many: name the nearest 1000',
    };
    const ref = { pullRequest: 5, base: 'main' };
    expect(await planOf(registry, ATTACKED, { ref, candidates }, reader)).toMatchObject(refused);
    expect(await askToPush(registry, { repository: ATTACKED, ref, candidates, token: writer })).toMatchObject(
      refused,
    );
    const most = await planOf(registry, ATTACKED, { ref, candidates: candidates.slice(1) }, reader);
    expect(most.__typename).toBe('PullPlan');
  });

  describe('reads archives slowly', () => {
    beforeAll(() => pushNoise(registry, 6));

    it('thirty at once; ten wait until others end, and another caller can pull', async () => {
      const takers = Array.from({ length: 30 }, () => requestArchive({ url: registry.url, reader }));
      const begun = () => takers.filter((socket) => socket.readableLength > 0).length;
      await vi.waitFor(() => expect(begun()).toBe(20), { timeout: 60_000, interval: 200 });
      await pull();
      expect(begun()).toBe(20);
      for (const socket of takers.splice(0, 25)) socket.destroy();
      await vi.waitFor(() => expect(begun()).toBe(takers.length), { timeout: 60_000, interval: 200 });
      for (const socket of takers) socket.destroy();
    });
  });

  it('opens too many connections; the registry closes the excess and serves another address', async () => {
    const { hostname, port } = new URL(registry.url);
    // The excess is closed without a response. On a slow machine the others get one: 408, when they time out.
    let refused = 0;
    let open = 0;
    const sockets: ReturnType<typeof connect>[] = [];
    const openMore = () => {
      for (open = 0; open < 1_050; open++) {
        const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
        socket.resume().once('close', () => {
          open--;
          if (socket.bytesRead === 0) refused++;
        });
        sockets.push(socket);
      }
    };
    try {
      openMore();
      const enough = () => {
        // On a slow machine some time out before the last ones are accepted, and make room for as many.
        if (refused < 20 && open === 0) openMore();
        expect(refused).toBeGreaterThanOrEqual(20);
      };
      await vi.waitFor(enough, { timeout: 150_000, interval: 100 });
      const status = await new Promise((resolve, reject) => {
        get(`${registry.url}/readyz`, { localAddress: '127.0.0.2' }, (response) => {
          resolve(response.resume().statusCode);
        }).once('error', reject);
      });
      expect(status).toBe(200);
      expect(refused).toBeLessThan(150);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await vi.waitFor(pull, WAIT);
  });

  describe('downloads archives of large recordings', () => {
    const FILE = 40 * 1024 * 1024;
    const add = {
      'recordings/random.json': randomBytes(FILE),
      'recordings/even.json': Buffer.alloc(FILE / 2, 'all the same '),
    };
    beforeAll(() => pushFiles(registry, { repository: ATTACKED, ref: { branch: 'huge' }, add }));

    const ask = (token: string, signal: AbortSignal | null = null, branch = 'huge') =>
      fetch(`${registry.url}/-/${ATTACKED}/archive.zip?branch=${branch}`, {
        headers: { authorization: `Bearer ${token}` },
        signal,
      });
    async function hashOf(response: Response): Promise<string> {
      const hash = createHash('sha256');
      for await (const chunk of response.body ?? []) hash.update(chunk);
      return hash.digest('hex');
    }

    it('several at once, and aborts some; the rest arrive complete', async () => {
      const whole = Buffer.from(await (await ask(reader)).arrayBuffer());
      const zip = await fromBufferPromise(whole);
      const files = new Map<string, Buffer>();
      for await (const entry of zip.eachEntry()) {
        files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
      }
      for (const [path, bytes] of Object.entries(add)) expect(files.get(path)?.equals(bytes)).toBe(true);

      const leaving = new AbortController();
      const left = [1, 2].map(async () => hashOf(await ask(reader, leaving.signal)));
      const hashes = Promise.all([1, 2, 3].map(async () => hashOf(await ask(reader))));
      await pullDuring(ask(reader).then(hashOf));
      leaving.abort();
      await Promise.allSettled(left);
      const expected = createHash('sha256').update(whole).digest('hex');
      expect(await hashes).toEqual(Array(3).fill(expected));
    });

    it('without reading one; its next archive waits, and archives of another caller do not', async () => {
      const path = 'recordings/random.json';
      const ref = { branch: 'one' };
      await pushFiles(registry, { repository: ATTACKED, ref, add: { [path]: add[path] } });
      const other = await makeToken(registry, 'desk', 'READ');
      const holder = requestArchive({ url: registry.url, reader }, ref.branch);
      // More than the small recording of the default branch: the registry holds the large one in memory.
      const isSentLarge = (socket: Socket) => socket.readableLength > 10_000;
      await vi.waitFor(() => expect(isSentLarge(holder)).toBe(true), WAIT);
      const waiting = requestArchive({ url: registry.url, reader }, ref.branch);
      const archives = [await ask(other, null, ref.branch), await ask(other, null, ref.branch)];
      for (const archive of archives) {
        expect((await archive.arrayBuffer()).byteLength).toBeGreaterThan(FILE);
      }
      expect(isSentLarge(waiting)).toBe(false);
      holder.destroy();
      await vi.waitFor(() => expect(isSentLarge(waiting)).toBe(true), WAIT);
      waiting.destroy();
    });
  });
});
