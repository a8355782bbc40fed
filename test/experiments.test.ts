/** Every shipped story passes, as it is written, those in the docs too; and says what its run was made of. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../lab/story/outcome.ts';
import { play } from '../lab/story/play/play.ts';
import type { Playbill } from '../lab/story/play/playbill.ts';
import { storySchema } from '../lab/story/schema/story.ts';
import { openScript, parseScript, type Script } from '../lab/story/script.ts';

const folder = join(import.meta.dirname, '..', 'experiments');
const stories = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** Plays a story and gives its outcome, and all lines of its timeline. */
function run(script: Script): { outcome: Outcome; lines: string[] } {
  const lines: string[] = [];
  const playbill: Playbill = {
    begin: () => {},
    line: ({ who, text }) => lines.push(`${who} ${text}`),
    table: () => {},
    end: () => {},
  };
  return { outcome: play(script, playbill), lines };
}

function expectPassed(script: Script): void {
  const { outcome } = run(script);
  const failed = outcome.verdicts.filter(({ holds }) => !holds).map(({ expected, seen }) => `${expected}: ${seen}`);
  expect([...failed, outcome.stop?.what].filter((word) => word !== undefined)).toEqual([]);
  expect(outcome.passed).toBe(true);
}

describe('the shipped story', () => {
  test.each(stories)('%s passes', (file) => {
    expectPassed(openScript([join(folder, file)]));
  });

  test('of the guestbook tells the death of a node, the eviction, and the healing', () => {
    const { lines } = run(openScript([join(folder, 'guestbook.yaml')], { seed: 3 }));
    const told = (form: RegExp) => lines.findIndex((line) => form.test(line));
    const turns = [
      /^story crash node node-\d$/,
      /^node-controller node-\d NotReady$/,
      /^taint-eviction-controller evicts /,
      /^replication-controller created frontend-\w+.* for rc\/frontend$/,
      /^story all that was applied is ready again$/,
    ];
    const places = turns.map((form) =>
      lines.findIndex((line, i) => i > told(turns[0] as RegExp) - 1 && form.test(line)),
    );
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe('docs/stories.md', () => {
  const text = readFileSync(join(folder, '..', 'docs', 'stories.md'), 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n(name: (.*)\n[^`]*)^```$/gm)];

  test('has stories', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  test.each(blocks.map(([, story = '', name = '']) => [name, story]))('its story "%s" passes', (name, story) => {
    expectPassed(parseScript(story, { file: name, folder }));
  });
});

test('experiments/story.schema.json is the schema of story files', async () => {
  await expect(`${JSON.stringify(storySchema, undefined, 2)}\n`).toMatchFileSnapshot(join(folder, 'story.schema.json'));
});
