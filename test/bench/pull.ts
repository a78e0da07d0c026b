// Times a pull beside what users have today: a shallow clone of the same files from a git daemon on the same loopback.
//
//   npm run bench -- --recordings <git repository or bundle> [--at <commit or subject part>] [--rounds 5] [--embedded]

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { openHistory } from '../replay/history.js';
import { makeFolder } from '../support/folder.js';
import { startPostgres } from '../support/postgres.js';
import { run } from '../support/process.js';
import { startRegistry } from '../support/registry.js';

const execute = promisify(execFile);
const FIXTURES = fileURLToPath(new URL('../../packages/client/bin/fixtures.js', import.meta.url));

const { values } = parseArgs({
  options: {
    recordings: { type: 'string' },
    at: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    embedded: { type: 'boolean', default: false },
  },
});
if (!values.recordings) {
  console.error(
    'usage: npm run bench -- --recordings <git repository or bundle> [--at <commit or subject part>]',
  );
  process.exit(2);
}

const history = await openHistory(values.recordings);
const wanted = values.at ?? '';
const commit = history.commits.findLast(
  ({ sha, subject }) => sha.startsWith(wanted) || subject.includes(wanted),
);
if (!commit) throw new Error(`no commit is called ${wanted}`);

const postgres = values.embedded ? null : await startPostgres();
const registry = await startRegistry(postgres ? { postgresUrl: postgres.url } : {});
const work = await makeFolder();
const source = join(work.path, 'served', 'source');
await mkdir(source, { recursive: true });
await history.checkOut(commit.sha, source);
const daemon = await serveGit(source);
const fixtures = (command: string, directory: string, ...more: string[]) =>
  run(process.execPath, [FIXTURES, command, '--directory', directory, '--branch', 'main', ...more], {
    cwd: work.path,
    env: {
      FIXTURE_REGISTRY_URL: registry.url,
      FIXTURE_REGISTRY_TOKEN: registry.adminToken,
      FIXTURE_REGISTRY_REPOSITORY: 'bench/corpus',
    },
  });

const times = new Map<string, number[]>();
async function time(name: string, work: () => Promise<{ status: number | null; stderr: string } | unknown>) {
  const started = performance.now();
  const result = await work();
  const status = (result as { status?: number | null } | null)?.status;
  if (status !== undefined && status !== 0) throw new Error(`${name} failed: ${JSON.stringify(result)}`);
  times.set(name, [...(times.get(name) ?? []), (performance.now() - started) / 1_000]);
}

await time('first push', () => fixtures('push', source, '--paths', '**/*.json'));
const clone = join(work.path, 'clone');
const pulled = join(work.path, 'pulled');
for (let round = 0; round < Number(values.rounds); round++) {
  await time('git clone --depth 1', () => execute('git', ['clone', '-q', '--depth', '1', daemon.url, clone]));
  await mkdir(pulled);
  await time('fixtures pull, cold', () => fixtures('pull', pulled));
  await time('fixtures pull, nothing to do', () => fixtures('pull', pulled));
  await rm(clone, { recursive: true });
  await rm(pulled, { recursive: true });
}

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const clones = median(times.get('git clone --depth 1') ?? []);
console.log(`${commit.subject} (${commit.date}), ${postgres ? 'Postgres' : 'embedded database'}`);
console.log('| what | median s | least | most | of the clone |\n|---|---|---|---|---|');
for (const [name, list] of times) {
  const seconds = [median(list), Math.min(...list), Math.max(...list)].map((each) => each.toFixed(2));
  console.log(`| ${name} | ${seconds.join(' | ')} | ${(median(list) / clones).toFixed(2)} |`);
}

daemon.process.kill();
await registry[Symbol.asyncDispose]();
await postgres?.stop();
await work[Symbol.asyncDispose]();
await history[Symbol.asyncDispose]();

/** Serves a folder's files as a git repository with one commit. */
async function serveGit(folder: string): Promise<{ url: string; process: ChildProcess }> {
  const git = (...args: string[]) =>
    execute('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
    });
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'recordings');
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  const base = join(folder, '..');
  const daemon = spawn(
    'git',
    [
      'daemon',
      '--reuseaddr',
      '--listen=127.0.0.1',
      `--port=${port}`,
      `--base-path=${base}`,
      '--export-all',
      base,
    ],
    { stdio: 'ignore', detached: false },
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { url: `git://127.0.0.1:${port}/source/.git`, process: daemon };
}
