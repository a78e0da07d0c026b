import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
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
          // Each test starts real processes and databases: they need time, and few at once.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
          // The object storage of the tests makes the tokens of its pages with a cipher that OpenSSL 3 has put away.
          execArgv: ['--openssl-legacy-provider'],
        },
      },
    ],
  },
});
