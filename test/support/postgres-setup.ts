import type { TestProject } from 'vitest/node';
import { makeFolder } from './folder.js';
import { startPostgres } from './postgres.js';
import { runRegistry } from './registry-command.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/**
 * Starts a real Postgres server for all end-to-end tests; each test creates its own database. Also
 * creates an empty embedded database for registries to copy, because creating one takes seconds.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [server, embedded] = await Promise.all([startPostgres(), makeFolder()]);
  const made = await runRegistry(embedded, ['migrate'], {});
  if (made.status !== 0) throw new Error(`the embedded database was not made: ${made.stderr}`);
  process.env['EMPTY_EMBEDDED_DATABASE'] = embedded.path;
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await embedded[Symbol.asyncDispose]();
  };
}
