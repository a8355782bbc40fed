/** What a controller is made of besides the chart that all share, and what it knows. */

import type { Self } from '../../../../protocol/actor.ts';
import type { Change, Interest } from '../../../../protocol/messages/informer.ts';
import type { EventRecorder, Occurrence } from '../../../client-go/event-recorder.ts';
import type { WorkQueue } from '../../../client-go/work-queue.ts';
import type { ControllerManagerConfig } from '../flags.ts';
import { type Client, type Rate, writeEvent } from './client.ts';
import type { Step, Sync } from './sync.ts';

/** What a controller is started with; its informers are its siblings. */
export interface ControllerInput {
  /** The API servers' queue group, or one of them. */
  apiserver: string;
  config: ControllerManagerConfig;
}

/** Everything a controller knows; `Known` is what its rule keeps: caches, expectations. */
export interface ControllerMemory<Known> {
  readonly input: ControllerInput;
  /** The resources whose informers have told all there was. */
  synced: Set<string>;
  queue: WorkQueue;
  /** The keys in work. */
  syncs: Map<string, Sync>;
  client: Client;
  recorder: EventRecorder;
  /** When the timer runs out, in ms since boot; undefined while it does not run. */
  armedFor: number | undefined;
  known: Known;
}

/** A controller's door to the world. */
export type Me<Known> = Self<ControllerMemory<Known>>;

/** The rule of one controller: which keys a change concerns, and what is to be done about a key. */
export interface ControllerRule<Known> {
  /** Its name, as in `--controllers`, and its kind of actor. */
  readonly kind: string;
  /** `source.component` of its events. */
  readonly component: string;
  /** The resources it must know. */
  readonly watched: readonly string[];
  /** Resources it may ask to be told of later, by itself; their informers run as those of the watched do. */
  readonly mayWatch?: readonly string[];
  /** Which changes of a resource concern it; all of them, unless it says. */
  interest?(resource: string): Interest | undefined;
  /** How many keys it works on at once. */
  workers(config: ControllerManagerConfig): number;
  /** Its client's rate, where it is not `--kube-api-qps` and `--kube-api-burst`. */
  rate?(config: ControllerManagerConfig): Rate;
  /** Failures in a row after which a key is dropped until something changes; without it, never. */
  readonly retriesMax?: number;
  /** The longest wait after a failure, in ms, where it is not the work queue's own. */
  readonly retryMsMax?: number;
  /** Makes what it knows at birth. */
  known(config: ControllerManagerConfig): Known;
  /** Takes a change into the cache and queues the keys it concerns. */
  take(self: Me<Known>, resource: string, change: Change): void;
  /** Queues what is to be looked at when all caches are whole. */
  begin?(self: Me<Known>): void;
  /** Takes the first step of a key's sync, or (`sync.stage`) the next one. */
  step(self: Me<Known>, sync: Sync): Step;
}

/** Records an event, written by the controller's own client, one after the other. */
export function record<Known>(self: Me<Known>, occurrence: Occurrence): void {
  writeEvent(self, occurrence);
}
