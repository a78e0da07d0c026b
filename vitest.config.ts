import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

// Ends a test that hangs. The work of each is bounded, but a busy machine may take its time.
const TEST_TIMEOUT = 240_000;

export default defineConfig({
  test: {
    // One limit for both projects: vitest refuses to run projects whose own limits differ. Each end-to-end
    // test starts processes of its own and often waits for them: with fewer files at once two cores idle,
    // with more they only delay each other.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // `.ci/run` counts the tests by this report.
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/test-report.json' },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          // They share nothing that one of them changes, and most of their time was loading the same modules.
          isolate: false,
          testTimeout: TEST_TIMEOUT,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: TEST_TIMEOUT,
          hookTimeout: TEST_TIMEOUT,
          // The object storage of the tests makes the tokens of its pages with a cipher that OpenSSL 3 has put away.
          execArgv: ['--openssl-legacy-provider'],
        },
      },
    ],
  },
});
