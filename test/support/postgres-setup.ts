import type { TestProject } from 'vitest/node';
import { makeFolder } from './folder.js';
import { startPostgres } from './postgres.js';
import { CHECKOUT } from './registry.js';
import { bundleRegistry } from './registry-bundle.js';
import { runRegistry } from './registry-command.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/**
 * Starts a real Postgres server for all end-to-end tests; each test creates its own database. Also
 * creates an empty embedded database for registries to copy, because creating one takes seconds, and bundles
 * the registry, because loading its modules takes most of the rest.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [server, embedded, bundle] = await Promise.all([
    startPostgres(),
    makeFolder(),
    bundleRegistry(CHECKOUT),
  ]);
  const made = await runRegistry(embedded, ['migrate'], {});
  if (made.status !== 0) throw new Error(`the embedded database was not made: ${made.stderr}`);
  process.env['EMPTY_EMBEDDED_DATABASE'] = embedded.path;
  process.env['REGISTRY_BUNDLE'] = bundle.command;
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await embedded[Symbol.asyncDispose]();
    await bundle[Symbol.asyncDispose]();
  };
}
