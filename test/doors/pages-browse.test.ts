import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HOSTILE } from '../support/hostile-text.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { filesOf, type Recording, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { reportUse } from '../support/report-use.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';
import { openPage, type WebPage } from '../support/web-page.js';

const REPOSITORY = 'acme/shop';
const MAIN = { branch: 'main' };
const A = 'tests/a/test_a.py';
const B = 'tests/b/test_b.py';
const place = (file: string) => `${file.replace(/[^/]*$/, '')}recordings`;
const recordingOf = (file: string, test: string, model: string, say: string): Recording =>
  record({ test: `${file}::${test}`, model, ask: `Ask ${test} of ${model}`, say, folder: place(file) });

const one = recordingOf(A, 'test_one', 'model-a', 'One.');
const two = recordingOf(A, 'test_two', 'model-b', 'Two. '.repeat(400));
const twoMore = recordingOf(A, 'test_two', 'model-a', 'Two, too. '.repeat(40));
const three = recordingOf(B, 'test_three', 'model-a', 'Three. '.repeat(100));
const misplaced = recordingOf(B, 'test_four', 'model-a', 'Four.');
const elsewhere = { [`elsewhere/${misplaced.hash}.json`]: misplaced.text };
const failed = recordingOf(B, 'test_error', 'model-c', 'Failed.');
const asError = (text: string) =>
  text.replace('"is_streaming": false', '"is_streaming": false,\n "status": 500');
const error = { [failed.path]: asError(failed.text) };
const changed = (recording: Recording, from: string, to: string) => ({
  [recording.path]: recording.text.replaceAll(from, to),
});

describe.each(['embedded', 'postgres'] as const)('pages that list, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    const add = { ...filesOf(one, two, twoMore, three), ...elsewhere, ...error };
    await pushFiles(registry, { repository: REPOSITORY, ref: MAIN, add });
    const pull = (pullRequest: number, files: Record<string, string>, about: object = {}) =>
      pushFiles(registry, {
        repository: REPOSITORY,
        ref: { pullRequest, base: 'main' },
        add: files,
        ...about,
      });
    const french = {
      ...changed(two, 'Two.', 'Deux.'),
      ...changed(twoMore, '"stop"', '"content_filter"'),
      [`elsewhere/${misplaced.hash}.json`]: asError(misplaced.text),
    };
    await pull(5, french, { title: 'Speak French', author: 'marie' });
    await report(5);
    await promote(5);
    await pull(6, changed(three, 'Three', 'Trois'), { title: 'Given up', author: 'jean' });
    await report(6);
    await pull(7, changed(one, '"stop"', '"content_filter"'), { title: HOSTILE, author: HOSTILE });
    await report(7);
    await pull(8, changed(three, 'Three', 'Drei'), { title: 'Speak German', author: 'hans' });
    await report(8);
    await pull(9, {}, { title: 'Say nothing new' });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const report = (pullRequest: number) =>
    registry.ask(
      `query ($pullRequest: Int!) { repository(owner: "acme", name: "shop") { drift(pullRequest: $pullRequest) { url } } }`,
      { pullRequest },
    );
  const promote = (pullRequest: number) =>
    registry.ask(
      `mutation ($input: PromoteInput!) { promote(input: $input) { __typename ... on Problem { message } } }`,
      { input: { ...ownerAndName(REPOSITORY), pullRequest, branch: 'main' } },
    );
  const open = async (path: string): Promise<WebPage> => {
    const page = await openPage(registry, path);
    expect(page.status, path).toBe(200);
    return page;
  };
  const browse = (path: string) => open(`/${REPOSITORY}${path}`);

  it('count what a repository holds, and say when it was last pushed to', async () => {
    const home = await open('/');
    expect(home.texts('thead th').slice(0, 6)).toEqual([
      'Repository',
      'Recordings',
      'Tests',
      'Models',
      'Open pull requests',
      'Last push',
    ]);
    expect(home.texts('tbody tr:first-child td').slice(0, 4)).toEqual(['6', '5', '3', '4']);
    expect(home.text('tbody tr:first-child time')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    const facts = (await browse('')).text('.facts');
    for (const fact of ['6 recordings', '5 tests', '3 models', 'Last push']) expect(facts).toContain(fact);
  });

  it('list open pull requests with verdict, title and author, linked to the report', async () => {
    for (const page of [await open('/'), await browse('')]) {
      const rows = page.texts('.pulls tbody tr');
      expect(rows.map((row) => /#(\d+)/.exec(row)?.[1])).toEqual(['9', '8', '7', '6']);
      expect(rows[0]).toContain('No report yet');
      expect(rows[1]).toMatch(/#8 Speak German.*by hans.*🟡/);
      expect(rows[2]).toMatch(/#7 .*🔴/);
      const links = page.all('.pulls a').map((link) => link.getAttribute('href'));
      expect(links).toContain(`/${REPOSITORY}/pull/7`);
      // The title and the author are untrusted.
      expect(rows[2]).toContain('<script>');
      expect(page.all('script, .planted, main img, [onerror], [onmouseover]')).toEqual([]);
    }
  });

  it('list pull requests by state, and mark a verdict of an earlier push', async () => {
    expect((await browse('/pulls?state=merged')).texts('.pulls tbody tr')).toEqual([
      expect.stringMatching(/#5 Speak French.*promoted.*🔴/),
    ]);
    expect((await browse('/pulls?state=closed')).text('main')).toContain('No pull request was closed');
    const ref = { pullRequest: 6, base: 'main' };
    await pushFiles(registry, { repository: REPOSITORY, ref, add: filesOf(three) });
    const row = (await browse('/pulls')).texts('.pulls tbody tr').find((text) => text.includes('#6'));
    expect(row).toMatch(/🟡.*before the last push/);
    expect((await openPage(registry, `/${REPOSITORY}/pulls?state=nonsense`)).status).toBe(404);
  });

  it('show the activity of each week as a picture and as a table', async () => {
    const page = await browse('');
    expect(page.texts('figure title')).toEqual(
      expect.arrayContaining(['Recordings per week', 'Behaviour changes per week', 'Errors per week']),
    );
    const descriptions = page
      .texts('figure desc')
      .map((text) => /^\d+ in \d+ weeks; at most \d+/.exec(text)?.[0]);
    expect(descriptions).toEqual([
      '9 in 12 weeks; at most 9',
      '2 in 12 weeks; at most 2',
      '1 in 12 weeks; at most 1',
    ]);
    expect(page.all('svg script, svg [style]')).toEqual([]);
    expect(page.texts('section details tbody tr').map((row) => row.replace(/^.*\d{4} ?/, ''))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^model-a ?6 ?2 ?1$/)]),
    );
    expect(page.texts('.legend li')).toEqual(['model-a', 'model-b', 'model-c']);
  });

  it('show how old the recordings of each model are, linked to the old ones', async () => {
    const repository = 'acme/aged';
    const read = (path = '') => open(`/${repository}${path}`);
    const mixed = cassetteOf(
      `${A}::test_mixed`,
      { model: 'model-a', ask: 'Hello?', say: 'Hello.' },
      { model: 'model-<b>', ask: 'Well?', say: 'Well.' },
    );
    await pushFiles(registry, {
      ...{ repository, ref: MAIN },
      add: { ...filesOf(one, twoMore), [mixed[0]]: mixed[1], 'a/recordings/notes.json': '{"note": 1}' },
    });
    const unaged = await read();
    expect(unaged.text('section[aria-labelledby=ages] p')).toBe('No recording is older than 90 days.');
    if (database === 'embedded') return;
    // Another snapshot, of contents that are 100 days old: counts of a snapshot are kept.
    await registry.sql`update contents c set created_at = now() - interval '100 days' from repositories r
      where r.id = c.repository_id and r.name = 'aged'`;
    await pushFiles(registry, {
      repository,
      ref: MAIN,
      add: filesOf(recordingOf(B, 'test_new', 'model-a', 'N.')),
    });
    const page = await read();
    const [, old] = page.texts('section[aria-labelledby=ages] p');
    expect([page.text('section[aria-labelledby=ages] p'), old]).toEqual([
      '4 of 5 recordings are older than 90 days.',
      undefined,
    ]);
    expect(page.texts('section[aria-labelledby=ages] tbody tr').map((row) => row.slice(0, -20))).toEqual([
      'model-a43',
      'model-<b>11',
      'without a model11',
    ]);
    const links = page
      .all('section[aria-labelledby=ages] td a')
      .map((link) => link.getAttribute('href') ?? '');
    expect(links).toHaveLength(4);
    const listed = async (link = '') => (await open(link)).text('main > p');
    expect(await listed(links[0])).toBe('4 recordings');
    expect(await listed(links[1])).toBe('3 recordings');
    expect(await listed(page.links('section[aria-labelledby=ages] p')['4 of 5 recordings'])).toBe(
      '4 recordings',
    );
    const day = /recordedBefore=([\d-]+)$/.exec(links[1] ?? '')?.[1];
    expect((await open(links[1] ?? '')).all('input[type=date]')[0]?.getAttribute('value')).toBe(day);
    expect((await read('/recordings?recordedBefore=2026-02-31x')).text('[role=alert]')).toMatch(/YYYY-MM-DD/);

    const counts = 'model recordings oldest newest olderThanMonth olderThanQuarter olderThanHalfYear';
    const asked = await registry.ask<{ repository: { ages: object[]; snapshot: { ages: object } } }>(
      `{ repository(owner: "acme", name: "aged") { ages { ${counts} olderThanYear }
        snapshot(at: { branch: "main" }) { ages { recordings olderThanQuarter models { model } } } } }`,
    );
    const { ages, snapshot } = asked.repository;
    const older = { olderThanMonth: 3, olderThanQuarter: 3, olderThanHalfYear: 0, olderThanYear: 0 };
    expect(ages[0]).toMatchObject({ model: 'model-a', recordings: 4, ...older });
    expect(ages.map((age) => (age as { model: string }).model)).toEqual(['model-a', 'model-<b>', null]);
    expect(snapshot.ages).toMatchObject({ recordings: 5, olderThanQuarter: 4 });
  });

  it('show when recordings were last used, and list the unused ones', async () => {
    const repository = 'acme/used';
    const read = (path = '') => open(`/${repository}${path}`);
    const files = filesOf(one, two, three);
    const { snapshot } = await pushFiles(registry, { repository, ref: MAIN, add: files });
    const unknown = await read('/recordings?unused=30');
    expect(unknown.texts('main > p')).toEqual([
      '0 recordings',
      expect.stringMatching(/^No run of the default branch counts yet/),
    ]);
    expect((await read()).text('main')).not.toMatch(/by the last/);
    const pulled = Object.keys(files);
    const use = { snapshot: snapshot.id, pulled, read: [one.path], job: { run: '17' } };
    expect(await reportUse(registry, repository, MAIN, use)).toMatchObject({ counts: true });
    const added = filesOf(recordingOf(B, 'test_new', 'model-a', 'New.'));
    await pushFiles(registry, { repository, ref: MAIN, add: added });

    const listed = await read('/recordings');
    const today = new Date().toISOString().slice(0, 10);
    const uses = (page: WebPage) =>
      Object.fromEntries(
        page
          .texts('tbody tr')
          .map((row) => [
            /(test_(?:one|two|three|new))/.exec(row)?.[1],
            /(?:never|20[\d-]{8})?$/.exec(row)?.[0],
          ]),
      );
    expect(uses(listed)).toEqual({ test_one: today, test_two: 'never', test_three: 'never', test_new: '' });
    const order = async (query: string) => Object.keys(uses(await read(`/recordings?${query}`)));
    expect((await order('sort=used')).at(-1)).toBe('test_one');
    expect((await order('sort=used&order=desc'))[0]).toBe('test_one');
    const page = await read();
    const links = page.links('main > p');
    expect(page.texts('main > p')).toContain('2 of 4 recordings were not read by the last run.');
    const unused = await open(links['2 of 4 recordings'] ?? '');
    expect(uses(unused)).toEqual({ test_two: 'never', test_three: 'never' });
    expect(unused.text('main > p')).toBe('2 recordings');
    const facts = async ({ path }: Recording) =>
      (await read(`/recording?path=${encodeURIComponent(path)}`)).texts('.facts > div');
    expect(await facts(one)).toEqual(expect.arrayContaining([`Last used${today}`, 'Runs since then0']));
    expect(await facts(two)).toEqual(
      expect.arrayContaining(['Last usednever', 'Runs that did not read it1']),
    );
    expect((await facts(recordingOf(B, 'test_new', 'model-a', 'New.'))).join()).not.toContain('Last used');
    const ofTest = await read(`/test?id=${encodeURIComponent(`${A}::test_two`)}`);
    expect(ofTest.texts('table.recordings td[data-label="Last used"]')).toEqual(['never']);
  });

  it('sort models by name, recordings, tests, size and time, in both directions', async () => {
    const models = async (query: string) => (await browse(`/models${query}`)).texts('tbody th');
    expect(await models('')).toEqual(['model-a', 'model-b', 'model-c']);
    expect(await models('?sort=recordings&order=asc')).toEqual(['model-b', 'model-c', 'model-a']);
    expect(await models('?sort=name&order=desc')).toEqual(['model-c', 'model-b', 'model-a']);
    expect(await models('?sort=size&order=asc')).toEqual(['model-c', 'model-b', 'model-a']);
    expect(await models('?sort=recorded')).toHaveLength(3);
    expect(await models('?sort=nonsense')).toEqual(['model-a', 'model-b', 'model-c']);
    const page = await browse('/models');
    const links = page.links('.sorting');
    const reversed = await open(
      Object.entries(links).find(([name]) => name.startsWith('Recordings'))?.[1] ?? '',
    );
    expect(reversed.texts('tbody th')).toEqual(['model-b', 'model-c', 'model-a']);
    expect(reversed.all('th[aria-sort]').map((th) => th.getAttribute('aria-sort'))).toEqual(['ascending']);
  });

  it('list tests by file, and as a list in any order', async () => {
    const page = await browse('/tests');
    expect(page.texts('summary')).toEqual([`${A} 2 tests, 3 recordings`, `${B} 3 tests, 3 recordings`]);
    expect(page.texts('.tree li a')).toEqual([
      'test_one',
      'test_two',
      'test_error',
      'test_four',
      'test_three',
    ]);
    const tests = async (query: string) =>
      (await browse(`/tests?${query}`)).texts('tbody th').map((id) => id.replace(/^.*::/, ''));
    expect(await tests('sort=name&order=desc')).toEqual([
      'test_three',
      'test_four',
      'test_error',
      'test_two',
      'test_one',
    ]);
    expect((await tests('sort=recordings'))[0]).toBe('test_two');
    expect((await tests('sort=size')).slice(0, 2)).toEqual(['test_two', 'test_three']);
    expect(await tests('sort=recorded')).toHaveLength(5);
    expect(await tests(`file=${encodeURIComponent(B)}`)).toEqual(['test_error', 'test_four', 'test_three']);
    expect(await tests('sort=name&model=model-b')).toEqual(['test_two']);
    expect(await tests('sort=name&page=999')).toHaveLength(5);
  });

  it('page through files and tests, each once', async () => {
    const repository = 'acme/files';
    const many = Array.from({ length: 130 }, (_, index) => {
      const file = `tests/test_${String(index % 65).padStart(3, '0')}.py`;
      return recordingOf(file, `test_${String(index).padStart(3, '0')}`, 'm', 'Yes.');
    });
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(...many) });
    const walk = async (start: string, selector: string, rel = 'next') => {
      const seen: string[][] = [];
      for (let next: string | null = start; next !== null && seen.length < 9; ) {
        const page: WebPage = await open(next);
        seen.push(page.texts(selector));
        next = page.all(`a[rel=${rel}]`)[0]?.getAttribute('href') ?? null;
        if (next === null && rel === 'next') return { seen, last: page };
      }
      return { seen, last: null };
    };
    const files = await walk(`/${repository}/tests`, 'summary bdi');
    expect(files.seen.map((page) => page.length)).toEqual([50, 15]);
    expect(new Set(files.seen.flat()).size).toBe(65);
    const back = files.last?.all('a[rel=prev]')[0]?.getAttribute('href') ?? '';
    expect((await open(back)).texts('summary bdi')).toEqual(files.seen[0]);
    const tests = await walk(`/${repository}/tests?sort=name`, 'tbody th');
    expect(tests.seen.map((page) => page.length)).toEqual([100, 30]);
    expect(tests.seen.flat()).toEqual(tests.seen.flat().toSorted());
    expect(new Set(tests.seen.flat()).size).toBe(130);
    // A file with more tests than a page of files lists has a link to all of them.
    const long = Array.from({ length: 25 }, (_, index) => recordingOf(A, `test_${index}`, 'm', 'Yes.'));
    await pushFiles(registry, { repository: 'acme/long', ref: MAIN, add: filesOf(...long) });
    const tree = await open('/acme/long/tests');
    expect(tree.texts('.tree li')).toHaveLength(20);
    const all = await open(tree.links('.tree')['All 25 tests of this file'] ?? '');
    expect(all.texts('tbody th')).toHaveLength(25);
  });

  it('sort recordings by path, size and time, and page through each order', async () => {
    const sizes = async (query: string) =>
      (await browse(`/recordings?${query}`))
        .all('td .size')
        .map((size) => Number.parseInt(size.getAttribute('title')?.replaceAll(',', '') ?? '', 10));
    const largest = await sizes('sort=size');
    expect(largest).toHaveLength(6);
    expect(largest).toEqual(largest.toSorted((a, b) => b - a));
    expect(await sizes('sort=size&order=asc')).toEqual(largest.toReversed());
    expect(await sizes('sort=recorded')).toHaveLength(6);
    const paths = async (query: string) => (await browse(`/recordings?${query}`)).texts('tbody th');
    expect(await paths('sort=path&order=desc')).toEqual((await paths('')).toReversed());
    // A key of another order means the first page.
    expect(await paths('sort=size&after=nonsense')).toHaveLength(6);
  });

  it('filter recordings by playable and outcome, and name both in words', async () => {
    const rows = async (query: string) => (await browse(`/recordings?${query}`)).texts('tbody tr');
    expect(await rows('playable=misplaced')).toEqual([expect.stringMatching(/test_four.*wrong folder/)]);
    expect(await rows('outcome=error&model=model-c')).toEqual([expect.stringMatching(/test_error.*error/)]);
    expect(await rows('outcome=success&model=model-b')).toEqual([expect.stringMatching(/response.*yes/)]);
    expect(await rows('playable=yes')).toHaveLength(5);
    expect(await rows('playable=nonsense')).toHaveLength(6);
    const page = await browse('/recordings?playable=misplaced');
    expect(page.all('option[selected]').map((option) => option.getAttribute('value'))).toEqual(['misplaced']);
  });

  it('suggest tests and models', async () => {
    const page = await browse('/recordings');
    const options = (field: string) =>
      page.all(`#${field}-suggestions option`).map((option) => option.getAttribute('value'));
    expect(page.all('#test')[0]?.getAttribute('list')).toBe('test-suggestions');
    expect(options('test')).toEqual([
      `${A}::test_one`,
      `${A}::test_two`,
      `${B}::test_error`,
      `${B}::test_four`,
      `${B}::test_three`,
    ]);
    expect(options('model')).toEqual(['model-a', 'model-b', 'model-c']);
    const similar = await browse('/recordings?test=TEST_T');
    expect(similar.texts('main ul li a')).toEqual([`${A}::test_two`, `${B}::test_three`]);
    expect((await open(similar.links('main ul')[`${A}::test_two`] ?? '')).texts('tbody tr')).toHaveLength(2);
  });

  it('show a test with its recordings and the pull requests that changed it', async () => {
    const test = (id: string) => browse(`/test?id=${encodeURIComponent(id)}`);
    const page = await test(`${A}::test_two`);
    expect(page.text('h1')).toBe('test_a.py::test_two on main');
    expect(page.links('.breadcrumbs')).toMatchObject({
      'test_a.py': `/${REPOSITORY}/tests?file=${encodeURIComponent(A)}`,
    });
    expect(page.texts('.recordings tbody tr')).toHaveLength(2);
    expect(page.texts('.pulls tbody tr')).toEqual([
      expect.stringMatching(/#5 Speak French.*promoted.*🔴.*model-a/),
      expect.stringMatching(/#5 Speak French.*promoted.*🟡.*model-b/),
    ]);
    const links = page.all('.pulls a').map((link) => link.getAttribute('href') ?? '');
    expect(links[0]).toBe(`/${REPOSITORY}/pull/5`);
    expect((await open(links.at(-1) ?? '')).text('main')).toContain('Deux.');

    expect((await test(`${B}::test_four`)).texts('.pulls .tag')).toEqual(['error']);
    const openPull = await test(`${A}::test_one`);
    expect(openPull.texts('.pulls tbody tr')).toEqual([expect.stringMatching(/#7 .*open, reported.*🔴/)]);
    expect(openPull.all('script, .planted, main img')).toEqual([]);
    expect((await test(`${B}::test_error`)).text('main')).toContain('No pull request with a report');
    for (const id of ['nothing', '']) {
      expect((await openPage(registry, `/${REPOSITORY}/test?id=${id}`)).status, id).toBe(404);
    }
  });

  it('return activity, orders and times through GraphQL', async () => {
    const ask = async <Answer>(fields: string) =>
      (
        await registry.ask<{ repository: Answer }>(
          `{ repository(owner: "acme", name: "shop") { ${fields} } }`,
        )
      ).repository;
    type Row = { week: string; model: string; recordings: number; behaviour: number; errors: number };
    const { activity } = await ask<{ activity: Row[] }>(
      'activity { week model recordings behaviour errors }',
    );
    const numbers = activity.map((row) => [row.model, row.recordings, row.behaviour, row.errors]);
    expect(numbers).toEqual([
      ['model-a', 6, 2, 1],
      ['model-b', 2, 0, 0],
      ['model-c', 1, 0, 0],
    ]);
    for (const { week } of activity) expect(new Date(week).getUTCDay()).toBe(1);
    await expect(ask('activity(weeks: 53) { week }')).rejects.toThrow('weeks must be from 1 to 52');
    await expect(ask('activity(weeks: 0) { week }')).rejects.toThrow('weeks must be from 1 to 52');

    type Page = {
      recordings: {
        nodes: { size: number; recordedAt: string }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    };
    for (const orderBy of ['SIZE', 'RECORDED_AT', 'PATH']) {
      for (const descending of [true, false]) {
        const seen: { size: number; recordedAt: string }[] = [];
        for (let after = ''; seen.length < 9; ) {
          const { recordings } = await ask<Page>(
            `recordings(orderBy: ${orderBy}, descending: ${descending}, first: 4 ${after && `, after: "${after}"`})
              { nodes { size recordedAt path } pageInfo { endCursor hasNextPage } }`,
          );
          seen.push(...recordings.nodes);
          if (!recordings.pageInfo.hasNextPage) break;
          after = recordings.pageInfo.endCursor;
        }
        expect(seen).toHaveLength(6);
        const values = seen.map((row) =>
          orderBy === 'SIZE'
            ? row.size
            : orderBy === 'PATH'
              ? (row as never)['path']
              : Date.parse(row.recordedAt),
        );
        const sorted = values.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
        expect(values, `${orderBy} ${descending}`).toEqual(descending ? sorted.reverse() : sorted);
      }
    }
    const cursor = Buffer.from('no-number').toString('base64url');
    await expect(
      ask(`recordings(orderBy: SIZE, after: "${cursor}") { totalCount nodes { path } }`),
    ).rejects.toThrow('belongs to another');
  });
});
