import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileClient } from '../contestants/compile-client.js';

/** Starts the server that does nothing but the query, in a process of its own as the registry is. */
export async function startBareQueries(
  databaseUrl: string,
  folder: string,
): Promise<{ url: string } & AsyncDisposable> {
  const program = await compileClient(join(folder, 'bare-queries'), 'bare-queries');
  const server = spawn(process.execPath, [program, databaseUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(server.stdout, 'data');
  return {
    url: `http://127.0.0.1:${Number(String(port))}`,
    [Symbol.asyncDispose]: async () => void server.kill(),
  };
}
