import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRateLimits } from '../../packages/registry/src/doors/limits/rate-limits.js';
import { ANONYMOUS } from '../../packages/registry/src/trust/identity/identity.js';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The bytes of memory in use. */
function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const REPOSITORY = 'acme/limited';
const shop = record({ test: 'tests/a.py::test_a', ask: 'Hello?', say: 'Hello.' });

describe('rate limits', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({
      environment: { FIXTURE_REGISTRY_RATE_LIMIT: '20', FIXTURE_REGISTRY_TRUSTED_PROXIES: '1' },
    });
    await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' }, add: filesOf(shop) });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** The statuses of this many consecutive requests, from an address that the proxy reports. */
  async function statuses(count: number, address: string, token: string | null, path = '/graphql') {
    const seen: number[] = [];
    for (let index = 0; index < count; index++) {
      const response = await fetch(new URL(path, registry.url), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': address,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
      await response.arrayBuffer();
      seen.push(response.status);
    }
    return seen;
  }

  async function makeToken(): Promise<string> {
    const made = await registry.command(
      ...['token', 'create', '--repository', REPOSITORY, '--scope', 'read'],
    );
    return made.stdout.trim();
  }

  it('reject the excess requests of one identity only, with the seconds to wait', async () => {
    const [busy, quiet] = [await makeToken(), await makeToken()];
    const seen = await statuses(25, '192.0.2.1', busy);
    expect(seen.slice(0, 20)).toEqual(Array(20).fill(200));
    expect(seen.slice(20)).toEqual(Array(5).fill(429));
    // The limit belongs to the identity, whatever the address.
    expect(await statuses(1, '192.0.2.99', busy)).toEqual([429]);
    expect(await statuses(1, '192.0.2.1', quiet)).toEqual([200]);
    const response = await fetch(`${registry.url}/-/${REPOSITORY}/archive.zip`, {
      headers: { authorization: `Bearer ${busy}` },
    });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/);
    expect(await response.json()).toEqual({
      error: {
        code: 'RATE_LIMITED',
        message: expect.stringMatching(/too many requests: try again in \d+ seconds/),
        requestId: response.headers.get('x-request-id'),
      },
    });
  });

  it('grant an anonymous address a tenth, and count an IPv6 /64 as one address', async () => {
    expect(await statuses(3, '192.0.2.2', null)).toEqual([200, 200, 429]);
    expect(await statuses(1, '192.0.2.3', null)).toEqual([200]);
    expect(await statuses(2, '2001:db8:1:2::1', null)).toEqual([200, 200]);
    expect(await statuses(1, '2001:db8:1:2:ffff::7', null)).toEqual([429]);
    expect(await statuses(1, '2001:db8:1:3::1', null)).toEqual([200]);
  });

  it('stop an address that guesses tokens, on every route, but accept its valid tokens', async () => {
    const right = await makeToken();
    const address = '192.0.2.4';
    const seen = await statuses(22, address, 'fr_1_guess');
    expect(seen).toEqual([...Array(20).fill(401), 429, 429]);
    const headers = { 'x-forwarded-for': address };
    const signIn = async (token: string) =>
      (await sendForm(registry, '/-/sign-in', { token, return: '/' }, headers)).status;
    const openWith = async (token: string) => {
      const cookie = `fixture_registry_token=${token}`;
      return (await openPage(registry, '/', { token: null, headers: { ...headers, cookie } })).status;
    };
    expect(await openWith(right)).toBe(200);
    expect(await statuses(1, address, right)).toEqual([200]);
    // Requests without a token have a separate limit, because the sign-in form is opened without one.
    expect(await signIn(right)).toBe(303);
    expect(await statuses(1, address, 'fr_1_guess')).toEqual([429]);
  });

  it('count guessed tokens in the sign-in form and in cookies', async () => {
    const signIn = (address: string) =>
      sendForm(registry, '/-/sign-in', { token: 'guess', return: '/' }, { 'x-forwarded-for': address });
    // The form is an anonymous request, which has its own limit.
    const seen = [(await signIn('192.0.2.6')).status, (await signIn('192.0.2.6')).status];
    expect(seen).toEqual([401, 401]);
    expect((await signIn('192.0.2.6')).status).toBe(429);
  });

  it('count a page with a session for the identity, not for its address', async () => {
    const [token, other] = [await makeToken(), await makeToken()];
    const address = '192.0.2.8';
    const open = async (path: string, headers: Record<string, string> = {}) =>
      (await openPage(registry, path, { token: null, headers: { 'x-forwarded-for': address, ...headers } }))
        .status;
    const cookieOf = (token: string) => ({ cookie: `fixture_registry_token=${token}` });
    const explorer = { accept: 'text/html' };
    // The shared address has reached its limit.
    expect(await statuses(3, address, null)).toEqual([200, 200, 429]);
    expect(await open('/')).toBe(429);
    const seen: number[] = [];
    for (let index = 0; index < 9; index++) {
      seen.push(await open(`/${REPOSITORY}`, cookieOf(token)));
      seen.push(await open('/graphql', { ...explorer, ...cookieOf(token) }));
    }
    expect(seen).toEqual(Array(18).fill(200));
    // Pages and GraphQL share one limit, whatever the address.
    expect(await statuses(3, '192.0.2.9', token)).toEqual([200, 200, 429]);
    expect(await open('/', cookieOf(token))).toBe(429);
    expect(await open('/', cookieOf(other))).toBe(200);
    // An invalid session is anonymous and counts for the address.
    expect(await open('/', cookieOf('guess'))).toBe(429);
    // The cookie is valid for pages only.
    expect(await statuses(1, address, null)).toEqual([429]);
    const archive = await fetch(`${registry.url}/-/${REPOSITORY}/archive.zip`, {
      headers: { 'x-forwarded-for': '192.0.2.10', ...cookieOf(other) },
    });
    expect(archive.status).toBe(404);
  });

  it('never apply to health checks and metrics', async () => {
    for (let index = 0; index < 30; index++) {
      expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
    }
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${registry.url}/metrics`)).status).toBe(200);
  });

  it('make the client wait for as long as the registry requests', async () => {
    const token = await makeToken();
    expect((await statuses(21, '192.0.2.7', token)).at(-1)).toBe(429);
    await using folder = await makeFolder();
    const patience = AbortSignal.timeout(4_000);
    const waiting = await runFixtures(
      { registry, repository: REPOSITORY, token },
      folder,
      ['pull'],
      patience,
    );
    // The client was still waiting when it was killed; it would have resumed within the minute.
    expect(waiting.stderr).toMatch(/too many requests: try again in \d+ seconds.*again in (5\d|60)/s);
    expect(waiting.status).not.toBe(0);
    expect(await folder.files()).toEqual(new Map());
  });

  it('can be disabled', async () => {
    const limits = makeRateLimits(0);
    for (let index = 0; index < 1_000; index++) {
      await limits.failed('credential', '192.0.2.1');
      expect(await limits.request({ ...ANONYMOUS, who: 'somebody' }, null)).toBeNull();
    }
    expect(await limits.waitOf('credential', '192.0.2.1')).toBeNull();
  });

  it('use bounded memory, however many addresses send requests', async () => {
    const limits = makeRateLimits(6_000);
    const before = heap();
    for (let index = 0; index < 300_000; index++) {
      await limits.failed('credential', `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
    }
    // One record per address would take 130 MB.
    expect((heap() - before) / 2 ** 20).toBeLessThan(60);
  });
});
