import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HOSTILE } from '../support/hostile-text.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, type Recording, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, type WebPage } from '../support/web-page.js';

const REPOSITORY = 'acme/shop';
const ASK = 'tests/test_ask.py';
const COMMIT = 'c'.repeat(40);

/** A different response to the same call. */
const answered = (recording: Recording, change: (response: string) => string): Record<string, string> => ({
  [recording.path]: change(recording.text),
});

describe.each(['embedded', 'postgres'] as const)('pages, %s', (database) => {
  let registry: TestRegistry;
  const weather = record({
    test: `${ASK}::test_weather[a&b=c]`,
    ask: 'How is the weather?',
    say: 'It is sunny in Rome today.',
  });
  const greeting = record({ test: `${ASK}::test_greeting`, ask: 'Say hello.', say: 'Hello there.' });
  const farewell = record({
    test: `${ASK}::test_farewell`,
    model: 'qwen',
    ask: 'Say goodbye.',
    say: 'Goodbye.',
  });
  const news = record({ test: `${ASK}::test_news`, ask: 'What is new?', say: 'Nothing much.' });

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      commit: COMMIT,
      add: { ...filesOf(weather, greeting, farewell), 'tests/recordings/odd.json': 'not JSON <b>at all</b>' },
    });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add: {
        ...filesOf(news),
        ...answered(weather, (text) => text.replace('sunny', 'rainy')),
        ...answered(greeting, (text) => text.replace('"stop"', '"length"')),
      },
      remove: [farewell.path],
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const open = async (path: string): Promise<WebPage> => {
    const page = await openPage(registry, path);
    expect(page.status, path).toBe(200);
    return page;
  };
  const change = (recording: Recording) =>
    open(`/${REPOSITORY}/pull/7/change?path=${encodeURIComponent(recording.path)}`);

  it('lead from the home page to a recording and its changes', async () => {
    const home = await open('/');
    const overview = await open(home.links('main')[REPOSITORY] ?? '');
    expect(overview.text('.facts')).toContain('4 recordings');
    expect(overview.text('.facts')).toContain('3 tests');
    expect(overview.links('table')).toMatchObject({
      '#7': `/${REPOSITORY}/pull/7`,
      main: `/${REPOSITORY}?at=main`,
    });

    const models = await open(overview.links('.facts')['2 models'] ?? '');
    expect(models.texts('tbody th')).toEqual(['llama3', 'qwen']);
    expect(models.texts('tbody tr:first-child td').slice(0, 2)).toEqual(['2', '2']);
    const tests = await open(overview.links('.facts')['3 tests'] ?? '');
    expect(tests.texts('summary')).toEqual([`${ASK} 3 tests, 3 recordings`]);
    expect(tests.texts('.tree li a')).toEqual(['test_farewell', 'test_greeting', 'test_weather[a&b=c]']);
    const ofTest = await open(tests.links('.tree')['test_weather[a&b=c]'] ?? '');
    expect(ofTest.text('h1')).toBe('test_ask.py::test_weather[a&b=c] on main');
    const [shown = ''] = Object.values(ofTest.links('.recordings'));
    const recording = await open(shown);
    expect(recording.texts('.turn')).toEqual(
      ['user How is the weather?', 'assistant It is sunny in Rome today.'].map((text) =>
        expect.stringMatching(new RegExp(text.replace(' ', ' ?'))),
      ),
    );
    expect(recording.text('.facts')).toMatch(/Playable ?(yes|no): .*recorder/);
    expect(recording.texts('table tbody tr')).toEqual([expect.stringContaining(COMMIT.slice(0, 9))]);
    const first = await open(Object.values(recording.links('table'))[0] ?? '');
    expect(first.text('.headline')).toBe('new');
  });

  it('find recordings by test, model, hash and words of a response', async () => {
    const found = async (question: string) =>
      (await open(`/${REPOSITORY}/recordings?${question}`))
        .texts('tbody th a')
        .map((name) => name.replace(/^.*::/, ''));
    expect(await found('search=RAINY&at=pull/7')).toEqual(['test_weather[a&b=c]']);
    expect(await found('search=rainy')).toEqual([]);
    expect(await found('model=qwen')).toEqual(['test_farewell']);
    expect(await found(`hash=${greeting.hash}`)).toEqual(['test_greeting']);
    expect(await found(`at=${COMMIT}&search=odd`)).toEqual(['tests/recordings/odd.json']);
    for (const at of ['nowhere', 'pull/99', '1:99.1', 'a b', '%00']) {
      const page = await openPage(registry, `/${REPOSITORY}/recordings?at=${at}`);
      expect(page.status, at).toBe(at === '%00' ? 400 : 404);
    }
  });

  it('list what a pull request changed, the most severe changes first', async () => {
    const report = await open(`/${REPOSITORY}/pull/7`);
    expect(report.text('.headline')).toBe(
      '🔴 Behaviour changed 1 answer is cut off; answer: sunny → rainy in 1 recording; 1 new, 1 removed',
    );
    expect(report.text('main')).toContain('compared with main at ccccccccc');
    expect(report.texts('tbody th').map((name) => name.replace(/^.*::/, ''))).toEqual([
      'test_greeting',
      'test_weather[a&b=c]',
      'test_news',
      'test_farewell',
    ]);
    expect(report.text('.cause summary')).toMatch(/is cut off by a token limit \(length\)/);
    expect([...report.texts('tbody del'), ...report.texts('tbody ins')]).toEqual(['sunny', 'rainy']);
    expect(report.text('.counts')).toMatch(
      /1 behaviour.*1 content.*2 changed.*1 new.*1 removed.*1 unchanged/,
    );
  });

  it.each([
    ['level=CONTENT', ['test_weather[a&b=c]']],
    ['kind=REMOVED', ['test_farewell']],
    ['model=qwen', ['test_farewell']],
    ['test=GREET', ['test_greeting']],
    ['kind=CHANGED&level=BEHAVIOUR&model=llama3', ['test_greeting']],
    ['kind=MOVED', []],
    ['kind=nonsense&page=999', ['test_greeting', 'test_weather[a&b=c]', 'test_news', 'test_farewell']],
  ])('filter a report by %s', async (question, expected) => {
    const report = await open(`/${REPOSITORY}/pull/7?${question}`);
    expect(report.texts('tbody th').map((name) => name.replace(/^.*::/, ''))).toEqual(expected);
  });

  it('show a change side by side, with the changed words marked', async () => {
    const page = await change(weather);
    const sides = page.texts('.sides .side');
    expect(sides[0]).toMatch(/Before.*assistant.*It is sunny in Rome today\./);
    expect(sides[1]).toMatch(/After.*assistant.*It is rainy in Rome today\./);
    expect([page.texts('.sides del'), page.texts('.sides ins')]).toEqual([['sunny'], ['rainy']]);
    expect(page.texts('details .turn')).toEqual([expect.stringContaining('How is the weather?')]);
    // The raw bytes are for download only; a browser must never render them.
    const [before = '', after = ''] = page.all('.raw a').map((link) => link.getAttribute('href') ?? '');
    expect((await open(before)).html).toBe(weather.text);
    const file = await open(after);
    expect(file.html).toBe(weather.text.replace('sunny', 'rainy'));
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f]+\.json"$/);
    expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');

    const finish = await change(greeting);
    expect([finish.texts('.comparison del'), finish.texts('.comparison ins')]).toEqual([
      ['stop'],
      ['length'],
    ]);
    expect((await change(news)).texts('.turn').join()).toContain('Nothing much.');
    expect((await change(farewell)).text('.headline')).toBe('removed');
  });

  it('lead through all changes one after the other', async () => {
    const seen: (string | null)[] = [];
    let next = (await open(`/${REPOSITORY}/pull/7`)).all('tbody th a')[0]?.getAttribute('href') ?? null;
    while (next !== null) {
      const page = await open(next);
      seen.push(page.text('h1'));
      next = page.all('a[rel=next]')[0]?.getAttribute('href') ?? null;
    }
    expect(seen.map((name) => name?.replace(/^.*::/, ''))).toEqual([
      'test_greeting',
      'test_weather[a&b=c]',
      'test_news',
      'test_farewell',
    ]);
  });

  it('show the history of a recording across snapshots, with removals', async () => {
    const repository = 'acme/history';
    const main = (push: object) => pushFiles(registry, { repository, ref: { branch: 'main' }, ...push });
    await main({ add: filesOf(weather), commit: '1'.repeat(40) });
    await main({ add: filesOf(greeting) });
    await main({ add: answered(weather, (text) => text.replace('sunny', 'rainy')), commit: '3'.repeat(40) });
    await main({ remove: [weather.path] });
    const address = `/${repository}/recording?path=${encodeURIComponent(weather.path)}`;
    const page = await open(address);
    expect(page.text('main')).toContain('This recording was removed');
    expect(page.texts('tbody th')).toEqual(['main, version 4', 'main, version 3', 'main, version 1']);
    const [removed = '', reworded = ''] = page.all('tbody a').map((link) => link.getAttribute('href') ?? '');
    expect((await open(removed)).text('.headline')).toBe('removed');
    expect((await open(reworded)).texts('.sides del')).toEqual(['sunny']);
    // At an earlier state, only the history until then.
    const earlier = await open(`${address}&at=${'1'.repeat(40)}`);
    expect(earlier.texts('table tbody th')).toEqual(['main, version 1']);
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 2, base: 'main' },
      add: answered(greeting, (text) => text.replace('there', 'you')),
    });
    const inPullRequest = await open(
      `/${repository}/recording?path=${encodeURIComponent(greeting.path)}&at=pull/2`,
    );
    expect(inPullRequest.texts('table tbody th')).toEqual(['#2, version 1', 'main, version 2']);
  });

  it('paginate many recordings and many changes', async () => {
    const repository = 'acme/many';
    const many = (mark: string) =>
      Object.fromEntries(
        Array.from({ length: 230 }, (_, index) => [
          `tests/recordings/${String(index).padStart(3, '0')}.json`,
          `"${mark} ${index}"`,
        ]),
      );
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: many('old') });
    await pushFiles(registry, { repository, ref: { pullRequest: 1, base: 'main' }, add: many('new') });
    const walk = async (start: string) => {
      const seen: string[] = [];
      let [next, pages]: [string | null, number] = [start, 0];
      while (next !== null && pages++ < 10) {
        const page: WebPage = await open(next);
        seen.push(...page.texts('tbody th a'));
        next = page.all('a[rel=next]')[0]?.getAttribute('href') ?? null;
      }
      return { seen, pages };
    };
    const all = Object.keys(many('')).sort();
    expect(await walk(`/${repository}/recordings`)).toEqual({ seen: all, pages: 5 });
    expect(await walk(`/${repository}/pull/1`)).toEqual({ seen: all, pages: 3 });
  });

  it('treat everything in a recording as text', async () => {
    const repository = 'acme/hostile';
    const said = (text: string) => ({ test: `tests/a.py::${text}`, model: text, ask: text, say: text });
    const pages = async (text: string, pullRequest: number) => {
      const [before, after] = [record(said(`${text} before`)), record(said(text))];
      const path = `tests/recordings/${text.replaceAll('/', '').slice(0, 60)}.json`;
      const folder = { [path]: before.text };
      await pushFiles(registry, { repository, ref: { branch: `base-${pullRequest}` }, add: folder });
      await pushFiles(registry, {
        repository,
        ref: { pullRequest, base: `base-${pullRequest}` },
        add: { [path]: after.text },
      });
      const at = `pull/${pullRequest}`;
      const named = `path=${encodeURIComponent(path)}`;
      const asked = encodeURIComponent(text);
      return Promise.all(
        [
          `pull/${pullRequest}`,
          `pull/${pullRequest}?test=${asked}&model=${asked}`,
          `pull/${pullRequest}/change?${named}`,
          `recording?${named}&at=${at}`,
          `recordings?at=${at}&search=${asked}`,
          `tests?at=${at}&search=${asked}&model=${asked}`,
          `models?at=${at}`,
        ].map((page) => open(`/${repository}/${page}`)),
      );
    };
    const clean = HOSTILE.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
    const hostile = await pages(clean, 1);
    for (const page of hostile) {
      const planted = page.all(
        'script:not([src^="/-/page.js?"]), img, .planted, iframe, [onerror], [onmouseover]',
      );
      expect(planted.map(({ tagName }) => tagName)).toEqual([]);
      expect(
        page
          .all('a')
          .filter(
            (link) =>
              !/^(?:[/#]|https:\/\/github\.com\/acme\/hostile\/pull\/\d$)/.test(
                link.getAttribute('href') ?? '',
              ),
          ),
      ).toEqual([]);
      expect(page.all('h1')).toHaveLength(1);
      expect(page.all('main')).toHaveLength(1);
    }
    expect(hostile[0]?.text('tbody th')).toContain('<script>');
    expect(hostile[3]?.texts('.turn').join()).toContain('</main></body>');
    // Invisible and bidirectional characters are made visible.
    const [report] = await pages('\u202egnp.exe', 2);
    expect(report?.text('tbody')).toContain('\uFFFDgnp.exe');
    expect(report?.text('html')).not.toContain('\u202e');
  });

  it('compare a new recording with the one that it probably replaces', async () => {
    const repository = 'acme/replaced';
    const test = `${ASK}::test_weather`;
    const old = record({ test, ask: 'How is the weather in Rome?', say: 'It is sunny in Rome today.' });
    const fresh = record({ test, ask: 'How is the weather in Rome now?', say: 'It is rainy in Rome today.' });
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: filesOf(old, farewell) });
    await pushFiles(registry, { repository, ref: { pullRequest: 1, base: 'main' }, add: filesOf(fresh) });
    const report = await open(`/${repository}/pull/1`);
    const page = await open(Object.values(report.links('tbody th'))[0] ?? '');
    expect(page.text('.headline')).toMatch(/^new recording, replaces/);
    expect(page.texts('.sides del')).toEqual(['sunny']);
    expect(page.texts('.sides ins')).toEqual(
      expect.arrayContaining(['rainy', expect.stringContaining('now')]),
    );
  });

  it('explain a link to a change that no longer exists', async () => {
    const page = await open(`/${REPOSITORY}/pull/7/change?path=tests/recordings/odd.json`);
    expect(page.text('h1')).toBe('No change');
    expect(page.links('.breadcrumbs')['Pull request #7']).toBe(`/${REPOSITORY}/pull/7`);
  });

  it('return 404 for missing objects', async () => {
    for (const path of [
      `/${REPOSITORY}/pull/99`,
      `/${REPOSITORY}/compare/nonsense`,
      `/${REPOSITORY}/compare/1:1.1...1:999.1`,
      `/${REPOSITORY}/pull/7/change`,
      `/${REPOSITORY}/pull/7/change?path=nothing`,
      `/${REPOSITORY}/recording?path=nothing`,
      `/${REPOSITORY}/recording/file?path=nothing`,
      `/${REPOSITORY}/recording`,
    ]) {
      const page = await openPage(registry, path);
      expect([page.status, page.text('h1')], path).toEqual([404, 'Not found']);
    }
  });
});
