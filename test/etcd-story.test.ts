/**
 * Goal: while the guestbook is played and etcd loses its leader again and again, and then two of three members, no write that
 * anybody was told of is lost, and no API server misses, repeats or reorders a change.
 *
 * Method: a recorder sees every message of the shipped story. A watch on etcd over all keys tells every revision, so what
 * each API server is told must count up one by one; and what was acknowledged must be among it.
 */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Recorder } from '../engine/recorder.ts';
import { play } from '../lab/story/play/play.ts';
import { openScript } from '../lab/story/script.ts';
import type { ObjectChanged, RequestSucceeded } from '../protocol/messages/api.ts';
import type { KeyChanged } from '../protocol/messages/etcd.ts';

const story = join(import.meta.dirname, '..', 'experiments', 'etcd-members.yaml');
const silent = { begin: () => {}, line: () => {}, table: () => {}, end: () => {} };
const writes = new Set(['object.create', 'object.replace', 'object.patch']);

/** What was seen of a run. */
class Seen {
  /** By API server: the revisions it was told, in order. */
  readonly revisions = new Map<string, number[]>();
  /** By revision: the keys that changed, as each API server was told. */
  readonly told = new Map<number, Set<string>>();
  /** The versions of objects that were acknowledged as written. */
  readonly acknowledged = new Set<string>();
  /** By watch of an API server: the versions it told, in order. */
  readonly watched = new Map<string, number[]>();
  private readonly asked = new Set<string>();

  readonly recorder: Recorder = {
    sent: ({ type, from, request }) => {
      if (writes.has(type)) this.asked.add(`${from} ${request}`);
    },
    delivered: (message, receiver) => {
      if (message.type === 'key.changed') this.takeRevision(message as KeyChanged, receiver);
      else if (message.type === 'object.changed') this.takeChange(message as ObjectChanged, receiver);
      else if (message.type === 'request.succeeded' && this.asked.has(`${receiver} ${message.request}`)) {
        const { kind, metadata } = (message as RequestSucceeded).body.object;
        // A binding is answered with a Status, which has no version.
        if (kind !== 'Status') this.acknowledged.add(`${metadata.resourceVersion} ${metadata.name}`);
      }
    },
  };

  private takeRevision({ body }: KeyChanged, receiver: string): void {
    listAt(this.revisions, receiver).push(body.revision);
    const keys = body.events.map(({ type, kv }) => `${type} ${kv.key} ${kv.modRevision}`).join();
    const known = this.told.get(body.revision);
    if (known === undefined) this.told.set(body.revision, new Set([keys]));
    else known.add(keys);
  }

  private takeChange({ body, stream }: ObjectChanged, receiver: string): void {
    if (body.type === 'BOOKMARK' || body.type === 'ERROR') return;
    listAt(this.watched, `${receiver} ${stream}`).push(Number(body.object.metadata.resourceVersion));
  }
}

function listAt(lists: Map<string, number[]>, key: string): number[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: number[] = [];
  lists.set(key, made);
  return made;
}

test.each([1, 2, 3])('every acknowledged write is told, each revision once and in its order (seed %i)', (seed) => {
  const seen = new Seen();
  const outcome = play(openScript([story], { seed }), silent, seen.recorder);
  expect(outcome.stop).toBeUndefined();
  expect(seen.revisions.size).toBe(3);
  for (const revisions of seen.revisions.values()) {
    expect(revisions.length).toBeGreaterThan(300);
    const first = revisions[0] as number;
    expect(revisions).toEqual(revisions.map((_, i) => first + i));
  }
  for (const [revision, ways] of seen.told) expect([revision, ways.size]).toEqual([revision, 1]);
  for (const versions of seen.watched.values()) {
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  }
  const lost = [...seen.acknowledged].filter((one) => {
    const [version, name] = one.split(' ') as [string, string];
    const [keys = ''] = seen.told.get(Number(version)) ?? [];
    return !keys.includes(`/${name} `);
  });
  expect(seen.acknowledged.size).toBeGreaterThan(250);
  expect(lost).toEqual([]);
});
