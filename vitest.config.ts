import { defineConfig } from 'vitest/config';

// What is printed must not depend on who runs the tests: colours come by themselves in CI.
const env = { NO_COLOR: '1' };

/** Modules are read once in each worker, as no test changes what another sees: that halves the time. */
const shared = { isolate: false, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // One worker a core of the smallest machine we promise.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'troupe',
          // No `exclude` here: one of a project's own keeps out those that test/run.mjs names on the command line.
          include: ['{protocol,engine,actors,deploy,lab,gateway,cli}/**/*.test.ts', 'test/{*,!(hosts)/**/*}.test.ts'],
          ...shared,
          env,
        },
      },
      {
        // Whatever a cluster can do with one member of etcd it can do with three.
        test: {
          name: 'three members',
          include: ['test/scenarios/*.test.ts'],
          ...shared,
          env: { ...env, TROUPE_ETCD_MEMBERS: '3' },
        },
      },
      {
        // Several machines, as containers: they keep to real time, so all cores are theirs, when all else is done.
        test: {
          name: 'hosts',
          include: ['test/hosts/*.test.ts'],
          ...shared,
          testTimeout: 300_000,
          env,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
