/** A controller's client: its requests keep to one rate, its events go one after the other. */

import type { Self } from '../../../../protocol/actor.ts';
import {
  correlate,
  type EventRecorder,
  type EventRequest,
  type Occurrence,
} from '../../../client-go/event-recorder.ts';
import { makeOutbox, nextReadyMs, type Outbox, post, takeReady } from '../../../client-go/outbox.ts';
import type { ControllerManagerConfig } from '../flags.ts';
import type { Call } from './sync.ts';

/** What a request was for: a call of a sync, by its place among the calls of one step, or an event. */
export type CallNote = { readonly key: string; readonly place: number } | { readonly event: true };

/** Requests per second past a burst. */
export interface Rate {
  readonly qps: number;
  readonly burst: number;
}

/** What waits to be sent. */
export interface Client {
  outbox: Outbox<{ call: Call; note: CallNote }>;
  /** Events not yet written, from `head` on; one is under way while `isWriting`. */
  events: EventRequest[];
  head: number;
  isWriting: boolean;
}

/** As client-go's broadcaster: more events than this waiting are dropped. */
const eventsMax = 1000;

/** The part of a controller that its client needs. */
type Owner = Self<{ client: Client; recorder: EventRecorder; input: { apiserver: string } }>;

/** Makes the client of one controller: each has the whole rate for itself, as each of Kubernetes's is built from the same settings. */
export function makeClient({ qps, burst }: Rate): Client {
  return {
    outbox: makeOutbox(qps, burst),
    events: [],
    head: 0,
    isWriting: false,
  };
}

/** Gives the rate of a controller that asks for none of its own. */
export function defaultRate(config: ControllerManagerConfig): Rate {
  return { qps: config['kube-api-qps'], burst: config['kube-api-burst'] };
}

/** Sends a call now, or when the rate allows. */
export function send(self: Owner, call: Call, note: CallNote): void {
  if (post(self.memory.client.outbox, { call, note }, self.monotonic())) emit(self, call, note);
}

/** Sends what the rate allows by now. */
export function sendReady(self: Owner): void {
  for (const { call, note } of takeReady(self.memory.client.outbox, self.monotonic())) emit(self, call, note);
}

/** Tells when the rate allows the next one, in ms; undefined where none waits. */
export function nextSendMs(client: Client): number | undefined {
  return nextReadyMs(client.outbox);
}

function emit(self: Owner, { type, body }: Call, note: CallNote): void {
  // The server knows a request that comes twice; what a lost message costs is one retry.
  self.request(self.memory.input.apiserver, type, body, { note, retries: 5 });
}

/** Writes an event, after those recorded before it. */
export function writeEvent(self: Owner, occurrence: Occurrence): void {
  const { client, recorder } = self.memory;
  const request = correlate(recorder, occurrence, self.now(), self.random(), self.monotonic());
  if (request === undefined || client.events.length - client.head >= eventsMax) return;
  client.events.push(request);
  if (!client.isWriting) writeNextEvent(self);
}

/** Writes the next event, when the one before it is written or lost. */
export function writeNextEvent(self: Owner): void {
  const { client } = self.memory;
  const next = client.events[client.head];
  client.isWriting = next !== undefined;
  if (next === undefined) {
    client.events = [];
    client.head = 0;
    return;
  }
  client.head += 1;
  send(self, next, { event: true });
}
