import { defineConfig } from 'vitest/config';

// What is printed must not depend on who runs the tests: colours come by themselves in CI.
const env = { NO_COLOR: '1' };

export default defineConfig({
  test: {
    // One worker a core of the smallest machine we promise. Modules are read once in each: no test changes what another sees.
    maxWorkers: 2,
    isolate: false,
    projects: [
      {
        test: {
          name: 'troupe',
          include: ['{protocol,engine,actors,deploy,lab,gateway,cli,test}/**/*.test.ts'],
          testTimeout: 120_000,
          env,
        },
      },
      {
        // Whatever a cluster can do with one member of etcd it can do with three.
        test: {
          name: 'three members',
          include: ['test/scenarios/*.test.ts'],
          testTimeout: 120_000,
          env: { ...env, TROUPE_ETCD_MEMBERS: '3' },
        },
      },
    ],
  },
});
