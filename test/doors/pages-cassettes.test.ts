import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HOSTILE } from '../support/hostile-text.js';
import { chatCall, httpCassette, messagesCall, toolCall } from '../support/http-cassettes.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, type WebPage } from '../support/web-page.js';

const REPOSITORY = 'acme/shop';
const FOLDER = 'tests/cassettes/test_chat';
const TEST = 'tests/test_chat.py::TestChat::test_weather[gpt-4o-rome]';
const WEATHER = `${FOLDER}/TestChat.test_weather[gpt-4o-rome].yaml`;
const MANY = `${FOLDER}/test_many.yaml`;
const PACKED = `${FOLDER}/test_packed.yaml.gz`;
const EMPTY = `${FOLDER}/test_empty.yaml`;
const FRESH = `${FOLDER}/test_fresh.yaml`;
const NAMED = 'fixtures/cassettes/some talk (1).yaml';

const user = (content: string) => ({ role: 'user', content });
const ASKED = [user('How is the weather in Rome?')];
const LOOKED_UP = [...ASKED, { role: 'assistant', content: 'looking' }, { role: 'tool', content: 'rain' }];

const failing = chatCall([user('Again?')], '', { status: 429, say: { error: { message: 'slow down' } } });
const calls = [
  toolCall(ASKED, 'get_weather', { city: 'Rome' }),
  { method: 'GET', url: 'https://files.example/a%20b.png?size=1', say: Buffer.alloc(2_000, 0xfe) },
  { url: 'https://login.example/token', ask: 'grant_type=refresh_token', say: { token_type: 'bearer' } },
  chatCall(LOOKED_UP, 'It rains in Rome.'),
  messagesCall('Say hello.', 'Hello!'),
  failing,
];
const weather = httpCassette(...calls);

describe.each(['embedded', 'postgres'] as const)('the pages of cassettes, %s', (database) => {
  let registry: TestRegistry;
  const ogx = record({ test: 'tests/test_ask.py::test_one', ask: 'One?', say: 'One.' });

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: {
        ...filesOf(ogx),
        [WEATHER]: weather,
        [MANY]: httpCassette(
          ...Array.from({ length: 120 }, (_, index) => chatCall([user(`${index}?`)], `Number ${index}.`)),
        ),
        [PACKED]: gzipSync(httpCassette(chatCall([user('Packed?')], 'Unpacked.'))),
        [EMPTY]: 'interactions: []\nversion: 1\n',
        [NAMED]: httpCassette(chatCall([user('Talk?')], 'Talk.')),
      },
    });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add: {
        [WEATHER]: httpCassette(
          toolCall(ASKED, 'forecast', { city: 'Rome' }),
          ...calls.slice(2, 5),
          messagesCall('Say goodbye.', 'Goodbye!'),
          { ...failing, headers: { 'content-type': 'application/json', 'x-request-id': 'b' } },
        ),
        [FRESH]: httpCassette(chatCall([user('One?')], 'One.'), chatCall([user('Two?')], 'Two.')),
      },
      remove: [NAMED],
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const open = async (path: string): Promise<WebPage> => {
    const page = await openPage(registry, path);
    expect(page.status, path).toBe(200);
    return page;
  };
  const recording = (path: string, more = '') =>
    open(`/${REPOSITORY}/recording?path=${encodeURIComponent(path)}${more}`);

  it('show each call as a conversation, with what it is', async () => {
    const page = await recording(WEATHER);
    expect(page.text('h1')).toBe('test_chat.py::TestChat::test_weather[gpt-4o-rome] on main');
    expect(page.texts('main > .facts > div')).toEqual(
      expect.arrayContaining([
        `Test${TEST}`,
        'Modelsgpt-4o, claude-4',
        'Calls6, 1 with an error',
        `Path${WEATHER}`,
        'Formatvcrpy',
        'Playablenot looked up by a hash: the request matcher of the test decides',
      ]),
    );
    expect(page.texts('.cassette-call h2')).toEqual([
      '1. POST api.openai.example/v1/chat/completions',
      '2. GET files.example/a%20b.png',
      '3. POST login.example/token',
      '4. POST api.openai.example/v1/chat/completions',
      '5. POST api.anthropic.example/v1/messages',
      '6. POST api.openai.example/v1/chat/completions',
    ]);
    expect(page.texts('.call-about')).toEqual([
      'gpt-4o · HTTP 200',
      'HTTP 200',
      'HTTP 200',
      'gpt-4o · HTTP 200',
      'claude-4 · HTTP 200',
      'gpt-4o · HTTP 429 error',
    ]);
    expect(page.all('.cassette-call').map((fold) => fold.getAttribute('open') !== null)).toEqual([
      ...[true, false, false],
      ...[false, false, true],
    ]);
    const bodies = page.texts('.call-body');
    expect(bodies[0]).toMatch(
      /user ?How is the weather in Rome\?.*tool call ?get_weather ?\{ "city": "Rome" \}/,
    );
    expect(bodies[1]).toMatch(/URL ?https:\/\/files\.example\/a%20b\.png\?size=1.*\(binary data, 2 KiB\)/);
    expect(bodies[2]).toMatch(/request ?grant_type=refresh_token.*response ?\{ "token_type": "bearer" \}/);
    expect(bodies[3]).toMatch(/The first message is in call 1\..*It rains in Rome\./);
    expect(bodies[5]).toContain('slow down');
    expect(bodies.join()).not.toContain('hidden-header');
    expect(page.all('.call-index a').map((link) => link.getAttribute('href'))).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => `#call-${number}`),
    );
  });

  it('show 50 calls of a page', async () => {
    const seen: string[] = [];
    let next: string | null = `/${REPOSITORY}/recording?path=${encodeURIComponent(MANY)}`;
    const pages: (string | null)[] = [];
    while (next !== null) {
      const page: WebPage = await open(next);
      pages.push(page.text('main > p'));
      seen.push(
        ...page.texts('.cassette-call .turn:last-of-type .words').filter((text) => text.startsWith('Number')),
      );
      next = page.all('a[rel=next]')[0]?.getAttribute('href') ?? null;
    }
    expect(pages).toEqual(['Calls 1 to 50 of 120', 'Calls 51 to 100 of 120', 'Calls 101 to 120 of 120']);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => `Number ${index}.`));
    expect((await recording(MANY, '&page=99')).text('main > p')).toBe('Calls 101 to 120 of 120');
  });

  it('show the text of a compressed file, and a cassette without calls', async () => {
    const packed = await recording(PACKED);
    expect(packed.texts('.cassette-call .turn .words')).toEqual(['Packed?', 'Unpacked.']);
    expect(packed.text('.raw pre')).toMatch(/^interactions: - request: method: POST/);
    expect(packed.all('details.cassette-call, .call-index')).toEqual([]);
    const empty = await recording(EMPTY);
    expect(empty.text('main > p')).toBe('The registry finds no HTTP call in this file.');
    expect(empty.text('.turn .words')).toBe('interactions: [] version: 1');
  });

  it('download the exact bytes under the name of the file', async () => {
    const download = async (path: string) => {
      const address = `/${REPOSITORY}/recording/file?path=${encodeURIComponent(path)}`;
      const response = await fetch(new URL(address, registry.url), {
        headers: { authorization: `Bearer ${registry.adminToken}` },
      });
      const { headers } = response;
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      return {
        type: headers.get('content-type'),
        name: headers.get('content-disposition'),
        bytes: Buffer.from(await response.arrayBuffer()),
      };
    };
    expect(await download(WEATHER)).toEqual({
      type: 'text/plain; charset=utf-8',
      name: [
        'attachment; filename="TestChat.test_weather_gpt-4o-rome_.yaml"',
        "filename*=UTF-8''TestChat.test_weather%5Bgpt-4o-rome%5D.yaml",
      ].join('; '),
      bytes: Buffer.from(weather),
    });
    const packed = await download(PACKED);
    expect([packed.type, packed.name]).toEqual([
      'application/octet-stream',
      'attachment; filename="test_packed.yaml.gz"',
    ]);
    expect((await download(NAMED)).name).toContain("filename*=UTF-8''some%20talk%20%281%29.yaml");
  });

  it('name tests by their paths', async () => {
    const tests = await open(`/${REPOSITORY}/tests`);
    expect(tests.texts('.tree summary')).toEqual([
      'tests/test_ask.py 1 test, 1 recording',
      expect.stringMatching(/^tests\/test_chat\.py 4 tests, 4 recordings$/),
    ]);
    // A path that is its own test is a line, not a file with one test of the same name.
    expect(tests.texts('.tree > p')).toEqual([expect.stringContaining(`${NAMED} 1 recording`)]);
    const ofTest = await open(tests.links('.tree')['TestChat::test_weather[gpt-4o-rome]'] ?? '');
    expect(ofTest.text('h1')).toBe('test_chat.py::TestChat::test_weather[gpt-4o-rome] on main');
    expect(ofTest.texts('.recordings tbody th a')).toEqual(['TestChat.test_weather[gpt-4o-rome].yaml']);
    const named = await open(tests.links('.tree')[NAMED] ?? '');
    expect(named.text('h1')).toBe('some talk (1).yaml on main');
  });

  it('name the models and the calls of each cassette', async () => {
    const rows = (await open(`/${REPOSITORY}/recordings`)).texts('tbody tr');
    const row = (path: string) => rows.find((text) => text.includes(path.split('/').at(-1) ?? ''));
    expect(row(WEATHER)).toMatch(
      /claude-4, gpt-4o ?\/a%20b\.png, \/token, \/v1\/chat\/completions and 1 more/,
    );
    expect(row(WEATHER)).toContain('1 of 6 calls failed');
    expect(row(MANY)).toMatch(/gpt-4o ?\/v1\/chat\/completions ?120 calls ?–/);
    expect(row(PACKED)).toMatch(/gpt-4o ?\/v1\/chat\/completions ?response ?–/);
    expect(row(ogx.path)).toMatch(/llama3 ?\/v1\/chat\/completions ?response/);
    const found = async (query: string) =>
      (await open(`/${REPOSITORY}/recordings?${query}`)).texts('tbody th a');
    expect(await found('model=claude-4')).toEqual(['test_chat.py::TestChat::test_weather[gpt-4o-rome]']);
    expect(await found('search=unpacked')).toEqual(['test_chat.py::test_packed']);
    const models = await open(`/${REPOSITORY}/models`);
    expect(models.texts('tbody th')).toEqual(['gpt-4o', 'claude-4', 'llama3']);
    const ofTest = await open(`/${REPOSITORY}/test?id=${encodeURIComponent(TEST)}`);
    expect(ofTest.texts('.facts > div')).toContain('Modelsclaude-4, gpt-4o');
  });

  it('show the calls that a pull request changes, the other ones folded', async () => {
    const report = await open(`/${REPOSITORY}/pull/7`);
    const row = report.texts('.changes tbody tr').find((text) => text.includes('test_weather'));
    expect(row).toMatch(/\d of 7 calls differ/);
    expect(report.texts('.changes tbody tr').find((text) => text.includes('test_fresh'))).toContain(
      '2 calls, the last one responds Two.',
    );
    const change = (path: string) => open(`/${REPOSITORY}/pull/7/change?path=${encodeURIComponent(path)}`);
    const page = await change(WEATHER);
    const shown = page.all('.cassette-call').map((fold) => ({
      title: fold.querySelector('h2')?.textContent ?? '',
      tags: [...fold.querySelectorAll('summary .tag')].map(({ textContent }) => textContent),
      text: fold.textContent,
    }));
    const of = (title: string) => shown.filter((each) => each.title.includes(title));
    const [first] = of('1. ');
    expect(first?.text).toMatch(/get_weather.*forecast/s);
    expect(of('a%20b.png')).toMatchObject([
      { title: 'GET files.example/a%20b.png', tags: ['removed, call 2 before'] },
    ]);
    expect(of('anthropic').map(({ tags }) => tags)).toEqual([['new call']]);
    expect(of('login')).toEqual([]);
    expect(page.text('.same > summary')).toBe('3 calls are the same');
    expect(page.links('.same')['2. POST login.example/token']).toMatch(/\/recording\?path=.*#call-2$/);
    const [failed] = of('6. ');
    expect(failed?.text).toContain('Response headers that differ: date and x-request-id');
    expect(page.texts('.facts > div')).toContain('Calls6');

    const fresh = await change(FRESH);
    expect(fresh.texts('.cassette-call h2')).toEqual([
      '1. POST api.openai.example/v1/chat/completions',
      '2. POST api.openai.example/v1/chat/completions',
    ]);
    expect(fresh.texts('.turn .words')).toEqual(['One?', 'One.', 'Two?', 'Two.']);
    expect((await change(NAMED)).texts('.turn .words')).toEqual(['Talk?', 'Talk.']);
  });

  it('treat everything in a cassette as text', async () => {
    const repository = 'acme/hostile-cassettes';
    const clean = HOSTILE.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
    const path = `tests/cassettes/${clean.replaceAll(/[/.]/g, '').slice(0, 60)}/test_a.yaml`;
    const cassette = (say: string) =>
      httpCassette(
        chatCall([user(clean)], say, { url: `javascript:alert(1)//${clean}` }),
        chatCall([user(clean)], say, { ask: { model: clean, messages: [user(clean)] } }),
        { method: clean, url: `https://a.example/?x=${clean}`, headers: { 'content-type': clean }, say },
        { url: 'data:text/html,<script>alert(1)</script>', say: `<html><script>alert(1)</script>${say}` },
      );
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: { [path]: cassette(clean) } });
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 1, base: 'main' },
      add: { [path]: cassette(`${clean} after`) },
    });
    const named = `path=${encodeURIComponent(path)}`;
    for (const address of [
      `recording?${named}`,
      'recordings',
      'models',
      'tests',
      'pull/1',
      `pull/1/change?${named}`,
    ]) {
      const page = await open(`/${repository}/${address}`);
      const planted = 'script:not([src^="/-/page.js?"]), img, .planted, iframe, [onerror], [onmouseover]';
      expect(page.all(planted).map(({ tagName }) => tagName)).toEqual([]);
      const targets = page.all('a').map((link) => link.getAttribute('href') ?? '');
      expect(
        targets.filter(
          (target) => !/^(?:[/#]|https:\/\/github\.com\/acme\/hostile-cassettes\/pull\/1$)/.test(target),
        ),
      ).toEqual([]);
      expect([page.all('h1'), page.all('main')].map((found) => found.length)).toEqual([1, 1]);
    }
  });
});
