import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AddressedBlock, Transferred } from '@fixture-registry/protocol';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../connection/registry/connection.js';
import { fetchPresignedBlocks } from './presigned-blocks.js';

/** An object storage whose responses a handler writes. */
async function startStorage(handle: (request: IncomingMessage, answer: ServerResponse) => void) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, answer) => {
    requests.push(request);
    handle(request, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { requests, address: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

const connectionTo = (registry: string, more: Partial<Connection> = {}): Connection => ({
  registry,
  token: 'secret-token',
  repository: { owner: 'acme', name: 'tests' },
  userAgent: 'tests',
  log: () => {},
  timeouts: { idle: 500 },
  ...more,
});
const NEAR = connectionTo('http://127.0.0.1:4000');
const SECRET = '/bucket/key?X-Amz-Signature=secret';

const block = (address: string, mostBytes = 100, rawSize = 10): AddressedBlock => ({
  kind: 'address',
  address,
  mostBytes,
  block: { codec: 'raw', rawSize, members: [] },
});

async function* sent(...all: (Transferred | AddressedBlock)[]) {
  yield* all;
}

async function followed(connection: Connection, ...all: (Transferred | AddressedBlock)[]): Promise<string[]> {
  const found: string[] = [];
  for await (const each of fetchPresignedBlocks(connection, sent(...all))) {
    const bytes = each.kind === 'block' ? each.block.bytes : each.entry.bytes;
    found.push(Buffer.concat(bytes).toString());
  }
  return found;
}

describe('fetchPresignedBlocks', () => {
  it('fetches a few at once, in the order of the transfer, and never sends the token', async () => {
    let open = 0;
    let most = 0;
    await using storage = await startStorage((request, answer) => {
      most = Math.max(most, ++open);
      // The first ones respond last.
      const number = Number(request.url?.slice(1));
      setTimeout(() => {
        open--;
        answer.end(`block ${number}`);
      }, 40 - number);
    });
    const entry = { name: 'x', method: 'store', size: 5, crc32: 0, bytes: [Buffer.from('alone')] } as const;
    const all = Array.from({ length: 30 }, (_, n) => block(`${storage.address}/${n}`));
    const alone: Transferred = { kind: 'content', entry: { ...entry, bytes: [...entry.bytes] } };
    const expected = Array.from({ length: 30 }, (_, n) => `block ${n}`);
    expect(await followed(NEAR, ...all, alone)).toEqual([...expected, 'alone']);
    expect([most > 3, most <= 8]).toEqual([true, true]);
    for (const { headers } of storage.requests) {
      expect(JSON.stringify(headers)).not.toContain('secret-token');
      expect(headers.authorization).toBeUndefined();
    }
  });

  it('bounds the bytes in memory, unless a single block has more', async () => {
    let open = 0;
    let most = 0;
    await using storage = await startStorage((_, answer) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        answer.end('large');
      }, 10);
    });
    const large = Array.from({ length: 6 }, () => block(storage.address, 100, 20 * 1024 * 1024));
    expect(await followed(NEAR, ...large)).toHaveLength(6);
    expect(most).toBe(1);
  });

  it.each([
    ['that has ended', (answer: ServerResponse) => answer.writeHead(403).end('<Error/>'), 'status 403'],
    [
      'that leads elsewhere',
      (answer: ServerResponse) => answer.writeHead(307, { location: '/x' }).end(),
      '307',
    ],
    ['that gives more than announced', (answer: ServerResponse) => answer.end('x'.repeat(101)), 'more bytes'],
    ['that gives bytes without end', flood, 'more bytes'],
    ['that breaks off', (answer: ServerResponse) => answer.destroy(), 'cannot be reached'],
    ['that never answers', () => {}, 'cannot be reached'],
  ])('an address %s is reported by its host only, and can be retried', async (_, handle, words) => {
    await using storage = await startStorage((_, answer) => handle(answer));
    const failure = await followed(NEAR, block(storage.address + SECRET)).catch((error) => error);
    expect(failure).toMatchObject({ name: 'TransientError', message: expect.stringContaining(words) });
    expect(failure.message).toContain(new URL(storage.address).host);
    expect(`${failure.stack} ${JSON.stringify(failure)}`).not.toMatch(/X-Amz|bucket/);
    expect(storage.requests).toHaveLength(1);
  });

  it.each([
    ['file:///etc/passwd', NEAR],
    ['no address', NEAR],
    ['ftp://127.0.0.1/x', NEAR],
    ['https://user:word@example.com/x', NEAR],
    ['http://storage.example.com/x', NEAR],
    ['http://127.0.0.1:9/x', connectionTo('https://registry.example.com')],
    ['https://localhost:9/x', connectionTo('https://registry.example.com')],
    ['http://169.254.169.254/latest', connectionTo('https://registry.example.com')],
  ])('%s is not requested', async (address, connection) => {
    const failure = await followed(connection, block(address)).catch((error) => error);
    expect(failure.message).toBe('The registry sent a download URL that is not safe to use');
  });
});

/** Sends until the connection is closed. */
function flood(answer: ServerResponse): void {
  const more = () => {
    while (!answer.destroyed && answer.write('x'.repeat(10_000)));
    if (!answer.destroyed) answer.once('drain', more);
  };
  more();
}
