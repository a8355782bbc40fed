/** Style and architecture as a test: the sources keep to the layers, the pure layers stay pure, files stay small and named. */

import { describe, expect, test } from 'vitest';
import { check } from './rules.ts';
import { readSource, readSources } from './sources.ts';

const messages = (path: string, text: string) => check(readSource(path, text)).map((refusal) => refusal.message);

describe('the sources', () => {
  const sources = readSources();

  test('are found', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  test('keep to every rule', () => {
    const refusals = sources.flatMap(check).map(({ path, line, message }) => `${path}:${line} ${message}`);
    expect(refusals).toEqual([]);
  });
});

describe('the rules refuse', () => {
  test.each([
    ['actors/a.ts', "/** A. */\nimport { Engine } from '../engine/engine.ts';", 'imports engine/engine.ts'],
    ['engine/a.ts', "/** A. */\nimport { x } from '../actors/x.ts';", 'imports actors/x.ts'],
    ['engine/a.ts', "/** A. */\nimport { x } from './testing/x.ts';", 'which is for tests'],
    ['protocol/a.ts', "/** A. */\nimport { x } from '../actors/x.ts';", 'imports actors/x.ts'],
    ['actors/a.ts', "/** A. */\nimport fs from 'node:fs';", 'imports "node:fs"'],
    ['actors/a.ts', '/** A. */\nconst t = Date.now();', 'uses Date: use self.now()'],
    ['actors/a.ts', '/** A. */\nconst t = Math.random();', 'uses Math.random: use self.random()'],
    ['actors/a.ts', '/** A. */\nsetTimeout(f, 1);', "uses setTimeout: use the statechart's own `after`"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a source under test.
    ['actors/a.ts', '/** A. */\nconst t = `at ${Date.now()} ms`;', 'uses Date'],
    ['protocol/a.ts', '/** A. */\nasync function f() {}', 'uses async: use a request'],
    ['actors/a.ts', 'const a = 1;', 'does not open with one sentence'],
    ['actors/utils.ts', '/** A. */', 'has a name that says nothing'],
    ['actors/KubeThing.ts', '/** A. */', 'is not named as a kebab-case noun'],
    ['actors/a.ts', `/** A. */${'\n'.repeat(500)}`, 'split it by idea'],
  ])('%s: %j', (path, text, message) => {
    expect(messages(path, text)).toContainEqual(expect.stringContaining(message));
  });

  test('nothing that only talks of a clock', () => {
    expect(
      messages('actors/a.ts', "/** Never calls Date.now(). */\nconst s = 'Date'; // Date\nconst r = /Date/;\n"),
    ).toEqual([]);
  });
});
