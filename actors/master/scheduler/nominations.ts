/** Pods that others were evicted for: the node each waits for, until it is bound or gives it up. */

import { objectKey } from '../../../protocol/meta.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { type Cache, seat, unseat } from './cache.ts';
import type { Needs } from './needs.ts';
import type { NodeEntry, PodEntry } from './node-entry.ts';

/** A pod and the node it waits for. */
export interface Nomination {
  readonly key: string;
  readonly pod: Pod;
  readonly needs: Needs;
  readonly node: string;
}

/** All nominations, by pod and by node. */
export interface Nominations {
  readonly byPod: Map<string, Nomination>;
  readonly byNode: Map<string, Map<string, Nomination>>;
}

/** Makes an empty table. */
export function makeNominations(): Nominations {
  return { byPod: new Map(), byNode: new Map() };
}

/** Notes that a pod waits for a node, in place of any other. */
export function nominate(nominations: Nominations, pod: Pod, needs: Needs, node: string): void {
  const key = objectKey(pod);
  withdraw(nominations, key);
  const nomination = { key, pod, needs, node };
  nominations.byPod.set(key, nomination);
  const there = nominations.byNode.get(node);
  if (there === undefined) nominations.byNode.set(node, new Map([[key, nomination]]));
  else there.set(key, nomination);
}

/** Notes that a pod waits for no node any more. */
export function withdraw(nominations: Nominations, key: string): void {
  const nomination = nominations.byPod.get(key);
  if (nomination === undefined) return;
  nominations.byPod.delete(key);
  const there = nominations.byNode.get(nomination.node);
  there?.delete(key);
  if (there?.size === 0) nominations.byNode.delete(nomination.node);
}

/** Answers a question about a node as if the pods nominated there, of no less priority than this one, already ran on it. */
export function withNominated<Answer>(
  cache: Cache,
  nominations: Nominations,
  node: NodeEntry,
  pod: Pod,
  priority: number,
  ask: () => Answer,
): Answer {
  const seated: PodEntry[] = [];
  for (const { key, pod: other, needs } of nominations.byNode.get(node.name)?.values() ?? []) {
    if (needs.priority < priority || other.metadata.uid === pod.metadata.uid || cache.pods.has(key)) continue;
    const entry = { key, uid: other.metadata.uid ?? '', pod: other, needs, node: node.name, isAssumed: true };
    seat(cache, entry);
    seated.push(entry);
  }
  const answer = ask();
  for (const entry of seated) unseat(cache, entry);
  return answer;
}
