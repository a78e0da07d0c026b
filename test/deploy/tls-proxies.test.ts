import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Folder, makeFolder } from '../support/folder.js';
import { freePort } from '../support/postgres.js';
import { run } from '../support/process.js';
import { archiveOf } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';
import { PROXIES, type TlsProxy } from './tls-proxy.js';

const REPOSITORY = 'acme/proxied';
const MIB = 1024 * 1024;

/** The digests of all files, because a comparison of large buffers takes minutes. */
const digestsIn = async (folder: Folder) =>
  new Map(Array.from(await folder.files(), ([path, bytes]) => [path, digestOf(bytes)]));

/** Counts the bytes from the proxy to the registry. */
interface Relay {
  port: number;
  received: number;
  opened: number;
  closedByProxy: number;
  closedByRegistry: number;
  close(): void;
}

async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    let isOpen = true;
    const countClose = (by: 'closedByProxy' | 'closedByRegistry') => () => {
      if (isOpen) relay[by]++;
      isOpen = false;
    };
    relay.opened++;
    client.once('end', countClose('closedByProxy'));
    upstream.once('end', countClose('closedByRegistry'));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => sockets.delete(socket));
    }
    client.on('data', (part) => {
      relay.received += part.length;
    });
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay: Relay = {
    port: (server.address() as AddressInfo).port,
    ...{ received: 0, opened: 0, closedByProxy: 0, closedByRegistry: 0 },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return relay;
}

describe.each(PROXIES)('the example of $name', ({ name, isInstalled, start }) => {
  describe.skipIf(!isInstalled)('before a registry', () => {
    let registry: TestRegistry;
    let proxy: TlsProxy;
    let folder: Folder;
    let certificate: string;
    let relay: Relay;

    beforeAll(async () => {
      folder = await makeFolder();
      const port = await freePort();
      registry = await startRegistry({
        environment: {
          FIXTURE_REGISTRY_PUBLIC_URL: `https://localhost:${port}`,
          FIXTURE_REGISTRY_TRUSTED_PROXIES: '1',
        },
      });
      relay = await startRelay(Number(new URL(registry.url).port));
      proxy = await start(folder, port, `127.0.0.1:${relay.port}`);
      certificate = await proxy.authority();
      await folder.write({ 'authority.pem': certificate });
    });
    afterAll(async () => {
      await proxy?.[Symbol.asyncDispose]();
      relay?.close();
      await registry?.[Symbol.asyncDispose]();
      await folder?.[Symbol.asyncDispose]();
    });

    /** Sends a request through the proxy. @param send writes the body and ends the request */
    const ask = (
      path: string,
      options: RequestOptions = {},
      send: (sent: ReturnType<typeof request>) => void = (sent) => sent.end(),
    ) =>
      new Promise<{ response: IncomingMessage; text: string }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${registry.adminToken}`, ...options.headers };
        const all = { ca: certificate, agent: false as const, ...options, headers };
        const sent = request(new URL(path, proxy.url), all, (response) => {
          let text = '';
          response.setEncoding('latin1').on('data', (part: string) => {
            text += part;
          });
          response.once('end', () => resolve({ response, text }));
          response.once('error', reject);
        });
        sent.once('error', reject);
        send(sent);
      });

    /** Runs `fixtures` with the proxy's certificate. */
    const fixtures = (at: Folder, ...words: string[]) =>
      run(process.execPath, [join(CHECKOUT, 'packages/cli/bin/fixtures.js'), ...words], {
        cwd: at.path,
        env: {
          FIXTURE_REGISTRY_URL: proxy.url,
          FIXTURE_REGISTRY_TOKEN: registry.adminToken,
          FIXTURE_REGISTRY_REPOSITORY: REPOSITORY,
          NODE_EXTRA_CA_CERTS: join(folder.path, 'authority.pem'),
        },
      });

    it('passes a push of large recordings and a pull of the same bytes', async () => {
      // Above the default body limit of proxies, and not compressible.
      const words = Array.from({ length: 300_000 }, () => randomBytes(7).toString('hex'));
      const large = { 'tests/recordings/large.json': JSON.stringify({ words: words }) };
      await using pushing = await makeFolder({ ...large, ...manyFiles(200, 'proxied') });
      const pushed = await fixtures(pushing, 'push', '--branch', 'main');
      expect(pushed, pushed.stderr).toMatchObject({ status: 0 });
      await using pulling = await makeFolder();
      const pulled = await fixtures(pulling, 'pull', '--branch', 'main');
      expect(pulled, pulled.stderr).toMatchObject({ status: 0 });
      expect(await digestsIn(pulling)).toEqual(await digestsIn(pushing));
    });

    it('streams an upload to the registry before it is complete', async () => {
      const archive = await archiveOf([`"${randomBytes(2 * MIB).toString('hex')}"`]);
      const half = Math.floor(archive.length / 2);
      const options = { method: 'PUT', headers: { 'content-length': archive.length } };
      const { response, text } = await ask(`/-/${REPOSITORY}/content`, options, async (sent) => {
        const before = relay.received;
        sent.write(archive.subarray(0, half));
        // A proxy that stores the whole request first would let the registry wait for the second half.
        await vi.waitFor(() => expect(relay.received - before).toBeGreaterThan(half / 2), {
          timeout: 60_000,
        });
        sent.end(archive.subarray(half));
      });
      expect([response.statusCode, JSON.parse(text)]).toEqual([
        200,
        expect.objectContaining({ stored: 1, refused: [] }),
      ]);
    });

    it('reports the address of the client, which the client cannot choose', async () => {
      const headers = { 'x-forwarded-for': '203.0.113.9' };
      const { response } = await ask('/nothing-here', { headers });
      const requestId = response.headers['x-request-id'];
      expect([response.statusCode, typeof requestId]).toEqual([404, 'string']);
      const line = await vi.waitFor(() => {
        const found = registry.output.stderr.split('\n').find((each) => each.includes(String(requestId)));
        expect(found).toBeDefined();
        return JSON.parse(found as string) as { address: string };
      });
      expect(line.address).toBe('127.0.0.1');
    });

    it('passes headers as long as the token of a workflow, and hides the metrics', async () => {
      const long = await ask('/readyz', { headers: { 'x-long': 'x'.repeat(8_000) } });
      expect([long.response.statusCode, JSON.parse(long.text)]).toMatchObject([200, { ready: true }]);
      expect(long.response.headers['strict-transport-security']).toMatch(/^max-age=/);
      expect((await ask('/metrics')).response.statusCode).toBe(404);
    });

    it('closes its idle connections before the registry does', async () => {
      const opened = relay.opened;
      expect((await ask('/healthz')).response.statusCode).toBe(200);
      expect((await ask('/healthz')).response.statusCode).toBe(200);
      // Both requests used one connection.
      expect(relay.opened - opened).toBeLessThanOrEqual(1);
      await vi.waitFor(() => expect(relay.closedByProxy).toBeGreaterThan(0), { timeout: 60_000 });
      expect(relay.closedByRegistry).toBe(0);
    });

    it('refuses a body above the limit of an upload', async () => {
      const bytes = 273 * MIB;
      const refused = await ask(
        `/-/${REPOSITORY}/content`,
        { method: 'PUT', headers: { 'content-length': bytes } },
        (sent) => {
          // The proxy may close the connection while the body is sent.
          const part = Buffer.alloc(MIB);
          let left = bytes;
          const write = () => {
            while (left > 0 && sent.write(part)) left -= part.length;
            if (left > 0) sent.once('drain', write);
          };
          write();
        },
      ).then(
        ({ response }) => response.statusCode,
        (error: NodeJS.ErrnoException) => error.code,
      );
      // Caddy stops sending when the registry refuses, and may report that as 502.
      expect([413, 'EPIPE', 'ECONNRESET', ...(name === 'caddy' ? [400, 502] : [])]).toContain(refused);
    });
  });
});
