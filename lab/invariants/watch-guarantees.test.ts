/** Watches that keep etcd's guarantees, and one that breaks each. */

import { describe, expect, test } from 'vitest';
import type { WatchFact } from '../../actors/client/etcd-load/history.ts';
import { uniteHistory } from './revision-history.ts';
import { changed, kv, opened, progressed, putEvent, watch } from './testing/etcd-history.ts';
import { checkWatch } from './watch-guarantees.ts';

const listed: WatchFact = { fact: 'listed', atMs: 0, revision: 1 };
const broken: WatchFact = { fact: 'broken', atMs: 0, reason: 'gap' };
const compacted: WatchFact = { fact: 'compacted', atMs: 0, compactRevision: 4 };

/** What there was to tell: revision 4 changed two keys at once. */
const whole = watch(opened(2), changed(2, '/a'), changed(3, '/b'), changed(4, '/a', '/b'), changed(5, '/c'));
const history = uniteHistory([], [whole]);
const check = (...facts: WatchFact[]) => checkWatch(watch(...facts), history, { toldUntil: 5 });
const guarantees = (...facts: WatchFact[]) => check(...facts).map(({ guarantee }) => guarantee);
const rest = [changed(4, '/a', '/b'), changed(5, '/c')];

describe('kept by a watch', () => {
  test.each<[string, WatchFact[]]>([
    ['that is told all', [...whole.facts, progressed(5)]],
    [
      'that is told its progress between',
      [opened(2), changed(2, '/a'), progressed(2), changed(3, '/b'), progressed(3), ...rest],
    ],
    ['that resumes after what it knows', [opened(2), changed(2, '/a'), broken, opened(3), changed(3, '/b'), ...rest]],
    [
      'that resumes after a progress',
      [opened(2), changed(2, '/a'), changed(3, '/b'), progressed(3), broken, opened(4), ...rest],
    ],
    [
      'that lists anew where all was compacted',
      [opened(2), changed(2, '/a'), compacted, { ...listed, revision: 4 }, opened(5), changed(5, '/c')],
    ],
  ])('%s', (_, facts) => expect(check(listed, ...facts)).toEqual([]));

  test('that sees only a part of the keys', () => {
    const part = { client: 'w', key: '/c', rangeEnd: '', facts: [listed, opened(2), progressed(4), changed(5, '/c')] };
    expect(checkWatch(part, history, { toldUntil: 5 })).toEqual([]);
  });
});

describe('broken by a watch', () => {
  test.each<[string, string, WatchFact[]]>([
    ['told backwards', 'reliable', [opened(2), changed(3, '/b'), changed(2, '/a'), ...rest]],
    ['told an older one again', 'ordered', [opened(2), changed(2, '/a'), changed(3, '/b'), changed(2, '/a'), ...rest]],
    ['told one twice', 'unique', [opened(2), changed(2, '/a'), changed(2, '/a'), changed(3, '/b'), ...rest]],
    [
      'told again what it knew when it resumed',
      'unique',
      [opened(2), changed(2, '/a'), broken, opened(3), changed(2, '/a'), changed(3, '/b'), ...rest],
    ],
    ['with a gap', 'reliable', [opened(2), changed(2, '/a'), ...rest]],
    ['with a gap after resuming', 'resumable', [opened(2), changed(2, '/a'), broken, opened(3), ...rest]],
    [
      'told a half of a revision',
      'atomic',
      [opened(2), changed(2, '/a'), changed(3, '/b'), changed(4, '/a'), changed(5, '/c')],
    ],
    [
      'told progress before an event',
      'bookmarkable',
      [opened(2), changed(2, '/a'), progressed(4), changed(3, '/b'), ...rest],
    ],
    [
      'told progress backwards',
      'ordered',
      [opened(2), changed(2, '/a'), changed(3, '/b'), progressed(3), progressed(2), ...rest],
    ],
    ['that resumes after what it was not told', 'reliable', [opened(2), changed(2, '/a'), broken, opened(4), ...rest]],
    ['not told the end', 'reliable', [opened(2), changed(2, '/a'), changed(3, '/b'), rest[0]!]],
  ])('%s', (_, guarantee, facts) => expect(guarantees(listed, ...facts)).toEqual([guarantee]));

  test('that says it is opened after what it was asked for', () => {
    const created: WatchFact = { fact: 'created', atMs: 0, revision: 3 };
    expect(guarantees(listed, opened(2), created, ...rest)).toEqual(['resumable']);
  });

  test('that tells what a key never held before', () => {
    const event = { ...putEvent('/b', 3), prevKv: kv('/b', 'nobody wrote it', 4) };
    const facts: WatchFact[] = [
      opened(2),
      changed(2, '/a'),
      { fact: 'changed', atMs: 0, revision: 3, events: [event] },
    ];
    expect(guarantees(listed, ...facts, ...rest)).toEqual(['reliable']);
  });
});

test('two watches that are told different things of one revision are a contradiction', () => {
  const other = watch(opened(2), {
    fact: 'changed',
    atMs: 0,
    revision: 2,
    events: [{ type: 'put', kv: kv('/a', 'x', 2) }],
  });
  expect(uniteHistory([], [whole, other]).contradictions).toEqual([
    'revision 2: the watch of w was told put /a=x (version 1, created at 2), and another one put /a=/a@2 (version 1, created at 2)',
  ]);
});

test('what is wrong is told with the time and the events', () => {
  const [found] = check(listed, opened(2), changed(2, '/a'), changed(4, '/a', '/b'), changed(5, '/c'));
  expect(found?.words).toBe(
    'watch of w at 4.000 s: not reliable: told revision 4, but not revision 3 (put /b=/b@3 (version 1, created at 3))',
  );
});
