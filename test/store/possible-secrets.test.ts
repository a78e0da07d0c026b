import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures, type Workplace } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { ownerAndName, pullFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { chance } from '../support/sample-keys.js';

const PATH = 'tests/cassettes/test_search/test_news.yaml';
const SETTINGS = '.github/fixtures.yml';
const TOKEN = chance(32);
const SIGNATURE = chance(44, 7);
const LINK = `https://news.invalid/article?id=7&sig=${SIGNATURE}`;
const PATHS = ['--paths', '**/cassettes/**/*.yaml'];
const main = ['--branch', 'main'];
const pr = ['--pull-request', '7', '--base', 'main'];

const cassette = ({ header = 'accept: ["*/*"]', body = 'Hello.' }) => `interactions:
- request:
    body: '{"model": "m", "messages": [{"role": "user", "content": "News?"}]}'
    headers:
      ${header}
    method: POST
    uri: https://api.x.invalid/v1/chat/completions
  response:
    body:
      string: '{"choices": [{"message": {"role": "assistant", "content": "${body}"}}]}'
    headers:
      content-type: [application/json]
    status: {code: 200, message: OK}
version: 1
`;

interface Possible {
  totalCount: number;
  fileCount: number;
  kinds: { kind: string; count: number }[];
  findings: { path: string; kind: string; place: string; masked: string; certainty?: string }[];
}

describe.each(['embedded', 'postgres'] as const)('possible secrets, %s', (database) => {
  let registry: TestRegistry;
  let work: Workplace;
  let repositories = 0;
  let folder: Folder;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(async () => {
    work = { registry, repository: `acme/possible-${++repositories}` };
    folder = await makeFolder();
    return () => folder[Symbol.asyncDispose]();
  });

  const push = (...words: string[]) => runFixtures(work, folder, ['push', ...PATHS, ...words]);
  const held = async (ref: { branch: string } | { pullRequest: number }) =>
    Object.keys(await pullFiles(registry, work.repository, { ref })).sort();
  const ofPullRequest = async () => {
    const { repository } = await registry.ask<{
      repository: { pullRequest: { possibleSecrets: Possible } };
    }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        pullRequest(number: 7) { possibleSecrets { totalCount fileCount kinds { kind count }
          findings { path kind place masked certainty } } } } }`,
      ownerAndName(work.repository),
    );
    return repository.pullRequest.possibleSecrets;
  };

  it('are pushed with a warning that masks them, in the output, as JSON and in the audit log', async () => {
    await folder.write({ [PATH]: cassette({ body: `See ${LINK}` }) });
    const ended = await push(...main);
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain('warning: 1 recording may contain a secret: 1 × URL parameter sig');
    expect(ended.stdout).toContain(`${PATH}: URL parameter sig at $.interactions[0].response.body.string: `);
    expect(ended.stdout).toContain(`: ${SIGNATURE.slice(0, 4)}…${SIGNATURE.slice(-4)}`);
    expect(ended.stdout).toContain('docs/secrets.md');
    expect(ended.stdout + ended.stderr).not.toContain(SIGNATURE);
    expect(await held({ branch: 'main' })).toEqual([PATH]);

    const { repository } = await registry.ask<{
      repository: { audit: { nodes: { action: string; detail: string }[] } };
    }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        audit(first: 50) { nodes { action detail } } } }`,
      ownerAndName(work.repository),
    );
    const pushes = repository.audit.nodes.filter(({ action }) => action === 'PUSH');
    expect(pushes.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/; 1 with what may be a secret \(URL parameter sig\): tests\/cassettes\//),
    ]);

    await folder.write({ [PATH]: cassette({ body: `Now see ${LINK}` }) });
    const { possibleSecrets } = await fixturesJson<{ possibleSecrets: Possible }>(
      ...([work, folder, 'push', ...PATHS, ...main] as const),
    );
    expect(possibleSecrets).toMatchObject({
      totalCount: 1,
      fileCount: 1,
      kinds: [{ kind: 'URL parameter sig', count: 1 }],
      findings: [{ path: PATH }],
    });
  });

  it('of a pull request stay listed after a later push, until the base allows them', async () => {
    await folder.write({ 'tests/cassettes/test_a/test_a.yaml': cassette({}) });
    await fixturesJson(work, folder, 'push', ...PATHS, ...main);
    await folder.write({ [PATH]: cassette({ body: `See ${LINK}` }) });
    expect((await push(...pr)).stdout).toContain('1 recording may contain a secret');
    await folder.write({ 'tests/cassettes/test_b/test_b.yaml': cassette({ body: 'Later.' }) });
    expect((await push(...pr)).stdout).not.toContain('may contain a secret');
    expect(await ofPullRequest()).toMatchObject({
      totalCount: 1,
      findings: [{ path: PATH, certainty: 'POSSIBLE' }],
    });

    await using base = await makeFolder();
    await base.write({
      'tests/cassettes/test_a/test_a.yaml': cassette({}),
      [SETTINGS]: `secrets:\n  allow:\n    - path: 'tests/cassettes/test_search/**'\n      reason: public links\n`,
    });
    await fixturesJson(work, base, 'push', ...PATHS, ...main);
    expect(await ofPullRequest()).toMatchObject({ totalCount: 0, findings: [] });
    await folder.write({ [PATH]: cassette({ body: `Again: ${LINK}` }) });
    const allowed = await push(...pr);
    expect(allowed).toMatchObject({ status: 0 });
    expect(allowed.stdout).not.toContain('may contain a secret');
  });

  it('beside a certain one are not named when the push is refused', async () => {
    const header = `authorization:\n      - Bearer ${TOKEN}`;
    await folder.write({ [PATH]: cassette({ header, body: `See ${LINK}` }) });
    const ended = await push(...main);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(
      'header authorization at $.interactions[0].request.headers.authorization[0]',
    );
    expect(ended.stderr).not.toContain('URL parameter sig');
    expect(await held({ branch: 'main' })).toEqual([]);
  });

  it('are left when certain ones in YAML are redacted', async () => {
    const header = `authorization:\n      - Bearer ${TOKEN}`;
    const text = cassette({ header, body: `See ${LINK}` });
    await folder.write({ [PATH]: text });
    const ended = await push('--redact', ...main);
    expect(ended).toMatchObject({ status: 0 });
    const [placeholder = ''] = /REDACTED_header_authorization_[0-9a-f]{8}/.exec(ended.stdout) ?? [];
    const redacted = text.replace(TOKEN, placeholder);
    expect((await folder.files()).get(PATH)?.toString()).toBe(redacted);
    expect(await pullFiles(registry, work.repository, { ref: { branch: 'main' } })).toEqual({
      [PATH]: redacted,
    });
  });
});
