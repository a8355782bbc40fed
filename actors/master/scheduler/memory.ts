/** What a scheduler knows: all of it comes from the API server, and is gone with the process. */

import type { Self } from '../../../protocol/actor.ts';
import type { ObjectCreate, ObjectDelete, ObjectGet, ObjectPatch } from '../../../protocol/messages/api.ts';
import type { Service } from '../../../protocol/objects.ts';
import { type DueHeap, makeDueHeap } from '../../client-go/due-heap.ts';
import { type EventRecorder, makeEventRecorder } from '../../client-go/event-recorder.ts';
import { makeOutbox, type Outbox } from '../../client-go/outbox.ts';
import { makeStore, type Store } from '../../client-go/store.ts';
import { type Cache, makeCache } from './cache.ts';
import type { SchedulerConfig } from './flags.ts';
import { makeNominations, type Nominations } from './nominations.ts';
import { makeOwners, type Owners } from './owners.ts';
import type { Sweep } from './placement.ts';
import { makeQueue, type QueuedPod, type SchedulingQueue } from './queue.ts';

/** What a scheduler is started with. */
export interface SchedulerInput {
  /** The API servers' queue group, or one of them. */
  apiserver: string;
  config: SchedulerConfig;
}

/** A pod on its way to its node: assumed to be there, while the API server is told. */
export interface Binding {
  readonly queued: QueuedPod;
  readonly uid: string;
  readonly node: string;
}

/** What the scheduler asked the API server for, kept with the request. */
export type Note = { about: 'bind' | 'doubt'; key: string; uid: string } | { about: 'write' };

/** A request that keeps to the client's rate. */
export type Write =
  | { type: 'object.create'; body: ObjectCreate['body']; note: Note }
  | { type: 'object.patch'; body: ObjectPatch['body']; note: Note }
  | { type: 'object.delete'; body: ObjectDelete['body']; note: Note }
  | { type: 'object.get'; body: ObjectGet['body']; note: Note };

/** Everything a scheduler knows. */
export interface SchedulerMemory {
  readonly input: SchedulerInput;
  /** The resources whose informers have told all there was. */
  synced: Set<string>;
  cache: Cache;
  queue: SchedulingQueue;
  nominations: Nominations;
  sweep: Sweep;
  services: Store<Service>;
  owners: Owners;
  bindings: Map<string, Binding>;
  outbox: Outbox<Write>;
  /** Bindings of which no answer came, by key, and when the pod is to be read to see. */
  doubts: DueHeap;
  /** Requests without an answer yet, to be forgotten when all is dropped. */
  pending: Set<number>;
  recorder: EventRecorder;
  /** When the timer runs out, in ms; undefined while it does not run. */
  armedFor: number | undefined;
}

/** A scheduler's door to the world. */
export type Me = Self<SchedulerMemory>;

/** Makes the memory of a process that has just started. */
export function makeMemory(input: SchedulerInput): SchedulerMemory {
  const { config } = input;
  return {
    input,
    synced: new Set(),
    cache: makeCache(),
    queue: makeQueue(
      config['pod-initial-backoff-seconds'] * 1000,
      config['pod-max-backoff-seconds'] * 1000,
      config['pod-max-in-unschedulable-pods-duration'],
    ),
    nominations: makeNominations(),
    sweep: { percentage: config['percentage-of-nodes-to-score'], next: 0 },
    services: makeStore(),
    owners: makeOwners(),
    bindings: new Map(),
    outbox: makeOutbox(config['kube-api-qps'], config['kube-api-burst']),
    doubts: makeDueHeap(),
    pending: new Set(),
    recorder: makeEventRecorder(config['scheduler-name']),
    armedFor: undefined,
  };
}
