import { startPostgres } from '../support/postgres.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

/** A registry on a Postgres of its own; both end with the scope, also where it ends with an error. */
export async function startPostgresRegistry(): Promise<{ registry: TestRegistry } & AsyncDisposable> {
  const postgres = await startPostgres();
  try {
    // One caller asks as fast as it can here, which the limit is there to prevent.
    const registry = await startRegistry({
      postgresUrl: postgres.url,
      environment: { FIXTURE_REGISTRY_RATE_LIMIT: '0' },
    });
    return {
      registry,
      [Symbol.asyncDispose]: async () => {
        await registry[Symbol.asyncDispose]();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
