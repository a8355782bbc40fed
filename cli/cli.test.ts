import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keepSaid } from './testing/said.ts';
import { runTroupe } from './troupe.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-cli-'));
const story = join(folder, 'story.yaml');
writeFileSync(
  story,
  `name: small
cluster: {nodes: 1}
story:
  - apply:
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec: {containers: [{name: web, image: web}]}
expect:
  - {ready: pod/web, within: 30s}
`,
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const said = keepSaid();

describe('troupe run', () => {
  test('plays a story, says the seed first and the verdict last, and exits with 0', async () => {
    expect(await runTroupe(['run', story, '--seed', '5'])).toBe(0);
    const lines = said.out.trimEnd().split('\n');
    expect(lines[0]).toBe(`small  ${story}  seed 5`);
    expect(lines.at(-1)).toBe('PASSED');
    expect(said.out).toMatch(/✓ \d:\d\d\.\d {2}pod\/web is ready: 1 object is ready/);
  });

  test('exits with 1 when an expectation fails, and says how to see it again', async () => {
    expect(await runTroupe(['run', story, '--set', 'expect[0].within=0s', '--quiet'])).toBe(1);
    expect(said.out).toContain('✗');
    expect(said.out.trimEnd().split('\n').at(-1)).toBe(
      `FAILED   replay: troupe run ${story} --seed 1 --set 'expect[0].within=0s'`,
    );
  });

  test('parts what it prints by one empty line, and prints none where nothing stands before', async () => {
    // It was: two of them where nothing is expected, and one at the top of a quiet run.
    expect(await runTroupe(['run', story, '--quiet'])).toBe(0);
    expect(said.out).toMatch(/^✓ .*\n\nseed 1 .*\nPASSED\n$/);
    said.out = '';
    expect(await runTroupe(['run', story, '--set', 'expect=[]'])).toBe(0);
    expect(said.out).not.toContain('\n\n\n');
    expect(said.out).toMatch(/\n\nseed 1 .*\nPASSED\n$/);
  });

  test('prints JSON, an object a line, the outcome last', async () => {
    expect(await runTroupe(['run', story, '--json'])).toBe(0);
    const told = said.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told[0]).toMatchObject({ type: 'begin', story: 'small', seed: 1 });
    expect(told.at(-1)).toMatchObject({
      type: 'end',
      passed: true,
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(told.filter(({ type }) => type === 'line').length).toBeGreaterThan(3);
  });

  test('runs nothing of a story with a mistake: exit code 1', async () => {
    expect(await runTroupe(['run', story, '--set', 'cluster.nods=3'])).toBe(1);
    expect(said.out).toBe('');
    expect(said.err).toBe(
      '--set cluster.nods=3: cluster.nods: there is no such field\n    fix: did you mean "nodes"?\n',
    );
  });

  test('only checks a story when asked to', async () => {
    expect(await runTroupe(['run', story, '--check'])).toBe(0);
    expect(said.out).toBe(`${story}: right\n`);
  });
});

test('a path that is not there is bad input', async () => {
  expect(await runTroupe(['run', 'nowhere.yaml'])).toBe(1);
  expect(said.err).toBe(
    'nowhere.yaml: there is no such file or folder\n    fix: name a story, or files and folders with manifests\n',
  );
});

describe('bad usage exits with 2 and names the nearest', () => {
  test.each([
    [['rnu'], /^there is no command "rnu"\n {4}fix: the commands are run, up, (\w+, )+\w+\n$/],
    [['runn', 'x'], 'there is no command "runn"\n    fix: did you mean "troupe run"?\n'],
    [['run', 'x', '--sede', '3'], 'troupe run has no option "--sede"\n    fix: did you mean "--seed"?\n'],
    [['run', 'x', '--seed'], '--seed needs a value\n    fix: write --seed N\n'],
    [['run'], 'troupe run needs a story\n    fix: name one, such as troupe run experiments/guestbook.yaml\n'],
  ])('%j', async (words, told) => {
    expect(await runTroupe(words)).toBe(2);
    expect(said.err).toEqual(told instanceof RegExp ? expect.stringMatching(told) : told);
  });
});

test('says its version and how to use it', async () => {
  expect(await runTroupe(['--version'])).toBe(0);
  expect(said.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await runTroupe(['--help'])).toBe(0);
  expect(await runTroupe(['run', '--help'])).toBe(0);
  expect(said.out).toContain('--set=<PATH=VALUE>');
  expect(said.out).toContain('troupe run experiments/guestbook.yaml --seed 7');
});
