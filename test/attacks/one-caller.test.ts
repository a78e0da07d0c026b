import { createHash, randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { askToPush, planOf, pullFiles, pushFiles } from '../support/push-files.js';
import { filesOf, manyFiles, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const ATTACKED = 'acme/desk';
const VICTIM = 'acme/vault';
const JSON_TYPE = { 'content-type': 'application/json' };
const shop = record({ test: 'tests/a.py::test_a', ask: 'How is the weather?', say: 'It is sunny.' });

/** Far below the 30 seconds after which the database ends a question by itself. */
const WAIT = { timeout: 15_000, interval: 100 };

describe.each(['embedded', 'postgres'] as const)('one caller, on %s', (database) => {
  let registry: TestRegistry;
  /** Tokens of the attacker, for the attacked repository. */
  let reader: string;
  let writer: string;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    for (const repository of [ATTACKED, VICTIM]) {
      await pushFiles(registry, { repository, ref: { branch: 'main' }, add: filesOf(shop) });
    }
    await registry.ask(
      'mutation { changeRepository(input: { owner: "acme", name: "desk", visibility: PUBLIC }) { __typename } }',
    );
    reader = await makeToken('READ');
    writer = await makeToken('WRITE');
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function makeToken(scope: string): Promise<string> {
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(
      `mutation { createToken(input: { owner: "acme", name: "desk", scope: ${scope} }) { ... on NewToken { token } } }`,
    );
    return createToken.token;
  }

  const authorization = (token: string | null) =>
    token === null ? {} : { authorization: `Bearer ${token}` };
  const post = (body: string, token: string | null, signal: AbortSignal | null = null) =>
    fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...authorization(token) },
      body,
      signal,
    });
  const statusOf = async (sent: Promise<Response>) => {
    const response = await sent;
    await response.arrayBuffer();
    return response.status;
  };

  /** A pull of another repository by another caller: its plan and its contents. */
  async function pull(): Promise<void> {
    expect(await pullFiles(registry, VICTIM, {})).toEqual(filesOf(shop));
  }

  /** Pulls one after another while an attack runs, at least once; each has to succeed. */
  async function pullDuring<Result>(attack: Promise<Result>): Promise<Result> {
    let isRunning = true;
    const end = attack.finally(() => {
      isRunning = false;
    });
    end.catch(() => {});
    do {
      await pull();
      // No more than the limit of requests allows.
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (isRunning);
    return end;
  }

  it('sends many invalid tokens: valid ones from the same address are accepted all the time', async () => {
    const guess = async (count: number) => {
      const statuses: number[] = [];
      for (let index = 0; index < count; index++) {
        statuses.push(await statusOf(post('{"query":"{__typename}"}', `guess-${index}`)));
      }
      return statuses;
    };
    const statuses = (await pullDuring(Promise.all(Array.from({ length: 5 }, () => guess(30))))).flat();
    // Those that began before the sixtieth failed may be refused as the first ones are.
    const refused = statuses.filter((status) => status === 401).length;
    expect(refused).toBeGreaterThanOrEqual(60);
    expect(refused).toBeLessThan(66);
    expect(statuses.filter((status) => status === 429)).toHaveLength(150 - refused);
    await pull();
  });

  it('asks for many large plans at once: a plan for another caller does not wait for them', async () => {
    await pushFiles(registry, {
      repository: ATTACKED,
      ref: { branch: 'large' },
      add: manyFiles(2_000, 'large', 20),
    });
    const query =
      '{ repository(owner: "acme", name: "desk") { pullPlan(ref: { branch: "large" }) { ... on PullPlan { files { path digest size } } } } }';
    let answered = 0;
    const plans = Array.from({ length: 150 }, async () => {
      const status = await statusOf(post(JSON.stringify({ query }), reader));
      answered++;
      return status;
    });
    await Promise.race(plans);
    await pull();
    expect(answered).toBeLessThan(plans.length / 2);
    expect(new Set(await Promise.all(plans))).toEqual(new Set([200]));
  });

  describe('sends variables of very many values to GraphQL', () => {
    const bodyOf = (lists: number) => `{"query":"{__typename}","variables":{"a":[${'[],'.repeat(lists)}[]]}}`;

    it.each([
      ['no token', null, 300_000],
      ['a token that only reads', 'reader', 300_000],
      ['a token that only reads, and more than a megabyte,', 'reader', 5_000_000],
      ['a token that writes', 'writer', 5_000_000],
    ])('with %s: refused before they are parsed', async (_what, who, lists) => {
      const token = who === 'reader' ? reader : who === 'writer' ? writer : null;
      const body = bodyOf(lists);
      const attack = Promise.all(Array.from({ length: 4 }, () => statusOf(post(body, token))));
      expect(await pullDuring(attack)).toEqual([413, 413, 413, 413]);
    });

    it('the largest push is still taken', async () => {
      const add = Array.from({ length: 200_000 }, (_, index) => ({
        path: `tests/recordings/${index}.json`,
        digest: index.toString(16).padStart(64, '0'),
        size: 1,
      }));
      const query =
        'mutation ($input: PushInput!) { push(input: $input) { ... on ContentMissing { digests } ... on Problem { message } } }';
      const input = { owner: 'acme', name: 'desk', ref: { branch: 'main' }, add };
      const response = await post(JSON.stringify({ query, variables: { input } }), writer);
      const { data } = (await response.json()) as { data: { push: { digests: string[] } } };
      expect(data.push.digests).toEqual(add.map(({ digest }) => digest));

      const wrong = { ...input, add: [...add.slice(1), { ...add[0], size: '1' }] };
      const refused = await post(JSON.stringify({ query, variables: { input: wrong } }), writer);
      const { errors } = (await refused.json()) as { errors: { message: string }[] };
      expect(errors.map(({ message }) => message)).toEqual([
        expect.stringMatching(/at "input\.add\[199999\]\.size"; Int cannot represent non-integer value: "1"/),
      ]);
    });
  });

  it.runIf(database === 'postgres')('asks and leaves: what it asked for is cancelled', async () => {
    const asked = () =>
      registry.sql`select 1 from pg_stat_activity
        where application_name = 'fixture-registry' and datname = current_database() and state = 'active'`;
    const queries = [
      'pullPlan { __typename }',
      'recordings(first: 1) { totalCount }',
      'tests { totalCount }',
    ];
    await registry.sql.begin(async (lock) => {
      // Questions wait as they would for an answer that takes long.
      await lock`lock table entries in access exclusive mode`;
      const leaving = new AbortController();
      const left = queries.map((query) =>
        post(
          JSON.stringify({ query: `{ repository(owner: "acme", name: "desk") { ${query} } }` }),
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

  it('asks for contents by a list of very many lists: refused before it is parsed', async () => {
    const body = `{"digests":[${'[],'.repeat(4_000_000)}[]]}`;
    const ask = () =>
      fetch(`${registry.url}/-/${ATTACKED}/content`, { method: 'POST', headers: JSON_TYPE, body });
    const attack = Promise.all([ask(), ask(), ask()].map(statusOf));
    expect(await pullDuring(attack)).toEqual([413, 413, 413]);
  });

  it('has a large file explained under 25 names at once: refused, and three are explained', async () => {
    const chunks = Array.from({ length: 5_500 }, (_, index) => ({
      id: 'x',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content: 'a', tool_calls: [{ index, function: { arguments: 'x' } }] } }],
    }));
    const content = shop.text.replace(
      /"response":.*$/s,
      `"response":${JSON.stringify({ is_streaming: true, body: chunks })}}`,
    );
    expect(content.length).toBeGreaterThan(700_000);
    const explain = (count: number) => {
      const names = Array.from(
        { length: count },
        (_, index) => `e${index}: explain(content: $content, path: "tests/recordings/x.json") { text }`,
      );
      const query = `query ($content: String!) { repository(owner: "acme", name: "desk") { ${names.join(' ')} } }`;
      return post(JSON.stringify({ query, variables: { content } }), null);
    };
    const refused = (await (await pullDuring(explain(25))).json()) as { errors: { message: string }[] };
    expect(refused.errors[0]?.message).toMatch(/^the query would cost \d+, at most 100000 is answered/);
    const explained = await pullDuring(Promise.all(Array.from({ length: 5 }, () => explain(3))));
    for (const response of explained) {
      const { data } = (await response.json()) as { data: { repository: Record<string, { text: string }> } };
      expect(data.repository['e2']?.text).toContain('Test: tests/a.py::test_a');
    }
  });

  it('names a thousand and one candidate commits: refused, in a pull and in a push', async () => {
    const candidates = Array.from({ length: 1_001 }, (_, index) => index.toString(16).padStart(40, '0'));
    const refused = {
      __typename: 'InvalidInput',
      message: '1001 candidates are more than the 1000 that are looked up: name the nearest',
    };
    const ref = { pullRequest: 5, base: 'main' };
    expect(await planOf(registry, ATTACKED, { ref, candidates }, reader)).toMatchObject(refused);
    expect(await askToPush(registry, { repository: ATTACKED, ref, candidates, token: writer })).toMatchObject(
      refused,
    );
    const most = await planOf(registry, ATTACKED, { ref, candidates: candidates.slice(1) }, reader);
    expect(most.__typename).toBe('PullPlan');
  });

  /** Asks for the archive of a branch, and takes no more of it than is buffered on the way. */
  function askForArchive(branch: string): Socket {
    const { hostname, port } = new URL(registry.url);
    const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
    socket.on('readable', () => {});
    socket.write(
      `GET /-/${ATTACKED}/archive.zip?branch=${branch} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${reader}\r\n\r\n`,
    );
    return socket;
  }

  describe('takes archives slowly', () => {
    const FILES = 6;
    /** Too large to be read for secrets, so that it is soon there. */
    const FILE = 4_800_000;
    beforeAll(async () => {
      const add = Object.fromEntries(
        Array.from({ length: FILES }, (_, index) => [`recordings/${index}.json`, randomBytes(FILE)]),
      );
      await pushFiles(registry, { repository: ATTACKED, ref: { branch: 'noise' }, add });
    });

    it('thirty at once: ten wait until others end, and another caller is sent its own', async () => {
      const takers = Array.from({ length: 30 }, () => askForArchive('noise'));
      const begun = () => takers.filter((socket) => socket.readableLength > 0).length;
      await vi.waitFor(() => expect(begun()).toBe(20), { timeout: 60_000, interval: 200 });
      await pull();
      expect(begun()).toBe(20);
      for (const socket of takers.splice(0, 25)) socket.destroy();
      await vi.waitFor(() => expect(begun()).toBe(takers.length), { timeout: 60_000, interval: 200 });
      for (const socket of takers) socket.destroy();
    });
  });

  it('opens more connections than an address may: those above are closed, and another address is served', async () => {
    const { hostname, port } = new URL(registry.url);
    let closed = 0;
    const sockets = Array.from({ length: 1_050 }, () => {
      const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
      return socket.resume().once('close', () => closed++);
    });
    try {
      await vi.waitFor(() => expect(closed).toBeGreaterThanOrEqual(50), { timeout: 60_000, interval: 100 });
      const status = await new Promise((resolve, reject) => {
        get(`${registry.url}/readyz`, { localAddress: '127.0.0.2' }, (response) => {
          resolve(response.resume().statusCode);
        }).once('error', reject);
      });
      expect(status).toBe(200);
      expect(closed).toBeLessThan(150);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await vi.waitFor(pull, WAIT);
  });

  describe('takes archives of large recordings', () => {
    const FILE = 40 * 1024 * 1024;
    const add = {
      'recordings/random.json': randomBytes(FILE),
      'recordings/even.json': Buffer.alloc(FILE / 2, 'all the same '),
    };
    beforeAll(() => pushFiles(registry, { repository: ATTACKED, ref: { branch: 'huge' }, add }));

    const ask = (token: string, signal: AbortSignal | null = null, branch = 'huge') =>
      fetch(`${registry.url}/-/${ATTACKED}/archive.zip?branch=${branch}`, {
        headers: authorization(token),
        signal,
      });
    async function hashOf(response: Response): Promise<string> {
      const hash = createHash('sha256');
      for await (const chunk of response.body ?? []) hash.update(chunk);
      return hash.digest('hex');
    }

    it('several at once, of which some leave: all others arrive whole and equal', async () => {
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

    it('and does not take one: others of the same caller wait for it, those of another caller do not', async () => {
      const path = 'recordings/random.json';
      const ref = { branch: 'one' };
      await pushFiles(registry, { repository: ATTACKED, ref, add: { [path]: add[path] } });
      const other = await makeToken('READ');
      const holder = askForArchive(ref.branch);
      // More than the small recording of the default branch: the large one is in memory.
      const isSentLarge = (socket: Socket) => socket.readableLength > 10_000;
      await vi.waitFor(() => expect(isSentLarge(holder)).toBe(true), WAIT);
      const waiting = askForArchive(ref.branch);
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
