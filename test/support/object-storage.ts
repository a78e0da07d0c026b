import { once } from 'node:events';
import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join, relative } from 'node:path';
import S3rver from 's3rver';
import { makeFolder } from './folder.js';

const BUCKET = 'recordings';
const PREFIX = 'ci/fixtures';
const OBJECT = /\._S3rver_object$/;

/**
 * The fault of a request: the connection is closed, no response, an error, or half of the object,
 * as if complete or cut off.
 */
export type Fault = 'cut' | 'silent' | 'slow-down' | 'denied' | 'no-bucket' | 'half' | 'break-off';

/** An S3 object store behind a proxy that injects faults. */
export interface ObjectStorage extends AsyncDisposable {
  /** The environment of a registry that keeps its contents here. */
  environment: Record<string, string>;
  /** Chooses the fault of each request by method and path; null forwards it. */
  spoil(decide: ((method: string, path: string) => Fault | null) | null): void;
  /** All requests so far: `PUT /recordings/…`, with their headers. */
  requests: { method: string; path: string; headers: IncomingMessage['headers'] }[];
  /** The keys of all objects. */
  keys(): Promise<string[]>;
  /** Stores small objects without the registry. */
  plant(keys: string[]): Promise<void>;
  remove(key: string): Promise<void>;
  /** Backdates all objects by a little more than a day. */
  age(): Promise<void>;
  /** Responds to deletions like a bucket with versioning. */
  keepVersions: boolean;
}

export async function startObjectStorage(): Promise<ObjectStorage> {
  const folder = await makeFolder();
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory: folder.path },
    ...{ vhostBuckets: false, configureBuckets: [{ name: BUCKET }] },
  });
  const { port } = await server.run();
  let decide: (method: string, path: string) => Fault | null = () => null;
  const sockets = new Set<Socket>();
  const requests: ObjectStorage['requests'] = [];

  const proxy = createServer((incoming, answer) => {
    const { method = 'GET', url = '/' } = incoming;
    requests.push({ method, path: url, headers: incoming.headers });
    const fault = decide(method, url);
    if (fault === 'cut') incoming.socket.destroy();
    else if (fault === 'slow-down') refuse(incoming, answer, 503, 'SlowDown');
    else if (fault === 'denied') refuse(incoming, answer, 403, 'AccessDenied');
    else if (fault === 'no-bucket') refuse(incoming, answer, 404, 'NoSuchBucket');
    else if (fault !== 'silent') pass(incoming, answer, port, { fault, keepVersions: storage.keepVersions });
  });
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  const objectFiles = async () => {
    const found = await readdir(folder.path, { recursive: true, withFileTypes: true });
    return found.filter(({ name }) => OBJECT.test(name)).map((file) => join(file.parentPath, file.name));
  };
  const storage: ObjectStorage = {
    environment: {
      FIXTURE_REGISTRY_CONTENT: `s3://${BUCKET}/${PREFIX}`,
      FIXTURE_REGISTRY_S3_ENDPOINT: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      FIXTURE_REGISTRY_S3_PATH_STYLE: 'true',
      // The format that this server accepts.
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    },
    spoil: (wanted) => {
      decide = wanted ?? (() => null);
    },
    requests,
    keys: async () =>
      (await objectFiles())
        .map((file) => relative(join(folder.path, BUCKET), file).replace(OBJECT, ''))
        .sort(),
    plant: async (keys) => {
      for (const key of keys) await writeFile(join(folder.path, BUCKET, `${key}._S3rver_object`), 'planted');
    },
    remove: (key) => rm(join(folder.path, BUCKET, `${key}._S3rver_object`)),
    age: async () => {
      const then = new Date(Date.now() - 25 * 3_600_000);
      for (const file of await objectFiles()) await utimes(file, then, then);
    },
    keepVersions: false,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
      await server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
  return storage;
}

function refuse(incoming: IncomingMessage, answer: ServerResponse, status: number, code: string): void {
  incoming.resume();
  incoming.on('end', () => {
    answer.writeHead(status, { 'content-type': 'application/xml' });
    answer.end(
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as the test wants</Message></Error>`,
    );
  });
}

function pass(
  incoming: IncomingMessage,
  answer: ServerResponse,
  port: number,
  { fault, keepVersions }: { fault: 'half' | 'break-off' | null; keepVersions: boolean },
): void {
  const { method, url, headers } = incoming;
  // Keep the proxy's host name, because the signature covers it.
  const onward = request(
    { host: '127.0.0.1', port, method, path: url, headers, agent: false },
    async (given) => {
      const chunks: Buffer[] = [];
      for await (const chunk of given as AsyncIterable<Buffer>) chunks.push(chunk);
      let body = Buffer.concat(chunks);
      if (keepVersions && url?.includes('?delete')) {
        const marked = '</Key><DeleteMarker>true</DeleteMarker>';
        body = Buffer.from(body.toString().replaceAll('</Key>', marked));
      }
      const { 'transfer-encoding': _, connection: __, ...kept } = given.headers;
      const length = fault === 'half' ? Math.floor(body.length / 2) : body.length;
      answer.writeHead(given.statusCode ?? 500, { ...kept, 'content-length': String(length) });
      if (fault === null) answer.end(body);
      else if (fault === 'half') answer.end(body.subarray(0, length));
      else answer.write(body.subarray(0, Math.floor(body.length / 2)), () => answer.destroy());
    },
  );
  onward.on('error', () => answer.destroy());
  incoming.pipe(onward);
}
