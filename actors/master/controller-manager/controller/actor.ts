/** The behaviour of every controller: how a rule's steps become requests, and answers the next step. */

import { type ActorDefinition, defineActor } from '../../../../protocol/actor.ts';
import type { RequestRefused, RequestSucceeded } from '../../../../protocol/messages/api.ts';
import type { RequestExpired } from '../../../../protocol/messages/host.ts';
import type { InformerChanged, InformerSubscribe, InformerSynced } from '../../../../protocol/messages/informer.ts';
import { makeEventRecorder } from '../../../client-go/event-recorder.ts';
import {
  addAfter,
  addDue,
  addRateLimited,
  done,
  forget,
  makeWorkQueue,
  nextDueMs,
  readyCount,
  retriesOf,
  take,
} from '../../../client-go/work-queue.ts';
import { type CallNote, defaultRate, makeClient, nextSendMs, send, sendReady, writeNextEvent } from './client.ts';
import { informerAddress } from './informer-address.ts';
import { machine } from './machine.ts';
import type { ControllerInput, ControllerMemory, ControllerRule, Me } from './rule.ts';
import { type Answer, lostStatus, makeSync, type Sync } from './sync.ts';

/** Makes the actor of a controller out of its rule. */
export function defineController<Known>(
  rule: ControllerRule<Known>,
): ActorDefinition<ControllerMemory<Known>, ControllerInput> {
  return defineActor<ControllerMemory<Known>, ControllerInput>({
    kind: rule.kind,
    machine,
    memory: (input) => ({
      input,
      synced: new Set(),
      queue: makeWorkQueue(),
      syncs: new Map(),
      client: makeClient(rule.rate?.(input.config) ?? defaultRate(input.config)),
      recorder: makeEventRecorder(rule.component),
      armedFor: undefined,
      known: rule.known(input.config),
    }),
    behaviour: {
      actions: {
        subscribe: (self) => {
          for (const resource of rule.watched) {
            const informer = informerAddress(self.parent, resource);
            self.send<InformerSubscribe>(informer, 'informer.subscribe', rule.interest?.(resource));
          }
        },
        // A rule may have informers of its own besides, which nobody waits for.
        noteSynced: (self, { body }: InformerSynced) => {
          if (rule.watched.includes(body.resource)) self.memory.synced.add(body.resource);
        },
        takeChanges: (self, { body }: InformerChanged) => {
          for (const change of body.changes) rule.take(self, body.resource, change);
        },
        begin: (self) => rule.begin?.(self),
        takeAnswer: (self, event) => takeAnswer(self, rule, event),
        releaseDue: (self) => {
          self.memory.armedFor = undefined;
          addDue(self.memory.queue, self.monotonic());
          sendReady(self);
        },
        work: (self) => work(self, rule),
      },
      guards: {
        isSynced: ({ memory }) => memory.synced.size === rule.watched.length,
        isAnythingDue: ({ memory }) => memory.armedFor !== undefined,
      },
      delays: {
        untilNextDue: (self) => Math.max(0, (self.memory.armedFor ?? 0) - self.monotonic()),
      },
    },
  });
}

/** Begins as many syncs as there are free workers, then sets the timer. */
function work<Known>(self: Me<Known>, rule: ControllerRule<Known>): void {
  const { queue, syncs, input } = self.memory;
  while (readyCount(queue) > 0 && syncs.size < rule.workers(input.config)) {
    const key = take(queue);
    if (key === undefined) break;
    const sync = makeSync(key);
    syncs.set(key, sync);
    proceed(self, rule, sync);
  }
  arm(self);
}

/** Takes steps until one must wait for answers or ends the sync. */
function proceed<Known>(self: Me<Known>, rule: ControllerRule<Known>, sync: Sync): void {
  for (;;) {
    const step = rule.step(self, sync);
    if (step.do !== 'call') {
      end(self, rule, sync, step);
      return;
    }
    sync.stage = step.stage;
    sync.answers = [];
    sync.awaited = step.calls.length;
    step.calls.forEach((call, place) => {
      send(self, call, { key: sync.key, place });
    });
    if (sync.awaited > 0) return;
  }
}

type Ending = { do: 'finish'; againMs?: number } | { do: 'fail'; message: string };

function end<Known>(self: Me<Known>, rule: ControllerRule<Known>, { key }: Sync, ending: Ending): void {
  const { queue, syncs } = self.memory;
  syncs.delete(key);
  if (ending.do === 'finish') {
    forget(queue, key);
    if (ending.againMs !== undefined) addAfter(queue, key, ending.againMs, self.monotonic());
  } else if (retriesOf(queue, key) >= (rule.retriesMax ?? Number.POSITIVE_INFINITY)) {
    self.log('warn', 'dropped out of the queue', { key, error: ending.message });
    forget(queue, key);
  } else {
    self.log('debug', 'sync failed', { key, error: ending.message });
    addRateLimited(queue, key, self.monotonic(), rule.retryMsMax);
  }
  done(queue, key);
}

function takeAnswer<Known>(
  self: Me<Known>,
  rule: ControllerRule<Known>,
  event: RequestSucceeded | RequestRefused | RequestExpired,
): void {
  const note = event.note as CallNote;
  if ('event' in note) {
    writeNextEvent(self);
    return;
  }
  const sync = self.memory.syncs.get(note.key);
  if (sync === undefined) return;
  sync.answers[note.place] = answerOf(event);
  sync.awaited -= 1;
  if (sync.awaited === 0) proceed(self, rule, sync);
}

function answerOf(event: RequestSucceeded | RequestRefused | RequestExpired): Answer {
  if (event.type === 'request.succeeded') return { object: event.body.object };
  return { refusal: event.type === 'request.refused' ? event.body.status : lostStatus(event) };
}

/** Sees to it that the timer runs for what is due first: a delayed key, or a request held back to the client's rate. */
function arm<Known>(self: Me<Known>): void {
  const { memory } = self;
  const [key, call] = [nextDueMs(memory.queue), nextSendMs(memory.client)];
  const next = key === undefined ? call : call === undefined ? key : Math.min(key, call);
  if (next === memory.armedFor) return;
  memory.armedFor = next;
  self.raise({ type: 'timer.moved' });
}
