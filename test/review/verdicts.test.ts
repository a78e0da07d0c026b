import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage } from '../support/web-page.js';

interface Verdict {
  version: number;
  headline: string;
  level: string | null;
  unacceptedLevel: string | null;
  behaviour: number;
  content: number;
  added: number;
  changes: { path: string; testId: string | null; model: string | null; level: string; words: string }[];
}

const FIELDS = `version headline mark level unacceptedLevel behaviour content errors unplayable added removed at
  changes { path testId model level failure words }`;
const weather = record({
  test: 'tests/a.py::test_weather',
  model: 'model-a',
  ask: 'sun?',
  say: 'It is sunny.',
});
const call = record({ test: 'tests/a.py::test_call', model: 'model-b', ask: 'call', say: 'Done.' });
const reworded = { [weather.path]: weather.text.replace('sunny', 'rainy') };
const refused = { [call.path]: call.text.replace('"stop"', '"content_filter"') };

describe.each(['embedded', 'postgres'] as const)('the verdict of a pull request, on %s', (kind) => {
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry(kind === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(async () => {
    repository = `acme/verdicts-${++repositories}`;
    const ref = { branch: 'main' };
    await pushFiles(registry, { repository, ref, add: filesOf(weather, call) });
    await push(reworded);
  });

  const push = (add: Record<string, string>) =>
    pushFiles(registry, { repository, ref: { pullRequest: 7, base: 'main' }, add });

  async function ask<Answer>(fields: string, at = registry): Promise<Answer> {
    const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${fields} } }`;
    return (await at.ask<{ repository: Answer }>(query, ownerAndName(repository))).repository;
  }
  const stored = async () =>
    (
      await ask<{ pullRequest: { verdict: Verdict | null } }>(
        `pullRequest(number: 7) { verdict { ${FIELDS} } }`,
      )
    ).pullRequest.verdict;
  const report = (at = registry) => ask('drift(pullRequest: 7) { url }', at);

  it('is stored when its report is requested, with the changes that a test may notice', async () => {
    expect(await stored()).toBeNull();
    await report();
    const verdict = await stored();
    expect(verdict).toMatchObject({
      version: 1,
      mark: '🟡',
      level: 'CONTENT',
      unacceptedLevel: 'CONTENT',
      behaviour: 0,
      content: 1,
      errors: 0,
      unplayable: 0,
      added: 0,
      removed: 0,
    });
    expect(verdict?.headline).toContain('1 ');
    expect(verdict?.changes).toEqual([
      {
        path: weather.path,
        testId: 'tests/a.py::test_weather',
        model: 'model-a',
        level: 'CONTENT',
        failure: null,
        words: expect.stringMatching(/\w/),
      },
    ]);
  });

  it('is stored when the page of the report is opened', async () => {
    await openPage(registry, `/${repository}/pull/7`);
    expect(await stored()).toMatchObject({ version: 1, content: 1 });
  });

  it('is replaced by that of a later version, and never by that of an earlier one', async () => {
    await report();
    await push(refused);
    expect(await stored()).toMatchObject({ version: 1, behaviour: 0 });
    await report();
    expect(await stored()).toMatchObject({
      version: 2,
      mark: '🔴',
      level: 'BEHAVIOUR',
      behaviour: 1,
      content: 1,
    });
    expect((await stored())?.changes.map(({ path }) => path)).toEqual([call.path, weather.path]);
    const superseded = await push({ [call.path]: refused[call.path]?.replace('Done', 'Soon') ?? '' });
    await push({ [call.path]: call.text });
    await ask(`drift(head: { snapshot: "${superseded.snapshot.id}" }) { url }`);
    expect(await stored()).toMatchObject({ version: 2 });
    await report();
    expect(await stored()).toMatchObject({ version: 4, behaviour: 0, content: 1 });
  });

  it('is not that of a comparison with another base', async () => {
    await ask('drift(base: { branch: "main" }, head: { branch: "main" }) { url }');
    await ask('drift(base: { pullRequest: 7 }, head: { pullRequest: 7 }) { url }');
    expect(await stored()).toBeNull();
  });

  it('follows the acceptance of changes', async () => {
    await push(refused);
    await report();
    expect(await stored()).toMatchObject({ unacceptedLevel: 'BEHAVIOUR' });
    const accept = (paths: string[]) =>
      registry.ask(`mutation ($input: AcceptDriftInput!) { acceptDrift(input: $input) { __typename } }`, {
        input: { ...ownerAndName(repository), pullRequest: 7, paths },
      });
    await accept([call.path]);
    expect(await stored()).toMatchObject({ mark: '🟡', level: 'BEHAVIOUR', unacceptedLevel: 'CONTENT' });
    await accept([weather.path]);
    expect(await stored()).toMatchObject({ mark: '✅', level: 'BEHAVIOUR', unacceptedLevel: null });
  });
});

it('is stored once by several processes that compute it at once', async () => {
  await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  await using second = await startRegistry({ environment: { DATABASE_URL: registry.databaseUrl ?? '' } });
  const repository = 'acme/shop';
  await pushFiles(registry, { repository, ref: { branch: 'main' }, add: filesOf(weather, call) });
  const ref = { pullRequest: 7, base: 'main' };
  const drift = (at: TestRegistry) =>
    at.ask('{ repository(owner: "acme", name: "shop") { drift(pullRequest: 7) { url } } }');
  const written = () =>
    registry.sql`select v.version, v.xmin::text as row, string_agg(c.xmin::text, ' ') as changes, count(*)::int
      from verdicts v join verdict_changes c using (repository_id, ref_id) group by 1, 2`;
  for (const add of [reworded, refused, { [call.path]: call.text.replace('"stop"', '"length"') }]) {
    const { snapshot } = await pushFiles(registry, { repository, ref, add });
    await Promise.all([registry, second, registry, second].map(drift));
    const [once, ...more] = await written();
    expect(once).toMatchObject({ version: snapshot.version, count: snapshot.version === 1 ? 1 : 2 });
    expect(more).toEqual([]);
    // A process that starts later computes the same report, and writes nothing.
    await second.stop();
    await second.restart();
    await drift(second);
    expect(await written()).toEqual([once]);
  }
  // The rows go with their pull request.
  await registry.sql`delete from commits`;
  await registry.sql`delete from refs where kind = 'PULL_REQUEST'`;
  expect(await written()).toEqual([]);
});
