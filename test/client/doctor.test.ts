import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { greeting } from '../support/cassette.js';
import { fixturesJson, runFixtures, type Workplace } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { type GitCheckout, makeCheckout } from '../support/git-checkout.js';
import { claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { run } from '../support/process.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';

// `fixtures doctor` in real repositories, with a real registry and a stand-in for GitHub's OIDC issuer.

const CASSETTES = {
  'tests/cassettes/test_chat/test_greets.yaml': greeting('Hello?', 'Hello!'),
  'tests/cassettes/test_chat/test_parts.yaml': greeting('Bye?', 'Bye!'),
};

interface Finding {
  check: string;
  status: 'ok' | 'warn' | 'fail';
  text: string;
  fix: string | null;
}

let registry: TestRegistry;
let issuer: OidcIssuer;
let repositories = 0;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  const environment = { FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url, FIXTURE_REGISTRY_OIDC_ALLOW: 'acme' };
  registry = await startRegistry({ postgresUrl: inject('postgresUrl'), environment });
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const newPlace = (): Workplace => ({ registry, repository: `acme/doctor-${++repositories}` });

/** Runs the command. Returns its exit status and its findings as `status check: text → fix`. */
async function doctor(at: Workplace, folder: { path: string }, environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = await run(
    process.execPath,
    [join(CHECKOUT, 'packages/cli/bin/fixtures.js'), 'doctor', '--json'],
    {
      cwd: folder.path,
      env: {
        ...{ FIXTURE_REGISTRY_URL: at.registry.url, FIXTURE_REGISTRY_REPOSITORY: at.repository },
        ...(at.token === null ? {} : { FIXTURE_REGISTRY_TOKEN: at.token ?? registry.adminToken }),
        ...environment,
      },
    },
  );
  expect(stderr).toBe('');
  expect(stdout).not.toContain(registry.adminToken);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Finding[] };
  expect(ok).toBe(status === 0);
  const lines = checks.map(({ status: how, check, text, fix }) => `${how} ${check}: ${text} → ${fix ?? ''}`);
  return { status, lines, bad: lines.filter((line) => !line.startsWith('ok ')) };
}

/** A repository as `init` and its next steps leave it. */
async function setUp(at: Workplace): Promise<GitCheckout> {
  const checkout = await makeCheckout(CASSETTES);
  await fixturesJson(at, checkout, 'init', '--yes', '--test-command', 'pytest');
  await checkout.git('rm', '-r', '--cached', '--quiet', '--', 'tests');
  await checkout.commit();
  return checkout;
}

async function makeToken(at: Workplace, scope: 'READ' | 'WRITE', ref?: string): Promise<string> {
  const [owner, name] = at.repository.split('/');
  const { createToken } = await registry.ask<{ createToken: { token: string } }>(
    'mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }',
    { input: { owner, name, scope, ...(ref && { ref }) } },
  );
  return createToken.token;
}

describe('fixtures doctor', () => {
  it('finds no problem in a repository that init has set up', async () => {
    const at = newPlace();
    await using checkout = await setUp(at);
    const { status, lines, bad } = await doctor(at, checkout);
    expect(bad).toEqual([]);
    expect(status).toBe(0);
    for (const part of [
      `${registry.url} is ready (without TLS`,
      'ok clock: the clocks agree',
      'scope admin',
      `${at.repository} is known, private; its default branch is main`,
      'ok workflow: .github/workflows/fixtures.yml, job tests has the permissions',
      'ok paths: 2 recordings on disk',
      'ok git: git ignores the recordings',
      'ok formats: main: 2 vcrpy',
    ])
      expect(lines.join('\n')).toContain(part);
    const words = await runFixtures(at, checkout, ['doctor']);
    expect(words.stdout).toMatch(/^ok {4}registry {4}http/m);
    expect(words.stdout).toMatch(/\n\nNo problems found\.\n$/);
  });

  it('names everything that is missing in a repository that is not set up', async () => {
    const at = newPlace();
    await using checkout = await makeCheckout(CASSETTES);
    const { status, bad } = await doctor(at, checkout);
    expect(status).toBe(0);
    expect(bad).toEqual([
      expect.stringMatching(/^warn repository: .* is not known yet → push to create it/),
      expect.stringMatching(/^warn workflow: no workflow uses the action → .* init/),
      expect.stringMatching(
        /^warn git: git tracks 2 recordings, such as tests\/cassettes.* → .*git rm --cached/,
      ),
      expect.stringMatching(/^warn git: \.gitignore does not cover 2 recordings/),
    ]);
  });

  it('tells a folder, a repository without a remote, and a folder without git apart', async () => {
    const at = newPlace();
    await using checkout = await setUp(at);
    const below = await doctor(at, { path: join(checkout.path, 'tests') });
    expect(below.bad.join('\n')).toMatch(
      /warn directory: .* is a folder in the repository .* → use --directory/,
    );
    await using plain = await makeFolder(CASSETTES);
    const without = await doctor({ ...at, repository: '' }, plain);
    expect(without.status).toBe(1);
    expect(without.bad).toEqual([
      expect.stringMatching(/^fail repository: no repository, and no git remote.*--repository/),
      expect.stringMatching(/^warn directory: .* is not in a git repository/),
    ]);
    const missing = await runFixtures(at, plain, ['doctor', '--directory', 'nowhere']);
    expect(missing.status).toBe(2);
  });
});

describe('the registry', () => {
  const at = (url: string): Workplace => ({ registry: { url, adminToken: '' }, repository: 'acme/x' });

  it.each([
    ['http://127.0.0.1:9', /^fail registry: .*cannot be reached: .*ECONNREFUSED.* → check the address/],
    ['http://fixtures.example.com', /^fail registry: .*uses http:\/\/.* → use its https:\/\/ address/],
    ['fixtures', /^fail registry: --registry fixtures is not an address/],
    ['', /^fail registry: no registry: use --registry URL/],
  ])('at %j', async (url, expected) => {
    await using checkout = await makeCheckout({});
    const { status, bad } = await doctor(at(url), checkout);
    expect(status).toBe(1);
    expect(bad[0]).toMatch(expected);
  });

  it('whose address has the wrong protocol', async () => {
    await using checkout = await makeCheckout({});
    const { bad } = await doctor(at(registry.url.replace('http:', 'https:')), checkout);
    expect(bad[0]).toMatch(/^fail registry: .* speaks http, not https\. .* → correct the protocol/);
  });

  it('that is older, has another clock, or is something else', async () => {
    const state = { body: '{"ready": true}', date: 10 * 60_000 };
    const server = createServer((request, response) => {
      response.setHeader('date', new Date(Date.now() + state.date).toUTCString());
      response.setHeader('content-type', 'application/json');
      if (request.url === '/readyz') return void response.end(state.body);
      const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
      response.end(JSON.stringify({ errors: [{ message: 'Cannot query field "viewer"', extensions }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await using checkout = await makeCheckout({});
      const older = await doctor(at(url), checkout);
      expect(older.status).toBe(1);
      expect(older.bad.join('\n')).toMatch(/^fail clock: the registry's clock is \d+ s ahead/m);
      expect(older.bad.join('\n')).toMatch(/^warn registry: it runs an earlier release/m);
      state.body = '{"ready": false, "reasons": ["the database does not answer"]}';
      expect((await doctor(at(url), checkout)).bad[0]).toMatch(
        /^fail registry: .* is not ready: the database/,
      );
      state.body = '<html>';
      expect((await doctor(at(url), checkout)).bad[0]).toMatch(
        /^fail registry: .* is not a fixture registry/,
      );
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

describe('the token', () => {
  it('is judged by what it may do', async () => {
    const at = newPlace();
    await using checkout = await setUp(at);
    const of = async (token: string | null) => doctor({ ...at, token }, checkout);
    const read = await of(await makeToken(at, 'READ'));
    expect(read.bad).toEqual([
      expect.stringMatching(/^warn token: token \d+: scope read: it can pull, but not push/),
    ]);
    expect(read.status).toBe(0);
    const limited = await of(await makeToken(at, 'WRITE', 'release/*'));
    expect(limited.bad).toEqual([]);
    expect(limited.lines.join('\n')).toMatch(/scope write, limited to refs that match release\/\*/);
    const invalid = await of('fr_no-such-token');
    expect(invalid.status).toBe(1);
    expect(invalid.bad[0]).toMatch(/^fail token: .*the token is not valid.* → .*FIXTURE_REGISTRY_TOKEN/);
    const none = await of(null);
    expect(none.status).toBe(1);
    expect(none.bad[0]).toMatch(/^fail token: there is none, and the repository is not public → .*login/);
    const other = await doctor({ ...newPlace(), token: await makeToken(at, 'WRITE') }, checkout);
    expect(other.bad.join('\n')).toMatch(/^fail token: .*no scope in this repository/m);
    expect(other.bad.join('\n')).toMatch(/^fail repository: .* is not known, or the token cannot read it/m);

    await registry.ask(
      `mutation ($name: String!) {
        changeRepository(input: { owner: "acme", name: $name, visibility: PUBLIC }) { __typename }
      }`,
      { name: at.repository.split('/')[1] },
    );
    expect((await of(null)).bad).toEqual([expect.stringMatching(/^warn token: there is none: it can pull/)]);
  });
});

describe('in a job of GitHub Actions', () => {
  const job = (repository: string, id: number) => ({
    ...issuer.runnerEnvironment(claimsOf({ repository, repositoryId: id })),
    ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: repository },
  });

  it('the identity of the job is used and judged', async () => {
    const at = { ...newPlace(), token: null };
    await using checkout = await setUp({ ...at, token: registry.adminToken });
    const allowed = await doctor(at, checkout, job(at.repository, 4711));
    expect(allowed.bad).toEqual([]);
    expect(allowed.lines.join('\n')).toMatch(/ok token: .*scope write, limited to branch main/);
    expect(allowed.lines.join('\n')).toContain('ok oidc: the registry accepts the identity of this job');

    const stranger = await doctor(at, checkout, job('stranger/tests', 4712));
    expect(stranger.status).toBe(1);
    expect(stranger.bad[0]).toMatch(/^fail oidc: .* → set FIXTURE_REGISTRY_OIDC_ALLOW=stranger /);

    const without = await doctor(at, checkout, { GITHUB_ACTIONS: 'true' });
    expect(without.status).toBe(1);
    expect(without.bad[0]).toMatch(/^fail oidc: the job cannot request.* → .*id-token: write/);

    const refused = { ...job(at.repository, 4711), ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' };
    expect((await doctor(at, checkout, refused)).bad[0]).toMatch(/^fail oidc: GitHub's token service/);
  });
});

describe('paths and formats', () => {
  it('finds mistakes in the settings, and patterns that match nothing', async () => {
    const at = newPlace();
    await using checkout = await setUp(at);
    await checkout.write({ '.github/fixtures.yml': 'recordings:\n  - paths: tapes\n' });
    const wrong = await doctor(at, checkout);
    expect(wrong.status).toBe(1);
    expect(wrong.bad).toEqual([expect.stringMatching(/^fail settings: .*line 2: .*tapes\/\*\*/)]);
    await checkout.write({
      '.github/fixtures.yml': 'recordings:\n  - paths: "**/cassettes/**/*.yaml"\n  - paths: tapes/**\n',
    });
    expect((await doctor(at, checkout)).bad).toEqual([
      expect.stringMatching(/^warn paths: no file matches tapes\/\*\*/),
    ]);
  });

  it('counts the recordings that the registry cannot read, and those that no recorder finds', async () => {
    const at = newPlace();
    const request = {
      method: 'POST',
      url: 'https://api.example.com/v1/chat/completions',
      body: {},
      headers: {},
    };
    const files = {
      'tests/recordings/0123456789ab.json': JSON.stringify({
        request,
        response: { body: {}, is_streaming: false },
      }),
      'tests/recordings/words.json': '"no recording"',
    };
    await using checkout = await makeCheckout(files);
    await fixturesJson(at, checkout, 'push', '--branch', 'main');
    const { bad } = await doctor(at, checkout);
    expect(bad.join('\n')).toMatch(/^warn formats: the registry cannot read 1 of 2 recordings of main/m);
    expect(bad.join('\n')).toMatch(
      /^warn formats: the recorder will not find 1 recording of main → .*explain/m,
    );
  });
});
