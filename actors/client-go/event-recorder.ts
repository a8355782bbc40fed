/** Makes Event objects and folds repeated ones together, as client-go's recorder and event correlator do. */

import type { Self } from '../../protocol/actor.ts';
import type { ObjectCreate, ObjectPatch } from '../../protocol/messages/api.ts';
import type { KubernetesEvent, KubernetesObject } from '../../protocol/objects.ts';
import { toRfc3339 } from '../../protocol/time.ts';
import { makeTokenBucket, type TokenBucket, tryTakeAt } from './rate-limit.ts';

/** client-go's correlator: a burst of 25 events per source and object, then one in 5 min. */
const spamBurst = 25;
const spamQps = 1 / 300;
/** Events alike but for their message: from the tenth within 10 min they are told as one. */
const similarMax = 10;
const similarMaxMs = 600_000;
/** Entries each cache keeps, the least recently used going first. */
const cacheMax = 4096;
/** kube-apiserver --event-ttl: an Event not touched for so long is gone and is created anew. */
const eventTtlMs = 3_600_000;

/** An object an event is about. */
export type ObjectReference = KubernetesEvent['involvedObject'];

/** What a recorder remembers of an Event it wrote. */
interface Written {
  name: string;
  count: number;
  firstTimestamp: string;
  touchedMs: number;
}

/** A component's recorder: plain data for its memory. */
export interface EventRecorder {
  /** `source.component`: `kubelet`, `replication-controller`, `default-scheduler`. */
  readonly component: string;
  /** `source.host`: the node's name for a node's component, else empty. */
  readonly host: string;
  spam: Map<string, TokenBucket>;
  similar: Map<string, { messages: string[]; lastAt: number }>;
  written: Map<string, Written>;
}

/** What happened. */
export interface Occurrence {
  regarding: ObjectReference;
  type: 'Normal' | 'Warning';
  /** UpperCamelCase: `Scheduled`, `FailedScheduling`. */
  reason: string;
  message: string;
  annotations?: Record<string, string>;
}

/** The API request that writes an Event. */
export type EventRequest =
  | { type: 'object.create'; body: ObjectCreate['body'] }
  | { type: 'object.patch'; body: ObjectPatch['body'] };

/** Makes a recorder with nothing written yet. */
export function makeEventRecorder(component: string, host = ''): EventRecorder {
  return { component, host, spam: new Map(), similar: new Map(), written: new Map() };
}

/** Makes the reference an event needs; `fieldPath` names a part: `spec.containers{redis}`. */
export function referenceTo(object: KubernetesObject, fieldPath?: string): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const reference: ObjectReference = { kind: object.kind, apiVersion: object.apiVersion, name };
  if (namespace !== undefined) reference.namespace = namespace;
  if (uid !== undefined) reference.uid = uid;
  if (resourceVersion !== undefined) reference.resourceVersion = resourceVersion;
  if (fieldPath !== undefined) reference.fieldPath = fieldPath;
  return reference;
}

/**
 * Records an event: fire and forget, as client-go's broadcaster is to those who record.
 *
 * Nothing comes back to the actor, and nothing is sent where the spam filter holds the event back.
 */
export function recordEvent(
  self: Pick<Self, 'now' | 'monotonic' | 'random' | 'request' | 'forget'>,
  recorder: EventRecorder,
  apiserver: string,
  occurrence: Occurrence,
): void {
  const request = correlate(recorder, occurrence, self.now(), self.random(), self.monotonic());
  if (request === undefined) return;
  if (request.type === 'object.create') self.forget(self.request<ObjectCreate>(apiserver, request.type, request.body));
  else self.forget(self.request<ObjectPatch>(apiserver, request.type, request.body));
}

/**
 * Decides how an event is written: created, counted on one that stands, or (undefined) not at all.
 *
 * `random` in [0, 1) tells apart names made in one millisecond, where client-go has the nanosecond.
 * `monotonicMs` measures how long ago others were; the time itself, where nothing sets that anew.
 */
export function correlate(
  recorder: EventRecorder,
  occurrence: Occurrence,
  nowMs: number,
  random: number,
  monotonicMs = nowMs,
): EventRequest | undefined {
  const source = keyOf(occurrence.regarding);
  const similar = `${source}\n${occurrence.type}\n${occurrence.reason}`;
  const combined = countSimilar(recorder, similar, occurrence.message, monotonicMs) >= similarMax;
  const told = combined ? combine(occurrence) : occurrence;
  // Events of several parts of an object are alike, and yet counted each for itself.
  const key = combined ? similar : `${similar}\n${occurrence.regarding.fieldPath ?? ''}\n${told.message}`;
  const request = write(recorder, key, told, { nowMs, monotonicMs, random });
  return isWithinRate(recorder, source, monotonicMs) ? request : undefined;
}

function combine(occurrence: Occurrence): Occurrence {
  return { ...occurrence, message: `(combined from similar events): ${occurrence.message}` };
}

/** Takes a token of those that one object's events have. */
function isWithinRate({ spam }: EventRecorder, source: string, monotonicMs: number): boolean {
  const known = spam.get(source);
  const bucket = known ?? makeTokenBucket(spamQps, spamBurst);
  remember(spam, source, bucket, known);
  return tryTakeAt(bucket, monotonicMs);
}

/** The key of what an event is about; component and host are the recorder's own. */
function keyOf(reference: ObjectReference): string {
  const { kind, namespace = '', name, uid = '', apiVersion } = reference;
  return `${kind}\n${namespace}\n${name}\n${uid}\n${apiVersion}`;
}

/** Counts the different messages of events alike, this one too, within the last 10 min. */
function countSimilar(recorder: EventRecorder, key: string, message: string, monotonicMs: number): number {
  const known = recorder.similar.get(key);
  const isRecent = known !== undefined && monotonicMs - known.lastAt <= similarMaxMs;
  const record = isRecent ? known : { messages: [message], lastAt: monotonicMs };
  if (!record.messages.includes(message)) record.messages.push(message);
  record.lastAt = monotonicMs;
  remember(recorder.similar, key, record, known);
  const count = record.messages.length;
  // As client-go: one goes out again, so the list stays bounded and the next new message is combined too.
  if (count >= similarMax) record.messages.shift();
  return count;
}

function write(
  recorder: EventRecorder,
  key: string,
  occurrence: Occurrence,
  { nowMs, monotonicMs, random }: { nowMs: number; monotonicMs: number; random: number },
): EventRequest {
  const timestamp = toRfc3339(nowMs);
  const namespace = occurrence.regarding.namespace || 'default';
  const last = recorder.written.get(key);
  const written: Written = {
    name: last?.name ?? `${occurrence.regarding.name ?? ''}.${nanoseconds(nowMs, random)}`,
    count: (last?.count ?? 0) + 1,
    firstTimestamp: last?.firstTimestamp ?? timestamp,
    touchedMs: monotonicMs,
  };
  remember(recorder.written, key, written, last);
  if (last !== undefined && monotonicMs - last.touchedMs < eventTtlMs) {
    const patch = { count: written.count, lastTimestamp: timestamp, message: occurrence.message };
    const body = { resource: 'events', namespace, name: written.name, patchType: 'strategic' as const, patch };
    return { type: 'object.patch', body };
  }
  const object = eventObject(recorder, occurrence, namespace, written, timestamp);
  return { type: 'object.create', body: { resource: 'events', namespace, object } };
}

function eventObject(
  recorder: EventRecorder,
  occurrence: Occurrence,
  namespace: string,
  { name, firstTimestamp, count }: Written,
  lastTimestamp: string,
): KubernetesEvent {
  const { component, host } = recorder;
  const { annotations } = occurrence;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: annotations === undefined ? { name, namespace } : { name, namespace, annotations },
    involvedObject: occurrence.regarding,
    reason: occurrence.reason,
    message: occurrence.message,
    source: host === '' ? { component } : { component, host },
    firstTimestamp,
    lastTimestamp,
    count,
    type: occurrence.type,
    reportingComponent: component,
    reportingInstance: host,
  };
}

/** The time in nanoseconds, in hexadecimal, as client-go ends an Event's name: lists by name are lists by time. */
function nanoseconds(nowMs: number, random: number): string {
  return (BigInt(Math.floor(nowMs * 1_000)) * 1_000n + BigInt(Math.floor(random * 1_000))).toString(16);
}

/** Keeps a value as the one used last, in place of the one `known` by that key. */
function remember<Value>(cache: Map<string, Value>, key: string, value: Value, known: Value | undefined): void {
  if (known !== undefined) cache.delete(key);
  cache.set(key, value);
  if (cache.size <= cacheMax) return;
  for (const oldest of cache.keys()) {
    cache.delete(oldest);
    break;
  }
}
