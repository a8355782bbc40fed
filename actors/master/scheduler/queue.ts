/** The scheduling queue: pods ready to be tried, pods that back off, and pods that wait for something to change. */

import { objectKey } from '../../../protocol/meta.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { type DueHeap, earliestDue, makeDueHeap, removeDue, setDue, takeDue } from '../../client-go/due-heap.ts';
import { popHeap, pushHeap } from '../../client-go/heap.ts';
import type { Needs } from './needs.ts';

/** Where a pod stands: `gated` waits for its scheduling gates to be lifted. */
export type Place = 'active' | 'backoff' | 'unschedulable' | 'gated';

/** A pod that has no node yet. */
export interface QueuedPod {
  readonly key: string;
  pod: Pod;
  needs: Needs;
  place: Place;
  /** When it came to where it stands, in ms: it orders the active ones, and back-off counts from it. */
  since: number;
  attempts: number;
  /** The plug-ins that refused it, over all nodes. */
  refusedBy: readonly string[];
  /** Tells its entry in the heap of active pods from older ones. */
  ticket: number;
}

interface Ticket {
  key: string;
  priority: number;
  since: number;
  ticket: number;
}

/** The queue, as plain data. */
export interface SchedulingQueue {
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxUnschedulableMs: number;
  readonly pods: Map<string, QueuedPod>;
  readonly active: Ticket[];
  /** The end of each pod's back-off, or of the time it may wait for an event. */
  readonly due: DueHeap;
  /** The pods that events are held against. */
  readonly unschedulable: Map<string, QueuedPod>;
  tickets: number;
}

/** Makes an empty queue; times in ms. */
export function makeQueue(initialBackoffMs: number, maxBackoffMs: number, maxUnschedulableMs: number): SchedulingQueue {
  return {
    initialBackoffMs,
    maxBackoffMs,
    maxUnschedulableMs,
    pods: new Map(),
    active: [],
    due: makeDueHeap(),
    unschedulable: new Map(),
    tickets: 0,
  };
}

/** Adds a pod seen for the first time. */
export function enqueue(queue: SchedulingQueue, pod: Pod, needs: Needs, nowMs: number): void {
  const key = objectKey(pod);
  const queued: QueuedPod = { key, pod, needs, place: 'active', since: nowMs, attempts: 0, refusedBy: [], ticket: 0 };
  queue.pods.set(key, queued);
  if (isGated(pod)) queued.place = 'gated';
  else activate(queue, queued);
}

function isGated(pod: Pod): boolean {
  return (pod.spec.schedulingGates ?? []).length > 0;
}

/** Takes in a newer version of a waiting pod; `isChanged`: it may fit now, so it need not wait for an event. */
export function refresh(
  queue: SchedulingQueue,
  queued: QueuedPod,
  pod: Pod,
  needs: Needs,
  isChanged: boolean,
  nowMs: number,
): void {
  queued.pod = pod;
  queued.needs = needs;
  if (isChanged && (queued.place === 'unschedulable' || queued.place === 'gated') && !isGated(pod))
    move(queue, queued, nowMs);
}

/** Takes a pod out, wherever it stands. */
export function dequeue(queue: SchedulingQueue, key: string): void {
  queue.pods.delete(key);
  queue.unschedulable.delete(key);
  removeDue(queue.due, key);
}

/** Takes the next pod to try: of the highest priority the one that came first. It is in the queue no more. */
export function takeNext(queue: SchedulingQueue): QueuedPod | undefined {
  for (let ticket = popHeap(queue.active, isBefore); ticket !== undefined; ticket = popHeap(queue.active, isBefore)) {
    const queued = queue.pods.get(ticket.key);
    if (queued?.place !== 'active' || queued.ticket !== ticket.ticket) continue;
    queue.pods.delete(ticket.key);
    queued.attempts += 1;
    return queued;
  }
  return undefined;
}

/** Puts a pod back that no node took: it waits for an event that may help it. */
export function shelve(queue: SchedulingQueue, queued: QueuedPod, refusedBy: readonly string[], nowMs: number): void {
  queued.refusedBy = refusedBy;
  queued.since = nowMs;
  queue.pods.set(queued.key, queued);
  queued.place = 'unschedulable';
  queue.unschedulable.set(queued.key, queued);
  setDue(queue.due, queued.key, nowMs + queue.maxUnschedulableMs);
}

/** Puts a pod back that something went wrong for: it is tried again after its back-off. */
export function retryLater(queue: SchedulingQueue, queued: QueuedPod, nowMs: number): void {
  queued.refusedBy = [];
  queued.since = nowMs;
  queue.pods.set(queued.key, queued);
  backOff(queue, queued);
}

/** Frees the pods that an event may help: it helps a plug-in that refused them, and `mayHelp` agrees; those still backing off do so first. */
export function freeFor(
  queue: SchedulingQueue,
  helps: (plugin: string) => boolean,
  mayHelp: (queued: QueuedPod) => boolean,
  nowMs: number,
): void {
  for (const queued of queue.unschedulable.values()) {
    if (queued.refusedBy.some(helps) && mayHelp(queued)) move(queue, queued, nowMs);
  }
}

/** Frees what is due by now: back-offs that are over, and pods that waited long enough for an event. */
export function freeDue(queue: SchedulingQueue, nowMs: number): void {
  for (let key = takeDue(queue.due, nowMs); key !== undefined; key = takeDue(queue.due, nowMs)) {
    const queued = queue.pods.get(key);
    if (queued?.place === 'backoff') activate(queue, queued);
    else if (queued?.place === 'unschedulable') move(queue, queued, nowMs);
  }
}

/** Tells when `freeDue` has something to do next, in ms; undefined for never. */
export function nextDue(queue: SchedulingQueue): number | undefined {
  return earliestDue(queue.due);
}

function move(queue: SchedulingQueue, queued: QueuedPod, nowMs: number): void {
  queue.unschedulable.delete(queued.key);
  if (queued.attempts > 0 && queued.since + backoffOf(queue, queued) > nowMs) backOff(queue, queued);
  else activate(queue, queued);
}

function backOff(queue: SchedulingQueue, queued: QueuedPod): void {
  queued.place = 'backoff';
  setDue(queue.due, queued.key, queued.since + backoffOf(queue, queued));
}

/** 1 s after the first attempt, doubling with each, up to 10 s (podInitialBackoffSeconds, podMaxBackoffSeconds). */
function backoffOf({ initialBackoffMs, maxBackoffMs }: SchedulingQueue, { attempts }: QueuedPod): number {
  return Math.min(initialBackoffMs * 2 ** (attempts - 1), maxBackoffMs);
}

function activate(queue: SchedulingQueue, queued: QueuedPod): void {
  removeDue(queue.due, queued.key);
  queued.place = 'active';
  queued.ticket = ++queue.tickets;
  const { key, since, ticket, needs } = queued;
  pushHeap(queue.active, { key, priority: needs.priority, since, ticket }, isBefore);
}

function isBefore(a: Ticket, b: Ticket): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.since !== b.since ? a.since < b.since : a.ticket < b.ticket;
}
