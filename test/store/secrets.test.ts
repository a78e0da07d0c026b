import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures, type Workplace } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { ownerAndName, pullFiles } from '../support/push-files.js';
import { type Recording, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { chunksOf, cut, openaiKey } from '../support/sample-keys.js';

const KEY = openaiKey();
const MASKED = `sk-p…${KEY.slice(-4)}`;
const SETTINGS = '.github/fixtures.yml';
const hello = record({ test: 'tests/test_desk.py::test_hello', ask: 'Hello?', say: 'Hello.' });
const leaking = record({ test: 'tests/test_desk.py::test_key', ask: 'Your key?', say: `My key is ${KEY}.` });
const main = ['--branch', 'main'];
const pr = ['--pull-request', '7', '--base', 'main'];
const allowPath = (path: string) =>
  `secrets:\n  allow:\n    - path: '${path}'\n      reason: a key of the stand-in\n`;

/** The same response, streamed in these pieces. */
function streamed({ path, text }: Recording, pieces: string[]): Recording {
  const recording = JSON.parse(text);
  recording.response = { body: chunksOf(pieces), is_streaming: true };
  return { path, hash: '', text: `${JSON.stringify(recording, null, 2)}\n` };
}

describe.each(['embedded', 'postgres'] as const)('secrets in recordings, %s', (database) => {
  let registry: TestRegistry;
  let work: Workplace;
  let repositories = 0;
  let folder: Folder;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(async () => {
    work = { registry, repository: `acme/secrets-${++repositories}` };
    folder = await makeFolder();
    return () => folder[Symbol.asyncDispose]();
  });

  const push = (...words: string[]) => runFixtures(work, folder, ['push', ...words]);
  const held = async (ref: { branch: string } | { pullRequest: number }) =>
    Object.keys(await pullFiles(registry, work.repository, { ref })).sort();
  const admin = (mutation: string, input: object) =>
    registry.ask<Record<string, { __typename: string }>>(
      `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) {
        __typename ... on ChangedAllowance { by value allowed } ... on Problem { message } } }`,
      { input: { ...ownerAndName(work.repository), ...input } },
    );

  it('are refused with file, position, kind and next steps, and nothing of the push is visible', async () => {
    await folder.write({ [hello.path]: hello.text, [leaking.path]: leaking.text });
    const ended = await push(...main);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('Not pushed: 1 file contains what looks like a secret.');
    expect(ended.stderr).toContain(leaking.path);
    expect(ended.stderr).toContain(
      `OpenAI API key at $.response.body.__data__.choices[0].message.content: ${MASKED}`,
    );
    for (const way of ['record again', '--redact', 'allow', SETTINGS, digestOf(Buffer.from(leaking.text))]) {
      expect(ended.stderr).toContain(way);
    }
    expect(ended.stderr + ended.stdout).not.toContain(KEY);
    expect(registry.output.stdout + registry.output.stderr).not.toContain(KEY);
    expect(await held({ branch: 'main' })).toEqual([]);
  });

  it('are reported as JSON with all findings of all files', async () => {
    const other = streamed(hello, cut(`It is ${openaiKey(5)}!`, 7));
    await folder.write({ [other.path]: other.text, [leaking.path]: leaking.text });
    const ended = await push(...main, '--json');
    expect(ended.stdout).not.toContain(KEY.slice(8));
    const { error } = JSON.parse(ended.stdout);
    expect(error.message).toContain('2 files contain');
    expect(error.message).toContain('$.response.body[0].choices[0].delta.content … to [8]');
  });

  it('are allowed only at paths that the settings of the branch allow', async () => {
    await folder.write({ [leaking.path]: leaking.text, [SETTINGS]: allowPath('tests/recordings/*.json') });
    expect((await push(...main)).status).toBe(0);
    expect(await held({ branch: 'main' })).toEqual([leaking.path]);

    // The content is stored now, but that does not allow it elsewhere.
    await folder.write({ 'other/recordings/copy.json': leaking.text });
    const elsewhere = await push(...main);
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.stderr).toContain('other/recordings/copy.json');
    expect(await held({ branch: 'main' })).toEqual([leaking.path]);
  });

  it('are allowed in a pull request by the settings of its base, not by its own', async () => {
    await folder.write({ [hello.path]: hello.text });
    await fixturesJson(work, folder, 'push', ...main);
    await folder.write({ [leaking.path]: leaking.text, [SETTINGS]: allowPath('tests/recordings/*.json') });
    expect((await push(...pr)).stderr).toContain('OpenAI API key');

    await using base = await makeFolder();
    await base.write({ [hello.path]: hello.text, [SETTINGS]: allowPath('tests/recordings/*.json') });
    await fixturesJson(work, base, 'push', ...main);
    expect(await push(...pr)).toMatchObject({ status: 0 });
    expect(await held({ pullRequest: 7 })).toContain(leaking.path);
  });

  it("are allowed by digest after an admin's approval, until it is revoked; the audit log has both", async () => {
    const digest = digestOf(Buffer.from(leaking.text));
    await folder.write({ [hello.path]: hello.text });
    await fixturesJson(work, folder, 'push', ...main);
    expect(await admin('allowSecret', { digest, reason: ' ' })).toMatchObject({
      allowSecret: { __typename: 'InvalidInput' },
    });
    await admin('allowSecret', { digest, reason: 'a key of the stand-in' });
    await folder.write({ [leaking.path]: leaking.text });
    expect(await push(...pr)).toMatchObject({ status: 0 });

    await admin('disallowSecret', { digest });
    await folder.write({ [`a/${leaking.path}`]: leaking.text });
    expect((await push(...pr)).stderr).toContain(`a/${leaking.path}`);
    const { repository } = await registry.ask<{
      repository: { secretAllowances: unknown[]; audit: { nodes: { action: string; detail: string }[] } };
    }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        secretAllowances { value } audit(first: 50) { nodes { action detail } } } }`,
      ownerAndName(work.repository),
    );
    expect(repository.secretAllowances).toEqual([]);
    const log = repository.audit.nodes.map(({ action, detail }) => `${action}: ${detail}`);
    expect(log).toContainEqual('SECRET_ALLOW: a key of the stand-in');
    expect(log).toContainEqual(expect.stringContaining('SECRET_DISALLOW'));
    expect(log).toContainEqual(
      expect.stringMatching(/^PUSH: .*1 with what looks like a secret and is allowed/),
    );
    expect(log.join()).not.toContain(KEY);
  });

  it('are redacted on disk and pushed on request, and the rest of the file stays the same', async () => {
    const stream = streamed(hello, ['Here: ', ...cut(KEY, 9), '. Bye.']);
    await folder.write({ [leaking.path]: leaking.text, [stream.path]: stream.text });
    const summary = await fixturesJson<{
      redacted: { path: string; replacements: { placeholder: string }[] }[];
    }>(work, folder, 'push', '--redact', ...main);
    const placeholder = summary.redacted[0]?.replacements[0]?.placeholder ?? '';
    expect(placeholder).toMatch(/^REDACTED_openai_api_key_[0-9a-f]{8}$/);
    const files = await folder.files();
    expect(files.get(leaking.path)?.toString()).toBe(leaking.text.replace(KEY, placeholder));
    expect(files.get(stream.path)?.toString()).not.toContain(KEY.slice(8, 17));
    const pulled = await pullFiles(registry, work.repository, { ref: { branch: 'main' } });
    expect(pulled[leaking.path]).toBe(leaking.text.replace(KEY, placeholder));

    const { repository } = await registry.ask<{
      repository: { recordings: { nodes: { hashStatus: string; responseText: string }[] } };
    }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        recordings { nodes { hashStatus responseText } } } }`,
      ownerAndName(work.repository),
    );
    expect(repository.recordings.nodes.map(({ responseText }) => responseText).sort()).toEqual([
      `Here: ${placeholder}. Bye.`,
      `My key is ${placeholder}.`,
    ]);
    expect(repository.recordings.nodes.map(({ hashStatus }) => hashStatus)).toEqual(['VERIFIED', 'VERIFIED']);
    expect(await push('--redact', ...main)).toMatchObject({ status: 0 });
    expect((await push('--redact', ...main)).stdout).toContain('nothing changed');
  });

  it('are never redacted in the recorded request: the push is refused and the file unchanged', async () => {
    const asking = record({ test: 'tests/test_desk.py::test_ask', ask: `Is ${KEY} a key?`, say: 'Yes.' });
    await folder.write({ [asking.path]: asking.text });
    const ended = await push('--redact', ...main);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(
      'was not redacted: a secret is part of the request, so replacing it would change the hash',
    );
    expect((await folder.files()).get(asking.path)?.toString()).toBe(asking.text);
  });
});
