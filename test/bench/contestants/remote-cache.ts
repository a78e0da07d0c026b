import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireSame } from '../corpus/corpus.js';
import { freePort } from '../free-port.js';
import type { Case } from '../measure.js';
import type { World } from '../world.js';
import { execute } from './commands.js';
import { compileClient } from './compile-client.js';
import { intoEmpty } from './pulling.js';

export const REMOTE_CACHE = '`turborepo-remote-cache`, one request a file';
const TOKEN = 'a-token-for-the-bench';
const PEERS = fileURLToPath(new URL('../peers', import.meta.url));

/**
 * A cache server that others use, asked for one file at a time over connections that stay open. It is no
 * dependency of the project: it is installed when the benchmark runs.
 * @param skip is told why it does not take part, where it cannot be installed
 */
export async function remoteCache(world: World, skip: (line: string) => void): Promise<Case[]> {
  const modules = await install(world).catch((error: Error) => {
    skip(`${REMOTE_CACHE} cannot be installed here (${error.message.split('\n')[0]})`);
    return null;
  });
  if (modules === null) return [];
  const url = await start(world, modules);
  await fill(world, url);
  const list = world.place('list.json');
  await writeFile(list, JSON.stringify(world.corpus.files.map(({ path, digest }) => [path, digest])));
  const program = await compileClient(world.place('one-request-per-file'), 'one-request-per-file');
  return Promise.all(
    world.delays.map(async (delay) => {
      const far = await world.far(url, delay);
      const about = { scenario: 'cold pull', contestant: REMOTE_CACHE, database: null, delay } as const;
      return intoEmpty(world, about, {
        run: async (directory) =>
          void (await execute(process.execPath, [program, far, TOKEN, list, directory])),
        verify: (directory) => requireSame(REMOTE_CACHE, directory, world.corpus.files),
      });
    }),
  );
}

async function install(world: World): Promise<string> {
  const folder = world.place('peers');
  await cp(PEERS, folder, { recursive: true });
  await execute('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--silent']);
  return join(folder, 'node_modules');
}

async function start(world: World, modules: string): Promise<string> {
  const port = await freePort();
  const storage = world.place('remote-cache');
  await mkdir(storage);
  const server = spawn(process.execPath, [join(modules, 'turborepo-remote-cache/dist/cli.js')], {
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      TURBO_TOKEN: TOKEN,
      STORAGE_PROVIDER: 'local',
      STORAGE_PATH: storage,
      LOG_LEVEL: 'error',
    },
    cwd: storage,
    stdio: 'ignore',
  });
  const closed = once(server, 'close');
  world.atEnd(async () => {
    server.kill();
    await closed;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`${url}/v8/artifacts/status`).catch(() => null);
    if (answer) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${REMOTE_CACHE} did not start`);
}

/** Each file under its digest, as a task's result lies under its hash. */
async function fill(world: World, url: string): Promise<void> {
  for (const { path, digest } of world.corpus.files) {
    const answer = await fetch(`${url}/v8/artifacts/${digest}?slug=bench`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/octet-stream' },
      body: await readFile(join(world.corpus.folder, path)),
    });
    if (!answer.ok) throw new Error(`${REMOTE_CACHE} took a file with ${answer.status}`);
  }
}
