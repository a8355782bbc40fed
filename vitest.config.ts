import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{protocol,engine,actors,deploy,lab,cli,test}/**/*.test.ts'],
    // One worker a core of the smallest machine we promise; each file runs in its own context.
    maxWorkers: 2,
    testTimeout: 120_000,
  },
});
