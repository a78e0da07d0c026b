import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Fault, StandInRegistry } from '../../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { pull } from '../../pull/pull.js';
import { push } from '../../push/push.js';

const MAIN = { target: { branch: 'main' } };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b' };

/** Responds like a registry without its database, on GraphQL and on other routes. */
function refuse(url: string, response: ServerResponse, retryAfter: string, message: string): true {
  response.writeHead(503, { 'retry-after': retryAfter, 'x-request-id': 'r-1' });
  const error = { code: 'UNAVAILABLE', message };
  const answer = url.startsWith('/graphql')
    ? { errors: [{ message, extensions: { code: 'UNAVAILABLE' } }] }
    : { error };
  response.end(JSON.stringify(answer));
  return true;
}

/** Refuses the first `times` requests of a kind; the registry handles all others. */
function outage(times: number, retryAfter: () => string, of = ''): Fault {
  let left = times;
  return ({ url }, response) =>
    url.includes(of) && left-- > 0
      ? refuse(url, response, retryAfter(), 'the database does not answer')
      : false;
}

describe('a registry that is unavailable', () => {
  it.each([
    ['seconds', () => '2', 2_000],
    ['a date', () => new Date(Date.now() + 4_000).toUTCString(), 2_000],
  ])(
    'is retried for longer than other failures if Retry-After is %s, and logged in one line',
    async (...the) => {
      const [, retryAfter, least] = the;
      await using registry = await StandInRegistry.start();
      using folder = new TemporaryFolder();
      registry.hold('main', FILES);
      registry.fault = outage(12, retryAfter);
      expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
        pulled: 2,
      });
      expect(registry.waited).toHaveLength(12);
      for (const waited of registry.waited) expect(waited).toBeGreaterThanOrEqual(least);
      expect(registry.logged).toEqual([
        expect.stringMatching(/not available: the database does not answer.*trying again in .*up to 60 s/),
      ]);
    },
  );

  it.each(['/graphql', '/content'])('does not fail a push at %s', async (of) => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    registry.fault = outage(9, () => '3', of);
    await push(registry.connection, { directory: folder.path, ...MAIN });
    expect(registry.held('main')).toEqual(FILES);
    expect(registry.waited).toHaveLength(9);
  });

  it('does not fail a download', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    registry.fault = outage(9, () => '3', '/content');
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    expect(folder.files()).toEqual(FILES);
  });

  it('fails in the end with its reason, the time waited, and the request id', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.fault = ({ url }, response) => refuse(url, response, '10', 'the database is read-only');
    await expect(pull(registry.connection, { directory: folder.path, ...MAIN })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      requestId: 'r-1',
      message: expect.stringMatching(
        /^The registry is not available: the database is read-only\. .*after waiting for 6\d s\. \(request r-1\)$/,
      ),
    });
    const waited = registry.waited.reduce((sum, each) => sum + each, 0);
    expect(waited).toBeGreaterThanOrEqual(60_000);
    expect(waited).toBeLessThan(75_000);
  });

  it('is retried as often as other failures if Retry-After is 0', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.fault = ({ url }, response) => refuse(url, response, '0', 'down');
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(registry.asked).toHaveLength(6);
  });

  it('is recognised by the error code, whatever the status', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    let left = 3;
    registry.fault = (_, response) => {
      if (left-- <= 0) return false;
      const errors = [{ message: 'the content store is busy', extensions: { code: 'UNAVAILABLE' } }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors }));
      return true;
    };
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({ pulled: 2 });
    expect(registry.waited).toHaveLength(3);
  });
});
