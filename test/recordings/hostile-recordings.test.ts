import { randomFillSync } from 'node:crypto';
import type { PullSummary, PushSummary } from '@fixture-registry/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { archiveOf, askToPush, planOf, pushFiles, send } from '../support/push-files.js';
import { record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const good = record({ test: 'tests/a.py::test_a', ask: 'Hello?', say: 'Hello.' });
/** A recording with this value as the text of its response; no byte of it is escaped again. */
const saying = (json: string) => good.text.replace('"Hello."', json);
const deep = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

/** The pushed files, each with the problem to report; null where there is none. */
const HOSTILE: Record<string, [bytes: string | Uint8Array, problem: RegExp | null]> = {
  'not-json.json': [
    '<html>502 Bad Gateway</html>',
    /not JSON: found "<", expected a value, line 1, column 1/,
  ],
  'cut-off.json': [good.text.slice(0, 200), /truncated: the file ends .*, line \d+/],
  'deep.json': [deep(200), /nested deeper than 128 levels/],
  'very-deep.json': [deep(100_000), /nested deeper than 128 levels/],
  'deep-inside.json': [saying(deep(200)), /nested deeper than 128 levels/],
  'invalid-utf8.json': [
    Buffer.concat([Buffer.from('{"a": "'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
    /not valid UTF-8 at byte 7/,
  ],
  'latin1.json': [Buffer.from(saying('"Grüße"'), 'latin1'), /not valid UTF-8 at byte \d+/],
  'nul-in-answer.json': [saying('"a\\u0000b"'), /NUL character \(\\u0000\) in a string at \$\.response/],
  'nul-in-test.json': [good.text.replaceAll('::test_a', '::test\\u0000_a'), /NUL character/],
  'nul-in-model.json': [good.text.replaceAll('llama3', 'llama\\u0000'), /NUL character/],
  'nul-bytes.json': [Buffer.alloc(300), /not JSON/],
  'surrogate.json': [saying('"\\ud83d"'), /unpaired surrogate in a string at \$\.response/],
  'surrogate-in-test.json': [good.text.replaceAll('::test_a', '::test_\\udc00'), /unpaired surrogate/],
  'duplicate-keys.json': ['{"a": 1, "a": 2}', /duplicate key, the last value is used at \$\.a/],
  'empty.json': ['', /the file is empty/],
  'blank.json': ['\n\n', /the file is empty/],
  'prototype.json': [saying('{"__proto__": {"x": 1}, "constructor": null}'), null],
  'odd-shapes.json': [
    '{"request": {"body": 7, "url": [], "method": {}}, "response": {"body": [null, 3, {"choices": {}}]}}',
    null,
  ],
  'numbers.json': [`{"a": 1e999, "b": -0.0, "c": ${'9'.repeat(5_000)}, "d": NaN}`, null],
  'long-test-id.json': [good.text.replaceAll('::test_a', `::test_${'x'.repeat(20_000)}`), null],
};
const NAMES = Object.keys(HOSTILE);
const pathOf = (name: string) => `tests/recordings/${name}`;

describe.each(['embedded', 'postgres'] as const)('hostile recordings, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('are stored and pulled byte for byte, each reported with its file and reason', async () => {
    const at = { registry, repository: 'acme/hostile' };
    const files = Object.fromEntries(NAMES.map((name) => [pathOf(name), HOSTILE[name]?.[0] ?? '']));
    await using here = await makeFolder({ ...files, [good.path]: good.text });
    await using there = await makeFolder();

    const pushed = await fixturesJson<PushSummary>(at, here, 'push', '--branch', 'main');
    expect(pushed).toMatchObject({ added: NAMES.length + 1, created: true });
    const problems = new Map(pushed.problems.map(({ path, problem }) => [path, problem]));
    for (const name of NAMES) {
      const expected = HOSTILE[name]?.[1] ?? null;
      if (expected === null) expect(problems.get(pathOf(name)), name).toBeUndefined();
      else expect(problems.get(pathOf(name)), name).toMatch(expected);
    }
    expect(problems.has(good.path)).toBe(false);

    expect(await fixturesJson<PullSummary>(at, there, 'pull')).toMatchObject({ pulled: NAMES.length + 1 });
    const found = await there.files();
    for (const [path, bytes] of Object.entries(files)) {
      expect(found.get(path)?.equals(Buffer.from(bytes)), path).toBe(true);
    }
  });

  it('can be queried, compared and searched like all others', async () => {
    const repository = 'acme/hostile';
    const add = Object.fromEntries(NAMES.map((name) => [pathOf(name), `${HOSTILE[name]?.[0].toString()} `]));
    await pushFiles(registry, { repository, ref: { pullRequest: 1 }, add });
    type Answer = {
      repository: {
        recordings: { totalCount: number; nodes: { content: string }[] };
        drift: { markdown: string };
      };
    };
    const { repository: answer } = await registry.ask<Answer>(
      `{ repository(owner: "acme", name: "hostile") {
          recordings(at: { pullRequest: 1 }, first: 100, filter: { search: "o" }) {
            totalCount nodes { path hash hashStatus testId model responseText content problem } }
          models { model } tests { nodes { testId } }
          drift(pullRequest: 1) { markdown text changes(first: 100) { nodes { summary before { responseText } } } } } }`,
    );
    expect(answer.recordings.totalCount).toBe(NAMES.length + 1);
    expect(answer.drift.markdown).toContain('test');
  });

  it('are listed by `fixtures push`, one problem per line', async () => {
    const at = { registry, repository: 'acme/lines' };
    await using here = await makeFolder({
      'a/recordings/bad.json': '{"a": ',
      'a/recordings/good.json': '{}',
    });
    const pushed = await runFixtures(at, here, ['push', '--branch', 'main']);
    expect(pushed.status).toBe(0);
    expect(pushed.stdout).toMatch(/^a\/recordings\/bad\.json: truncated: .*line 1, column 7/m);
    expect(pushed.stdout).not.toContain('good.json');
  });

  it('of 100 MB are stored too, while other requests are answered', async () => {
    const at = { registry, repository: 'acme/huge' };
    const huge = Buffer.alloc(100 << 20, 'abcdefghijklmnopqrstuvwxyz ');
    // An incompressible part, so that many bytes are sent.
    huge.write(randomFillSync(Buffer.alloc(6 << 20)).toString('base64'), 10);
    huge.write('{"text": "', 0);
    huge.write('"}', huge.length - 2);
    await using here = await makeFolder({ 'a/recordings/huge.json': huge });
    await using there = await makeFolder();
    await pushFiles(registry, {
      repository: 'acme/small',
      ref: { branch: 'main' },
      add: { 'recordings/a.json': '{}' },
    });

    // Half of it has arrived; the rest is held until other requests are answered.
    const archive = await archiveOf([huge]);
    const half = archive.length / 2;
    async function* inHalves() {
      yield archive.subarray(0, half);
      for (let asked = 0; asked < 5; asked++) {
        expect((await planOf(registry, 'acme/small', {})).files).toHaveLength(1);
      }
      yield archive.subarray(half);
    }
    await pushFiles(registry, { repository: 'acme/halves', ref: { branch: 'main' } });
    expect(await send(registry, 'acme/halves', inHalves())).toMatchObject({ stored: 1 });

    const pushed = await fixturesJson<PushSummary>(at, here, 'push', '--branch', 'main');
    expect(pushed).toMatchObject({
      added: 1,
      problems: [{ path: 'a/recordings/huge.json', problem: 'larger than 32 MiB: stored but not parsed' }],
    });
    await fixturesJson(at, there, 'pull');
    expect((await there.files()).get('a/recordings/huge.json')?.equals(huge)).toBe(true);
  });

  it.each([
    ['in the folder above', '../outside.json', /\.\./],
    ['at the root', '/etc/passwd', /absolute/],
    ['on a drive', 'C:/windows/a.json', /drive/],
    ['with a backslash', 'a\\b.json', /backslash/],
    ['in .git', '.git/hooks/post-checkout', /\.git/],
    ['in another .git', 'sub/.GIT/config', /\.git/],
    ['in the short name of .git', 'a/GIT~1/config', /\.git/],
    ['of a workflow', '.github/workflows/ci.yml', /workflows/],
    ['with an empty folder', 'a//b.json', /empty/],
    ['with a dot', 'a/./b.json', /segment/],
    ['with a control character', 'a\u0001b.json', /control/],
    ['with a long name', `${'x'.repeat(256)}.json`, /255/],
    ['that is long', `${'long/'.repeat(250)}a.json`, /1024/],
  ])('at a path %s are rejected with the reason', async (_kind, path, reason) => {
    const push = { repository: 'acme/paths', ref: { branch: 'main' } };
    for (const change of [{ add: { [path]: '{}' } }, { remove: [path] }]) {
      const answer = await askToPush(registry, { ...push, ...change });
      expect(answer).toMatchObject({ __typename: 'InvalidInput', message: expect.stringMatching(reason) });
    }
  });

  it('at a path with a NUL are rejected before anything is read', async () => {
    const push = { repository: 'acme/paths', ref: { branch: 'main' } };
    for (const change of [{ add: { 'a\u0000b.json': '{}' } }, { remove: ['a\u0000b.json'] }]) {
      await expect(askToPush(registry, { ...push, ...change })).rejects.toThrow(
        /contains the character U\+0000/,
      );
    }
  });
});
