import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { type StartedProcess, startProcess } from './clean-up.js';
import { makeFolder } from './folder.js';
import { type Finished, run } from './process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = 'packages/registry/bin/fixture-registry.js';

export const ADMIN_TOKEN = 'an-admin-token-for-tests';

/** A registry in its own process, with its own database. */
export interface TestRegistry extends AsyncDisposable {
  url: string;
  adminToken: string;
  /** The output of the process so far. */
  output: { stdout: string; stderr: string };
  /** Ends the process as `kill -9` does and waits for its exit. */
  kill(): Promise<void>;
  /** Stops it; returns its exit status. */
  stop(): Promise<number | null>;
  /** Starts it again on the same database, after `kill` or `stop`. */
  restart(): Promise<void>;
  /** Runs another command of `fixture-registry` on the same database. */
  command(...args: string[]): Promise<Finished>;
  /** Sends a GraphQL request as the admin, or with another token (null: without one). */
  ask<Data>(query: string, variables?: Record<string, unknown>, token?: string | null): Promise<Data>;
  /** Queries the database directly; only on Postgres. */
  sql: postgres.Sql;
  databaseUrl: string | null;
  /** The environment of its processes; changes apply from the next start. */
  environment: Record<string, string>;
}

export interface RegistryOptions {
  /** URL of a Postgres server; without one, the embedded database. */
  postgresUrl?: string;
  environment?: Record<string, string>;
  /** Root of a build other than this checkout. */
  root?: string;
}

export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const data = await makeFolder();
  const bundle = options.root === undefined ? process.env['REGISTRY_BUNDLE'] : undefined;
  const command = bundle ?? join(options.root ?? ROOT, COMMAND);
  const empty = process.env['EMPTY_EMBEDDED_DATABASE'];
  const isEmbedded = !options.postgresUrl && !options.environment?.['DATABASE_URL'];
  if (isEmbedded && empty !== undefined && !options.root) await copyDatabase(empty, data.path);
  const databaseUrl = options.postgresUrl ? await createDatabase(options.postgresUrl) : null;
  const environment: Record<string, string> = {
    FIXTURE_REGISTRY_DATA: data.path,
    FIXTURE_REGISTRY_ADMIN_TOKEN: ADMIN_TOKEN,
    // Tests that need upkeep start it, so that no other test loses what it backdates.
    FIXTURE_REGISTRY_UPKEEP: 'off',
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ...options.environment,
  };
  let child: StartedProcess | null = null;
  const sql = databaseUrl ? postgres(databaseUrl, { max: 2, onnotice: () => {} }) : null;

  const registry: TestRegistry = {
    url: '',
    adminToken: environment['FIXTURE_REGISTRY_ADMIN_TOKEN'] ?? '',
    output: { stdout: '', stderr: '' },
    databaseUrl,
    environment,
    get sql() {
      if (!sql) throw new Error('this registry has the embedded database, which belongs to it alone');
      return sql;
    },
    restart: async () => {
      // The same port, so that a retrying client finds it.
      const port = registry.url === '' ? '0' : new URL(registry.url).port;
      const started = startProcess(process.execPath, [command, 'serve', '--port', port], {
        cwd: data.path,
        env: { PATH: process.env['PATH'], ...environment },
      });
      child = started;
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        registry.output.stderr += text;
      });
      registry.url = await new Promise<string>((resolve, reject) => {
        started.stdout.setEncoding('utf8').on('data', (text: string) => {
          registry.output.stdout += text;
          const address = /listening on (http:\S+)/.exec(text)?.[1];
          if (address) resolve(address);
        });
        started.once('error', reject);
        started.once('close', (status) => {
          reject(new Error(`the registry ended with ${status}: ${registry.output.stderr}`));
        });
      });
    },
    kill: async () => {
      const closed = child && child.exitCode === null ? once(child, 'close') : null;
      child?.kill('SIGKILL');
      await closed;
    },
    stop: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
      return child.exitCode;
    },
    command: (...args) =>
      run(process.execPath, [command, ...args], { cwd: data.path, env: { ...environment } }),
    ask: async <Data>(query: string, variables = {}, token: string | null = registry.adminToken) => {
      const response = await fetch(new URL('/graphql', registry.url), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
      if (answer.errors) throw new Error(answer.errors.map((error) => error.message).join('; '));
      return answer.data as Data;
    },
    [Symbol.asyncDispose]: async () => {
      await registry.stop();
      await sql?.end();
      await data[Symbol.asyncDispose]();
    },
  };
  await registry.restart();
  return registry;
}

/** Copies a database of a thousand small files. The program needs a fifth of the CPU time of Node's `cp`. */
async function copyDatabase(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') return await cp(from, to, { recursive: true });
  const copied = await run('cp', ['-r', `${from}/.`, to], { cwd: to });
  if (copied.status !== 0) throw new Error(`the empty database was not copied: ${copied.stderr}`);
}

/** The root of this checkout, where the commands run. */
export const CHECKOUT = ROOT;

export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `registry_${randomBytes(8).toString('hex')}`;
  const server = postgres(`${serverUrl}/postgres`, { max: 1, onnotice: () => {} });
  await server.unsafe(`create database ${name} template template0`);
  await server.end();
  return `${serverUrl}/${name}`;
}
