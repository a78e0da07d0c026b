import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePermissions, type Permissions } from './permissions.js';

const MINUTE = 60_000;
const ALICE = { token: 'gho_alice', login: 'alice' };

describe('makePermissions', () => {
  let server: Server;
  let asked: string[];
  let status: number;
  let now: number;
  let permissions: Permissions;

  beforeEach(async () => {
    [asked, status, now] = [[], 200, 1_000];
    server = createServer((request, response) => {
      asked.push(`${request.headers.authorization} ${request.url}`);
      const body = {
        id: 1,
        full_name: 'acme/desk',
        owner: { login: 'acme', id: 65 },
        permissions: { pull: true },
      };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    permissions = makePermissions({ server: api, api }, (_caller, work) => work(), { now: () => now });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const kind = async (session = ALICE, name = 'acme/desk') => (await permissions.of(session, name)).kind;

  it('remembers a permission for five minutes and no longer', async () => {
    expect(await kind()).toBe('repository');
    status = 404;
    now += 5 * MINUTE - 1;
    expect(await kind()).toBe('repository');
    now += 2;
    expect([await kind(), asked.length]).toEqual(['none', 2]);
  });

  it('remembers a missing permission for half a minute', async () => {
    status = 404;
    expect(await kind()).toBe('none');
    status = 200;
    now += MINUTE / 2 - 1;
    expect(await kind()).toBe('none');
    now += 2;
    expect(await kind()).toBe('repository');
  });

  it.each([500, 401, 403])('does not remember the status %i', async (failure) => {
    status = failure;
    expect(await kind()).not.toBe('repository');
    status = 200;
    expect(await kind()).toBe('repository');
  });

  it('shares one request of the same person, whatever the letters of the name', async () => {
    await Promise.all([kind(), kind(ALICE, 'ACME/Desk'), kind()]);
    expect(asked).toEqual(['Bearer gho_alice /repos/acme/desk']);
  });

  it('remembers nothing for another person or another session', async () => {
    await kind();
    await kind({ token: 'gho_bob', login: 'bob' });
    await kind({ token: 'gho_second', login: 'alice' });
    expect(asked.map((request) => request.split(' ')[1])).toEqual(['gho_alice', 'gho_bob', 'gho_second']);
  });
});
