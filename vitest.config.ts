import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One limit for both projects: vitest refuses to run projects whose own limits differ. Each end-to-end
    // test starts processes of its own, so more than three files at once only delay each other.
    maxWorkers: Math.min(3, availableParallelism()),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          // Each test starts real processes and databases: they need time.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // The object storage of the tests makes the tokens of its pages with a cipher that OpenSSL 3 has put away.
          execArgv: ['--openssl-legacy-provider'],
        },
      },
    ],
  },
});
