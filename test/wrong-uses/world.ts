import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { makeCheckout } from '../support/git-checkout.js';
import { type Finished, run } from '../support/process.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { runRegistry } from '../support/registry-command.js';

export const REPOSITORY = 'acme/tests';

/** A real registry with a few recordings, servers that are none, and folders to run the commands in. */
export interface World extends AsyncDisposable {
  registry: TestRegistry;
  /** Where `fixture-registry` runs. */
  data: Folder;
  /** Holds recordings and no git. */
  checkout: Folder;
  /** A git repository whose remote does not end in owner/name. */
  strangeRemote: Folder;
  /** The home folder; its stored tokens can be read by others. */
  openHome: Folder;
  /** Addresses of servers that are not a registry. */
  page: string;
  tls: string;
  tokens: { read: string; otherRepository: string; revoked: string };
  /** Runs `fixtures` in the checkout as an admin, unless the options say otherwise. */
  fixtures(words: string[], options?: FixturesOptions): Promise<Finished>;
  /** Runs `fixture-registry` with an empty data folder. */
  server(words: string[], environment?: Record<string, string>): Promise<Finished>;
}

export interface FixturesOptions {
  token?: string | null;
  repository?: string;
  registry?: string;
  folder?: Folder;
  environment?: Record<string, string>;
}

export async function startWorld(): Promise<World> {
  const registry = await startRegistry();
  const recordings = filesOf(
    record({ test: 'tests/test_weather.py::test_rain', ask: 'Will it rain?', say: 'It rains.' }),
    record({ test: 'tests/test_weather.py::test_snow', ask: 'Will it snow?', say: 'It snows.' }),
  );
  const data = await makeFolder({ 'words.txt': 'not a folder\n' });
  const checkout = await makeFolder({ ...recordings, 'empty.txt': '\n', 'words.txt': 'not a token\n' });
  const strangeRemote = await makeCheckout(recordings, 'https://me:secret@gitlab.example/a/group/tests.git');
  const openHome = await makeFolder({ '.config/fixture-registry/tokens.json': '{"version":1,"tokens":{}}' });
  await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' }, add: recordings });
  const change = filesOf(
    record({ test: 'tests/test_weather.py::test_rain', ask: 'Will it rain?', say: 'It is dry.' }),
  );
  await pushFiles(registry, { repository: REPOSITORY, ref: { pullRequest: 7, base: 'main' }, add: change });
  await pushFiles(registry, { repository: 'acme/other', ref: { branch: 'main' }, add: recordings });
  const tokens = {
    read: (await createToken(registry, 'acme/tests', 'READ')).token,
    otherRepository: (await createToken(registry, 'acme/other', 'WRITE')).token,
    revoked: await revokedToken(registry),
  };
  const page = createHttpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>');
  });
  const tls = createHttpsServer(await certificate());
  const [pagePort, tlsPort] = [await listen(page), await listen(tls)];
  return {
    ...{ registry, data, checkout, strangeRemote, openHome, tokens },
    page: `http://127.0.0.1:${pagePort}`,
    tls: `http://127.0.0.1:${tlsPort}`,
    fixtures: (words, { token, repository = REPOSITORY, registry: url, folder, environment } = {}) =>
      runFixtures(
        {
          registry: { url: url ?? registry.url, adminToken: registry.adminToken },
          repository,
          ...(token !== undefined && { token }),
          ...(environment !== undefined && { environment }),
        },
        folder ?? checkout,
        words,
      ),
    server: (words, environment = {}) => runRegistry(data, words, environment),
    [Symbol.asyncDispose]: async () => {
      page.close();
      tls.close();
      await registry[Symbol.asyncDispose]();
      for (const folder of [data, checkout, strangeRemote, openHome]) await folder[Symbol.asyncDispose]();
    },
  };
}

async function createToken(registry: TestRegistry, repository: string, scope: string) {
  const [owner, name] = repository.split('/');
  const { createToken: created } = await registry.ask<{ createToken: { tokenId: number; token: string } }>(
    `mutation ($input: CreateTokenInput!) {
      createToken(input: $input) { ... on NewToken { tokenId token } ... on Problem { message } }
    }`,
    { input: { owner, name, scope, label: scope.toLowerCase() } },
  );
  return created;
}

async function revokedToken(registry: TestRegistry): Promise<string> {
  const { tokenId, token } = await createToken(registry, REPOSITORY, 'READ');
  await registry.ask('mutation ($id: Int!) { revokeToken(id: $id) { __typename } }', { id: tokenId });
  return token;
}

/** A certificate that nobody trusts, which is enough for a server that no request reaches. */
async function certificate(): Promise<{ key: string; cert: string }> {
  await using folder = await makeFolder();
  const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-keyout', key, '-out', cert];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const made = await run('openssl', [...words, ...subject], { cwd: folder.path });
  if (made.status !== 0) throw new Error(made.stderr);
  const files = await folder.files();
  return { key: String(files.get('key.pem')), cert: String(files.get('cert.pem')) };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
