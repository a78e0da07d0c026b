import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issuer, registry, useOidcActionWorld, world } from '../support/action-test.js';
import { pullRequestEvent, pushEvent } from '../support/github-events.js';
import { type Claims, claimsOf } from '../support/oidc-issuer.js';
import { said } from '../support/runner-recordings.js';
import { HELLO, MAIN, onDisk, record, WEATHER } from '../support/runner-world.js';

const NEW = said('test_goodbye', 'Until next time.');
const PULL = { pullRequest: 3 };

useOidcActionWorld();

/** The service of the runner from which a job with `id-token: write` gets its token. */
let service: Server;
/** The audiences that jobs requested, and the issued tokens. */
let given: { audience: string; token: string }[] = [];
let claims: Claims = {};
let status = 200;

beforeAll(async () => {
  service = createServer(async (request, response) => {
    const audience = new URL(request.url ?? '/', 'http://runner').searchParams.get('audience') ?? '';
    const isJob = request.headers.authorization === 'Bearer the-password-of-the-job';
    const token = await issuer.token(claims, audience);
    if (isJob) given.push({ audience, token });
    response.writeHead(isJob ? status : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isJob && status === 200 ? { value: token } : { message: 'no' }));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void service.close().closeAllConnections());
beforeEach(() => {
  given = [];
  status = 200;
});

/** A job without `token`, on pull request 3 or on main. */
function job(inputs: Record<string, string> = {}, { on = 'pull request', idToken = true } = {}) {
  const { state } = world.github;
  const before = state.tip('main');
  const isPull = on === 'pull request';
  if (!isPull) state.commitTo('main');
  const event = isPull ? pullRequestEvent(state, 3) : pushEvent(state, 'main', before);
  claims = claimsOf({
    repository: world.repository,
    repositoryId: Number(world.repository.split('-').at(-1)),
    event: event.name,
    ref: event.ref,
    baseRef: isPull ? 'main' : '',
  });
  const { port } = service.address() as AddressInfo;
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-password-of-the-job',
  };
  return world.job(event, { token: '', ...inputs }, undefined, idToken ? environment : {});
}

describe('a job without a token, with `permissions: { id-token: write }`', () => {
  it('pulls and pushes with one token for each step, masked before any other output', async () => {
    world.openPullRequest();
    await using own = job();
    const main = await own.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '', outputs: { pulled: '2' } });
    expect(onDisk(own, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });
    record(own, NEW);
    const post = await own.post();
    expect(post).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
    expect(world.comments(3)).toHaveLength(1);

    expect(given.map(({ audience }) => audience)).toEqual([registry.url, registry.url]);
    [main, post].forEach((step, index) => {
      const token = given[index]?.token ?? '';
      const told = step?.stdout.split('\n') ?? [];
      expect(told).toContain(`::add-mask::${token}`);
      // Only GitHub's token is masked before it, and no other line contains it.
      const first = told.findIndex(
        (line) => !line.startsWith('::add-mask::') && !line.startsWith('::debug::'),
      );
      expect(told.indexOf(`::add-mask::${token}`)).toBeLessThan(first);
      expect(told.filter((line) => line.includes(token))).toHaveLength(1);
      expect(JSON.stringify([step?.outputs, step?.env, step?.summary])).not.toContain(token);
    });
    expect(registry.output.stderr).not.toContain(given[0]?.token);
  });

  it('requests the registry-url as the audience, with or without a trailing slash', async () => {
    world.openPullRequest();
    await using own = job({ 'registry-url': `${registry.url}/`, mode: 'pull' });
    expect(await own.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(given.map(({ audience }) => audience)).toEqual([registry.url]);
  });

  it('requests no OIDC token when it has a token', async () => {
    world.openPullRequest();
    await using own = job({ token: world.token, mode: 'pull' });
    expect(await own.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(given).toEqual([]);
  });

  it('on a branch pushes to that branch', async () => {
    await using own = job({}, { on: 'main' });
    await own.main();
    record(own, NEW);
    expect(await own.post()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
  });

  it('reports why the registry refuses it', async () => {
    world.openPullRequest();
    await using own = job({ mode: 'pull' });
    claims = { ...claims, repository: 'evil/desk', repository_owner: 'evil' };
    const main = await own.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining('workflows of evil/desk may not use this registry'),
      }),
    );
  });

  it('reports that GitHub issued no token', async () => {
    world.openPullRequest();
    status = 403;
    await using own = job({ mode: 'pull' });
    const main = await own.main();
    expect(main).toMatchObject({ exitCode: 1, stderr: '' });
    expect(main.annotations).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining('GitHub issued no OIDC token'),
      }),
    );
  });
});

describe('a job without a token and without that permission', () => {
  it('reports the missing permission, and pulls a public repository', async () => {
    world.openPullRequest();
    await using own = job({ mode: 'pull' }, { idToken: false });
    const refused = await own.main();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('only public repositories can be pulled');
    expect(refused.annotations).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('id-token: write') }),
    );
    await world.makePublic();
    await using again = job({ mode: 'pull' }, { idToken: false });
    expect(await again.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(given).toEqual([]);
  });
});
