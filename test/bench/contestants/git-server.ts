import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import type { World } from '../world.js';
import { execute } from './commands.js';

/** `git daemon` on loopback, with bare repositories that anybody may push to. */
export interface GitServer {
  /** The address of a repository that is there. */
  url(repository: string): string;
  /** Makes an empty one. */
  create(repository: string): Promise<void>;
}

/**
 * Somebody's name, and nothing of what the user of this machine has set up: no signatures, no cleaning up
 * meanwhile.
 */
const SETTINGS = ['user.name=bench', 'user.email=bench@localhost', 'commit.gpgsign=false', 'gc.auto=0'];

export function git(folder: string, ...words: string[]): Promise<string> {
  return execute('git', [...SETTINGS.flatMap((setting) => ['-c', setting]), ...words], folder);
}

export async function startGitServer(world: World): Promise<GitServer> {
  const base = world.place('git');
  await mkdir(base);
  const port = await freePort();
  const daemon = spawn(
    'git',
    [
      'daemon',
      '--reuseaddr',
      '--listen=127.0.0.1',
      `--port=${port}`,
      `--base-path=${base}`,
      '--export-all',
      '--enable=receive-pack',
      base,
    ],
    // The daemon starts itself again as another process: only its group ends whole.
    { stdio: 'ignore', detached: true },
  );
  world.atEnd(() => stop(daemon));
  await listens(port);
  return {
    url: (repository) => `git://127.0.0.1:${port}/${repository}`,
    create: async (repository) => {
      await execute('git', ['init', '-q', '--bare', '-b', 'main', join(base, repository)]);
    },
  };
}

/** Puts the corpus into a new repository of the server. @returns the checkout that it was pushed from */
export async function pushCorpus(world: World, server: GitServer, repository: string): Promise<string> {
  const folder = world.place('git-checkout');
  await cp(world.corpus.folder, folder, { recursive: true });
  await server.create(repository);
  await addCommitPush(folder, server.url(repository));
  return folder;
}

/** What takes the place of a first push. */
export async function addCommitPush(folder: string, url: string): Promise<void> {
  await git(folder, 'init', '-q', '-b', 'main');
  await git(folder, 'remote', 'add', 'origin', url);
  await commitPush(folder);
}

export async function commitPush(folder: string): Promise<void> {
  await git(folder, 'add', '-A');
  await git(folder, 'commit', '-q', '-m', 'recordings');
  await git(folder, 'push', '-q', 'origin', 'main');
}

async function stop(daemon: ChildProcess): Promise<void> {
  const closed = once(daemon, 'close');
  if (daemon.pid !== undefined) process.kill(-daemon.pid, 'SIGTERM');
  await closed;
}

async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect({ port, host: '127.0.0.1' });
    const there = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('git daemon did not start');
}
