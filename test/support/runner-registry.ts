import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pack, readArchive, unpack, writeArchive } from '@fixture-registry/protocol';
import { registryMemory, type Variables } from './runner-registry-memory.js';

/**
 * As much of a registry as the action's tests need: refs, snapshots, contents and a coarse report, in memory. What the action says and does is
 * tested against it; whether a registry works is tested elsewhere.
 */
export interface RegistryStandIn extends AsyncDisposable {
  url: string;
  token: string;
  /** The variables of every operation, by its name, in order. */
  asked: { operation: string; variables: Variables }[];
  /** Puts a recording on a branch. */
  seed(branch: string, files: Record<string, string>): void;
  /** The recordings of `main` or `pull/3`, with their text. */
  filesOf(ref: string): Record<string, string>;
  /** Whoever has no token sees nothing. */
  isPrivate: boolean;
  /** Answers every request with this status instead; 0: as usual. */
  broken: number;
  /** Runs before an operation is answered, and may give the `data` of the answer itself. */
  before: (operation: string) => unknown;
}

export async function startRegistryStandIn(): Promise<RegistryStandIn> {
  const memory = registryMemory(() => registry.url);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const body = Buffer.concat(await request.toArray());
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (registry.broken !== 0)
      return json(registry.broken, { error: { code: 'INTERNAL', message: 'The stand-in is broken' } });
    const authorization = request.headers.authorization;
    if (authorization !== undefined && authorization !== `Bearer ${registry.token}`) {
      return json(401, { error: { code: 'UNAUTHENTICATED', message: 'This token is unknown.' } });
    }
    if (request.url === '/graphql') {
      const { query, variables } = JSON.parse(body.toString()) as { query: string; variables: Variables };
      const operation = /^\s*(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
      registry.asked.push({ operation, variables });
      if (registry.isPrivate && authorization === undefined) return json(200, { data: { repository: null } });
      const given = await registry.before(operation);
      return json(200, { data: given ?? memory.answerTo[operation]?.(variables) });
    }
    if (request.method === 'PUT') {
      const bounds = { maximumEntryBytes: 1 << 24, maximumEntries: 10_000 };
      for await (const entry of readArchive(Readable.from([body]), bounds))
        memory.contents.set(entry.name, unpack(entry));
      return json(200, { stored: memory.contents.size, present: 0, refused: [] });
    }
    const { digests } = JSON.parse(body.toString()) as { digests: string[] };
    const entries = digests.map((digest) => ({
      name: digest,
      ...pack(memory.contents.get(digest) ?? Buffer.alloc(0)),
    }));
    response.writeHead(200, { 'content-type': 'application/zip' });
    for await (const chunk of writeArchive(entries)) response.write(chunk);
    return response.end();
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const registry: RegistryStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'frt_stand_in_secret',
    asked: [],
    isPrivate: false,
    broken: 0,
    before: () => undefined,
    seed: memory.seed,
    filesOf: memory.filesOf,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return registry;
}
