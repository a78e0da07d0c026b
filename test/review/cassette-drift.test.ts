import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { chatCall, type HttpCall, httpCassette, toolCall } from '../support/http-cassettes.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// What a pull request with cassettes says: by command, as a comment and in GraphQL.

const repository = 'acme/agents';
const NAME = 'POST api.openai.example/v1/chat/completions';
const at = (test: string) => `tests/cassettes/test_agent/${test}.yaml`;
const ask = (content: string) => [{ role: 'user', content }];
const greet = (say: string, more?: Partial<HttpCall>) => chatCall(ask('Greet the guest'), say, more);
const weather = chatCall(ask('Is it warm in Rome?'), 'It is warm.');
const large = (say: string) =>
  chatCall(ask('Tell a long story'), `${'once upon a time '.repeat(60_000)}${say}`);

const BEFORE: Record<string, string> = {
  [at('test_tool')]: httpCassette(greet('Welcome'), weather),
  [at('test_retry')]: httpCassette(greet('Welcome'), greet('Welcome'), greet('Welcome')),
  [at('test_same')]: httpCassette(greet('Good evening')),
  [at('test_old_name')]: httpCassette(weather, greet('Welcome back')),
  [at('test_prompt')]: httpCassette(weather),
  [at('test_large')]: httpCassette(large('The end.')),
};
const AFTER: Record<string, string> = {
  [at('test_tool')]: httpCassette(
    greet('Welcome'),
    toolCall(ask('Is it warm in Rome?'), 'weather', { city: 'Rome' }),
  ),
  [at('test_retry')]: httpCassette(greet('Welcome')),
  [at('test_same')]: httpCassette(
    greet('Good evening', {
      headers: { 'content-type': 'application/json', date: 'Tue, 06 Jan 2026 10:00:00 GMT' },
    }),
  ),
  [at('test_new_name')]: httpCassette(weather, greet('Welcome back')),
  [at('test_prompt')]: httpCassette({
    ...weather,
    ask: { model: 'gpt-4o', messages: ask('Is it hot in Rome?') },
  }),
  [at('test_large')]: httpCassette(large('Finis.')),
  [at('test_limit')]: httpCassette(
    weather,
    greet('', { status: 429, say: { error: { message: 'Slow down' } } }),
  ),
};

interface ExchangeChange {
  kind: string;
  level: string;
  summary: string;
  reasons: string[];
  before: Exchange | null;
  after: Exchange | null;
}
interface Exchange {
  position: number;
  occurrence: number;
  method: string;
  url: string;
  model: string | null;
  status: number | null;
  responseText: string | null;
}
interface Change {
  kind: string;
  level: string | null;
  path: string;
  previousPath: string | null;
  summary: string;
  after: { playable: string } | null;
  exchanges: ExchangeChange[];
}

describe.each(['embedded', 'postgres'] as const)('drift of cassettes, %s', (database) => {
  let registry: TestRegistry;
  let folder: Folder;
  const fixtures = (...words: string[]) => runFixtures({ registry, repository }, folder, words);

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    folder = await makeFolder(BEFORE);
    const paths = ['--paths', 'tests/**/*.yaml'];
    expect(await fixtures('push', '--branch', 'main', ...paths)).toMatchObject({ status: 0 });
    await folder[Symbol.asyncDispose]();
    folder = await makeFolder(AFTER);
    const push = ['push', '--pull-request', '7', '--base', 'main', ...paths, '--prune=force'];
    expect(await fixtures(...push)).toMatchObject({ status: 0 });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it('reports tests by what their calls do', async () => {
    const { stdout } = await fixtures('drift', '--pull-request', '7', '--format', 'markdown');
    expect(stdout.split('\n')[0]).toMatch(/^### 🔴 1 new recording is an error \(429\); now calls `weather/);
    expect(stdout).toContain(`2 fewer calls of \`${NAME}\``);
    // The second call of two is named beside its test, not in the cause.
    expect(stdout).toMatch(
      /now calls `weather\(city: "Rome"\)`.*<br>\[`test_agent.py::test_tool`\]\([^)]*\), call 2 of 2/,
    );
    expect(stdout).toMatch(
      /is an error \(429\): `Slow down`.*<br>\[`test_agent.py::test_limit`\]\([^)]*\), call 2 of 2/,
    );
    expect(stdout).not.toMatch(/no recorder|no longer be read|follow-up/);
  });

  it('fails at the level of behaviour', async () => {
    const drift = (level: string) => fixtures('drift', '--pull-request', '7', '--fail-on', level);
    expect((await drift('behaviour')).status).toBe(3);
    expect((await drift('never')).status).toBe(0);
  });

  const changes = async (): Promise<Map<string, Change>> => {
    const query = `{ repository(owner: "acme", name: "agents") { drift(pullRequest: 7) { changes { nodes {
      kind level path previousPath summary after { playable }
      exchanges { kind level summary reasons
        before { position occurrence method url model status responseText }
        after { position occurrence method url model status responseText } } } } } } }`;
    type Answer = { repository: { drift: { changes: { nodes: Change[] } } } };
    const { nodes } = (await registry.ask<Answer>(query, {})).repository.drift.changes;
    return new Map(nodes.map((change) => [change.path.replace(/^.*\/|\.yaml$/g, ''), change]));
  };

  it('lists the changed exchanges in GraphQL', async () => {
    const found = await changes();
    const levels = [...found].map(([test, { kind, level }]) => `${test} ${kind} ${level}`).sort();
    expect(levels).toEqual([
      'test_large CHANGED CONTENT',
      'test_limit ADDED BEHAVIOUR',
      'test_new_name MOVED null',
      'test_prompt CHANGED COSMETIC',
      'test_retry CHANGED BEHAVIOUR',
      'test_same CHANGED COSMETIC',
      'test_tool CHANGED BEHAVIOUR',
    ]);
    expect([...found.values()].every(({ after }) => after?.playable === 'UNKNOWN')).toBe(true);
    const url = 'https://api.openai.example/v1/chat/completions';
    expect(found.get('test_tool')?.exchanges).toMatchObject([
      {
        kind: 'CHANGED',
        level: 'BEHAVIOUR',
        reasons: expect.arrayContaining([expect.stringContaining('now calls weather(city: "Rome")')]),
        before: {
          position: 1,
          occurrence: 1,
          method: 'POST',
          url,
          model: 'gpt-4o',
          status: 200,
          responseText: 'It is warm.',
        },
        after: { position: 1, occurrence: 1, responseText: null },
      },
    ]);
    expect(found.get('test_retry')?.exchanges.map(({ kind, after }) => [kind, after])).toEqual([
      ['REMOVED', null],
      ['REMOVED', null],
    ]);
    expect(found.get('test_prompt')?.exchanges[0]?.summary).toBe('request: prompt reworded; the same answer');
    expect(found.get('test_limit')?.exchanges).toMatchObject([
      { kind: 'ADDED', before: null, after: { position: 1, status: 429 } },
    ]);
    expect(found.get('test_new_name')).toMatchObject({ previousPath: at('test_old_name'), exchanges: [] });
    expect(found.get('test_same')?.summary).toBe('only headers of the responses');
    // Large enough to be compared in a worker thread.
    expect(found.get('test_large')?.exchanges).toMatchObject([{ level: 'CONTENT', after: { position: 0 } }]);
  });
});
