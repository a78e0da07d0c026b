import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOfEachKind } from '../support/changed-recordings.js';
import { pushFiles } from '../support/push-files.js';
import type { Recording } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, type WebPage } from '../support/web-page.js';

const REPOSITORY = 'acme/shop';
const REPORT = `/${REPOSITORY}/pull/7`;

describe('the pages of a report', () => {
  let registry: TestRegistry;
  const { main, add, remove, recordings } = reportOfEachKind();
  beforeAll(async () => {
    registry = await startRegistry();
    await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' }, add: main });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add,
      remove,
      title: 'Use the <b>forecast</b> tool',
      author: 'octocat',
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const open = async (path: string): Promise<WebPage> => {
    const page = await openPage(registry, path);
    expect(page.status, path).toBe(200);
    return page;
  };
  const change = (recording: Recording, query = '') =>
    open(`${REPORT}/change?path=${encodeURIComponent(recording.path)}${query}`);
  const names = (page: WebPage) => page.texts('.changes tbody th');

  it('show the pull request with its title, its author and its address on GitHub', async () => {
    const report = await open(REPORT);
    expect(report.text('.pull-request')).toBe('Use the <b>forecast</b> tool by octocat Open on GitHub');
    expect(report.links('.pull-request')['Open on GitHub']).toBe('https://github.com/acme/shop/pull/7');
    expect(report.all('.headline .mark').map((mark) => mark.getAttribute('aria-label'))).toEqual([
      expect.stringContaining('Behaviour changed'),
    ]);
  });

  it('have no link to GitHub when another issuer signs the tokens of workflows', async () => {
    await using other = await startRegistry({
      environment: { FIXTURE_REGISTRY_OIDC_ISSUER: 'https://login.acme.example' },
    });
    await pushFiles(other, { repository: REPOSITORY, ref: { branch: 'main' }, add: main });
    await pushFiles(other, { repository: REPOSITORY, ref: { pullRequest: 7, base: 'main' }, add });
    const report = await openPage(other, REPORT);
    expect(report.status).toBe(200);
    expect(report.text('main')).not.toContain('GitHub');
  });

  it('group the changes by cause and by test file, each change once', async () => {
    const report = await open(REPORT);
    expect(names(report).sort()).toEqual(
      ['asked_anew', 'brand_new', 'cosmetic', 'long', 'now_an_error', 'removed', 'tool_renamed'].map(
        (name) => `test_${name}`,
      ),
    );
    expect(new Set(report.texts('.cause caption'))).toEqual(new Set(['tests/test_report.py']));
    for (const cause of report.all('.cause')) {
      const key = /^cause-([0-9a-f]{12})$/.exec(cause.getAttribute('id') ?? '')?.[1];
      const own = [...cause.querySelectorAll('tbody th')].map((cell) => cell.textContent.trim());
      const filtered = await open(`${REPORT}?cause=${key}`);
      expect(names(filtered)).toEqual(own);
      expect(filtered.texts('.cause')).toHaveLength(1);
    }
    expect(names(await open(`${REPORT}?cause=000000000000`))).toEqual([]);
  });

  it('say what changed since the last push', async () => {
    const repository = 'acme/pushed-twice';
    const { failing, renamed } = recordings;
    const ref = { pullRequest: 3, base: 'main' };
    const changed = (recording: Recording) => ({ [recording.path]: add[recording.path] ?? '' });
    const push = (files: Record<string, string>, commit: string) =>
      pushFiles(registry, { repository, ref, add: files, commit: commit.repeat(40) });
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: main });
    await push(changed(failing), 'a');
    expect((await open(`/${repository}/pull/3`)).text('main')).not.toContain('Since');
    await push({ [failing.path]: main[failing.path] ?? '', ...changed(renamed) }, 'b');
    expect((await open(`/${repository}/pull/3`)).text('main')).toContain('Since aaaaaaa: 1 fixed, 1 new.');
  });

  it('count errors, and show only these', async () => {
    const report = await open(REPORT);
    const chip = report.links('.counts')['1 error'] ?? '';
    expect(chip).toBe(`${REPORT}?only=errors#changes`);
    const errors = await open(chip.replace('#changes', ''));
    expect(names(errors)).toEqual(['test_now_an_error']);
    expect(errors.links('.counts')['1 error']).toBe(`${REPORT}#changes`);
  });

  it('show what a new recording responds, and link the one that it replaces', async () => {
    const report = await open(REPORT);
    const row = (name: string) =>
      [...report.all('.changes tbody tr')].find((each) => each.textContent.includes(name));
    expect(row('test_brand_new')?.querySelector('.outcome')?.textContent).toBe('calls get_time');
    const replaced = row('test_asked_anew')?.querySelector('.outcome');
    expect(replaced?.textContent).toMatch(
      /^responds It is rainy in Rome today\. · replaces tests\/recordings\//,
    );
    const older = await open(replaced?.querySelector('a')?.getAttribute('href') ?? '');
    expect(older.text('main')).toContain('It is sunny in Rome today.');
  });

  it('mark only the name when a call has another tool and the same arguments', async () => {
    const page = await change(recordings.renamed);
    expect([page.texts('.sides del'), page.texts('.sides ins')]).toEqual([['weather'], ['forecast']]);
    expect(page.texts('.sides .words')).toEqual([0, 1].map(() => '{ "city": "Rome", "unit": "celsius" }'));
  });

  it('show a response and an error side by side, with the text of the failure', async () => {
    const page = await change(recordings.failing);
    expect(page.texts('.sides')).toHaveLength(1);
    expect(page.texts('.sides .side')).toEqual([
      expect.stringMatching(/Before.*assistant.*Hello there/),
      expect.stringMatching(/After.*error.*max_tokens is too large: 9000/),
    ]);
    expect(page.text('p.problem')).toMatch(/^The response is an error \(400\): .*max_tokens is too large/);
  });

  it('fold long equal text around a difference', async () => {
    const page = await change(recordings.reworded);
    expect([page.texts('.sides del'), page.texts('.sides ins')]).toEqual([['well'], ['badly']]);
    const folds = page.texts('.sides .words details summary');
    expect(folds).toHaveLength(4);
    expect(folds[0]).toMatch(/^2,\d\d\d equal characters$/);
    // Nothing is left out: the folds contain the rest.
    const [before] = page.all('.sides .words');
    for (const summary of before?.querySelectorAll('summary') ?? []) summary.textContent = '';
    const said = /"content": "(The quick[^"]*)"/.exec(recordings.reworded.text)?.[1];
    expect(before?.textContent).toBe(said);
  });

  it('say whether the recorder finds the recording, and name its hash and path', async () => {
    const page = await change(recordings.renamed);
    const facts = page.texts('.facts > div');
    expect(facts).toContain('Playableyes: the recorder finds it');
    expect(facts).toContainEqual(expect.stringMatching(`^Hash ?${recordings.renamed.hash}`));
    expect(page.all('.facts button').map((button) => button.getAttribute('data-copy'))).toEqual([
      'tests/test_report.py::test_tool_renamed',
      recordings.renamed.hash,
      recordings.renamed.path,
    ]);
    // Without the script, no button is visible.
    expect(page.all('main button[data-copy]:not([hidden])')).toEqual([]);
  });

  it('lead through the changes that the filter of the report chose', async () => {
    const report = await open(`${REPORT}?level=BEHAVIOUR`);
    const first = report.all('.changes tbody th a')[0]?.getAttribute('href') ?? '';
    const seen: (string | null)[] = [];
    let next: string | null = first;
    while (next !== null) {
      const page: WebPage = await open(next);
      expect(page.text('nav.pager')).toContain(`Change ${seen.length + 1} of ${names(report).length}`);
      seen.push(page.text('h1')?.replace(/^.*::/, '') ?? null);
      expect(page.links('nav.pager')['Filtered changes']).toBe(`${REPORT}?level=BEHAVIOUR#changes`);
      next = page.all('a[rel=next]')[0]?.getAttribute('href') ?? null;
    }
    expect(seen).toEqual(names(report));
    // A change that the filter does not choose is shown among all changes.
    const other = await change(recordings.gone, '&level=BEHAVIOUR');
    expect(other.text('nav.pager')).toContain('of 7');
  });
});
