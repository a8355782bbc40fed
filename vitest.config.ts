import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{protocol,engine,actors,deploy,lab,cli,test}/**/*.test.ts'],
    // One worker a core of the smallest machine we promise; each file runs in its own context.
    maxWorkers: 2,
    testTimeout: 120_000,
    // What is printed must not depend on who runs the tests: colours come by themselves in CI.
    env: { NO_COLOR: '1' },
  },
});
