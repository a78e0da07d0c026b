import { defineConfig } from 'vitest/config';

/** Runs the file beside it, which fails; `test/project/left-behind.test.ts` does, and nothing else. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.case.ts'],
    hookTimeout: 120_000,
  },
});
