import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditOf } from '../support/audit-log.js';
import { calling, withMessage } from '../support/changed-recordings.js';
import { type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { WATCHED, watchRuns } from '../support/watch-runs.js';
import { openPage } from '../support/web-page.js';
import { workflowEnvironment, workflowRuns } from '../support/workflow-runs.js';

let issuer: OidcIssuer;
let registry: TestRegistry;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  registry = await startRegistry({ environment: workflowEnvironment(issuer) });
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const of = (test: string, say: string) => record({ test: `tests/test_a.py::${test}`, ask: `${test}?`, say });
const weather = withMessage(of('test_weather', ''), calling('weather', { city: 'Rome' }), 'tool_calls');
const mood = withMessage(of('test_mood', ''), calling('mood', { day: 1 }), 'tool_calls');
const story = of('test_story', 'Once upon a time there was a fox.');
const same = of('test_same', 'The same.');
const MAIN = filesOf(weather, mood, story, same);

const forecast = withMessage(weather, calling('forecast', { city: 'Rome' }), 'tool_calls');
const moodless = withMessage(mood, { content: 'I have none.' });
const retold = { ...story, text: story.text.replace('there was a fox', 'a fox lived here') };
/** Three repeats: the weather drifted, the mood differs once, and the story has other words. */
const REPEATS = [filesOf(forecast, retold), filesOf(forecast, retold, moodless), filesOf(forecast, retold)];

const SEVEN = { pullRequest: 7, base: 'main' };

let numbers = 0;
/** A repository with recordings on `main`, which a scheduled run watches. */
async function makeWatched() {
  const runs = workflowRuns(issuer, registry, ++numbers);
  const pushed = await runs.push(runs.onBranch('main', { sha: WATCHED }), { branch: 'main' }, MAIN);
  return { ...runs, ...watchRuns(runs, { issuer, registry }), base: pushed.snapshot?.id ?? '' };
}

it('compares the repeats with the default branch and with each other, and changes nothing else', async () => {
  const { repository, watch, report, files, read, base } = await makeWatched();
  expect(await report()).toBeNull();
  for (const [index, add] of REPEATS.entries()) {
    const each = { repeat: index + 1, repeats: 3, base };
    const first = await watch('17', add, each);
    expect(first).toMatchObject({ __typename: 'WatchPushed', stored: index + 1, isComplete: index === 2 });
    // A retry changes nothing.
    expect(await watch('17', add, each)).toMatchObject({ created: false, snapshot: first?.snapshot });
  }

  const found = await report();
  expect(found).toMatchObject({
    ...{ run: '17', repeats: 3, stored: 3, level: 'BEHAVIOUR', commit: WATCHED, acceptedBy: null },
    headline: '1 test behaves differently than its recordings; 1 recording is unstable',
    baseline: { id: base },
    drifted: [{ testId: 'tests/test_a.py::test_weather', levels: ['BEHAVIOUR', 'BEHAVIOUR', 'BEHAVIOUR'] }],
    unstable: [{ path: mood.path, levels: [null, 'BEHAVIOUR', null] }],
    ...{ driftedCount: 1, unstableCount: 1, textCount: 1 },
  });
  expect(found?.markdown).toMatch(
    /^### 🔴 1 test behaves differently than its recordings; 1 recording is unstable\n/,
  );
  expect(found?.markdown).toContain('| calls `forecast` instead of `weather`<br>[`test_a.py::test_weather`]');
  expect(found?.markdown).toContain('in 1 of 3 repeats: no longer calls `mood(day: 1)`');
  expect(found?.markdown).toContain('1 recording changed in text only.');
  const authorization = `Bearer ${registry.adminToken}`;
  for (const { url } of [found, ...(found?.drifted ?? []), ...(found?.unstable ?? [])] as { url: string }[]) {
    const page = await fetch(url, { headers: { authorization } });
    expect([page.status, (await page.text()).includes('watch/17/1/')]).toEqual([200, true]);
  }

  const opened = await openPage(registry, `/${repository}/watch`);
  expect([opened.text('h1'), opened.text('.headline')]).toEqual([
    'Watch 17',
    expect.stringContaining('1 test behaves differently than its recordings; 1 recording is unstable'),
  ]);
  const sections = opened.texts('section tbody tr');
  expect(sections).toEqual([
    expect.stringMatching(/^test_a\.py::test_weather.*calls forecast instead of weather$/),
    expect.stringMatching(/^test_a\.py::test_mood.*in 1 of 3 repeats: no longer calls mood\(day: 1\)/),
  ]);
  expect(opened.texts('.facts > div')).toEqual(
    expect.arrayContaining(['Arrived3 of 3 repeats', 'Other recordings1 changed in text only']),
  );
  for (const link of Object.values(opened.links('main'))) {
    if (link.startsWith('/')) expect((await openPage(registry, link)).status, link).toBe(200);
  }
  const overview = await openPage(registry, `/${repository}`);
  expect(overview.links('.facts')['run 17']).toBe(`/${repository}/watch/17`);
  expect((await openPage(registry, `/${repository}/watch/18`)).status).toBe(404);

  expect(await files({ branch: 'main' })).toEqual(MAIN);
  expect(
    await read(`branches(first: 5) { nodes { name } } pullRequests(first: 5) { totalCount }
      recordings(filter: { search: "forecast" }) { totalCount } snapshot(at: { commit: "${WATCHED}" }) { id branch }
      recordingsAcrossRefs(path: "${weather.path}", first: 5) { nodes { branch { name } pullRequest { number } } }`),
  ).toEqual({
    branches: { nodes: [{ name: 'main' }] },
    pullRequests: { totalCount: 0 },
    recordings: { totalCount: 0 },
    snapshot: { id: base, branch: 'main' },
    recordingsAcrossRefs: { nodes: [{ branch: { name: 'main' }, pullRequest: null }] },
  });
  const events = await auditOf(registry, repository, { action: 'WATCH' });
  expect(events[0]).toMatchObject({ target: 'watch/17/1/1-of-3', outcome: 'DONE' });
  expect(events[0]?.detail).toMatch(/: 0 added, 2 changed, 0 removed, 0 unchanged$/);
});

it('is accepted into a pull request, which keeps what it recorded itself', async () => {
  const { repository, watch, report, files, push, onPull, mutate, scheduled, base } = await makeWatched();
  await watch('18', filesOf(forecast, retold, moodless), { base });
  const own = { [mood.path]: withMessage(mood, { content: 'Good.' }).text };
  await push(onPull(7, 'main'), SEVEN, own);
  const accept = (input: object, pullRequest = 7) =>
    mutate(
      onPull(pullRequest, 'main'),
      'acceptWatch',
      { pullRequest, ...input },
      '... on WatchAccepted { run created changed left warnings }',
    );
  expect(await accept({ run: '18' })).toEqual({
    ...{ __typename: 'WatchAccepted', run: '18', created: true, changed: 2, left: [mood.path] },
    warnings: [`the pull request itself changes a path of the watch, which stay as they are: ${mood.path}`],
  });
  expect(await files(SEVEN)).toEqual({ ...MAIN, ...filesOf(forecast, retold), ...own });
  expect(await files({ branch: 'main' })).toEqual(MAIN);
  expect(await report()).toMatchObject({ run: '18', acceptedBy: 7 });
  expect((await report())?.markdown).toContain('Accepted into pull request #7.');

  // What the pull request records later stays, however often the acceptance is repeated.
  await push(onPull(7, 'main'), SEVEN, filesOf(weather));
  expect(await accept({ run: '18' })).toMatchObject({ created: false, left: [], warnings: [] });
  expect(await files(SEVEN)).toEqual({ ...MAIN, ...filesOf(retold), ...own });
  const [event] = (await auditOf(registry, repository, { action: 'PUSH' })).filter(({ detail }) =>
    detail?.includes('accepted what a watch recorded'),
  );
  expect(event).toMatchObject({ target: 'refs/pull/7', outcome: 'DONE' });

  // The head of the acceptance branch names the watch.
  const head = 'd'.repeat(40);
  expect(await accept({ commit: head }, 8)).toMatchObject({ __typename: 'NotFound' });
  expect(await accept({}, 8)).toMatchObject({ __typename: 'InvalidInput' });
  const named = await mutate(
    scheduled('18'),
    'nameWatchCommit',
    { run: '18', commit: head },
    '... on WatchCommitNamed { run }',
  );
  expect(named).toEqual({ __typename: 'WatchCommitNamed', run: '18' });
  expect(await accept({ commit: head }, 8)).toMatchObject({ run: '18', changed: 3, left: [] });
  const held = await files({ pullRequest: 8, base: 'main' });
  expect(held).toEqual({ ...MAIN, ...filesOf(forecast, retold, moodless) });
  expect(await report()).toMatchObject({ acceptedBy: 8 });
});

it('takes the newest attempt of each repeat, and forgets all but the newest 20 runs', async () => {
  const { watch, report, read, base } = await makeWatched();
  await watch('19', REPEATS[0] ?? {}, { repeat: 1, repeats: 2, base });
  await watch('19', REPEATS[1] ?? {}, { repeat: 2, repeats: 2, base });
  expect(await report()).toMatchObject({ unstableCount: 1 });
  // A re-run of the job that failed.
  await watch('19', REPEATS[0] ?? {}, { attempt: 2, repeat: 2, repeats: 2, base });
  expect(await report()).toMatchObject({ stored: 2, driftedCount: 1, unstableCount: 0 });
  // A recording that only a watch has.
  const only = of('test_only_watched', 'Hello.');
  await watch('19', filesOf(only), { attempt: 3, repeat: 2, repeats: 2, base });
  expect(await read(`explain(hash: "${only.hash}") { known } tests(first: 9) { totalCount }`)).toEqual({
    ...{ explain: { known: false }, tests: { totalCount: 4 } },
  });

  for (let run = 20; run < 40; run++) await watch(String(run), {}, { base });
  expect(await report('19')).toBeNull();
  expect(await report('20')).toMatchObject({
    ...{ headline: 'No test behaves differently than its recordings', level: null },
  });
  expect(await report()).toMatchObject({ run: '39' });
});
