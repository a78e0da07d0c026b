import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pullFiles, pushFiles } from '../support/push-files.js';
import { filesOf, manyFiles, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const ATTACKED = 'acme/desk';
const VICTIM = 'acme/vault';
const JSON_TYPE = { 'content-type': 'application/json' };
const shop = record({ test: 'tests/a.py::test_a', ask: 'How is the weather?', say: 'It is sunny.' });

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
    do await pull();
    while (isRunning);
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
      expect(data.push.digests).toHaveLength(200_000);
    });
  });
});
