/** kube-apiserver as an actor: the names of its statechart, done. */

import type { AnyEvent, Self } from '../../../protocol/actor.ts';
import { defineActor } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import { failure } from '../../../protocol/status.ts';
import { takeDue } from '../../client-go/due-heap.ts';
import { bootstrap, bootstrapNote, noteBootstrapped } from './bootstrap.ts';
import { armClock, untilNextDue } from './clock.ts';
import { claimCompaction, compact, compactionNote } from './compaction.ts';
import {
  definitionsNote,
  makeDue,
  takeDefinitionAnswer,
  workOnDefinitions,
} from './custom-resources/definitions/controller.ts';
import { callRefusal, turnToNext } from './etcd-link.ts';
import { leaseNote, takeLease } from './event-lease.ts';
import { beginListing, followNote, openKeyWatch, takeChange, takePage } from './follow.ts';
import { isOfHealth } from './health.ts';
import { machine } from './machine.ts';
import { announce, endPresence, grantPresence, presenceNote, renewPresence } from './masters.ts';
import type { ApiServerInput, Memory } from './memory.ts';
import { makeMemory } from './memory.ts';
import {
  beginRequest,
  checkAccess,
  converse,
  giveUpAwaiting,
  noteHealth,
  refuseRequest,
  resumeRequest,
} from './requests.ts';
import { dropWatch, endAllWatches, endWatch, openWatch, refuseWatch, tellBookmark } from './watch/serve-watch.ts';

type Server = Self<Memory>;

/** ms until a call to etcd that failed before serving is made again. */
const retryMs = 1_000;
/** ms between two renewals of this server's lease (`DefaultEndpointReconcilerInterval`). */
const presenceMs = 10_000;
const notServing = failure.serviceUnavailable('the server is currently unable to handle the request');
const timedOut = failure.timeout('request did not complete within requested timeout - context deadline exceeded');

/** The replicas' own group: the address without its number. */
function groupOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}

/** Starts, or fails, the requests that waited for an etcd lease. */
function resumeLeased(self: Server, event: AnyEvent): void {
  const isGranted = event.type === 'lease.granted';
  for (const id of takeLease(self.memory, isGranted ? event.body.id : 0, self.monotonic())) {
    const pending = self.memory.pending.get(id);
    if (pending === undefined) continue;
    if (isGranted) converse(self, pending);
    else refuseRequest(self, pending, callRefusal(self.memory, event));
  }
}

/** Does all that is due by now. */
function runDue(self: Server): void {
  const { due } = self.memory;
  for (let key = takeDue(due, self.monotonic()); key !== undefined; key = takeDue(due, self.monotonic())) {
    const blank = key.indexOf(' ');
    const [what, whom] = [key.slice(0, blank), key.slice(blank + 1)];
    if (what === 'await') giveUpAwaiting(self, Number(whom));
    else if (what === 'mark') tellBookmark(self, whom);
    else if (what === 'define') makeDue(self, whom);
    else endWatch(self, whom, 'timeout');
  }
}

/** The API server's definition. */
export const apiserver = defineActor<Memory, ApiServerInput>({
  kind: 'kube-apiserver',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      bootstrap,
      noteBootstrapped,
      turnToNextMember: (self) => turnToNext(self.memory),
      beginListing,
      takePage,
      subscribe: (self) => self.subscribe(groupOf(self.address), { queue: true }),
      unsubscribe: (self) => self.unsubscribe(groupOf(self.address)),
      beginRequest: (self, event: Message) => beginRequest(self, event),
      checkAccess: (self, event: Message) => checkAccess(self, event),
      refuseUnavailable: (self, event: Message) => self.reply(event, 'request.refused', { status: notServing }),
      resumeRequest,
      resumeLeased,
      noteHealth,
      openWatch,
      refuseWatch: (self, event: Message) => refuseWatch(self, event, notServing),
      dropWatch: (self, event: Message) => void dropWatch(self, `${event.from}#${event.stream}`),
      endWatches: (self) => endAllWatches(self, 'closed'),
      openKeyWatch,
      noteKeyWatch: (self) => {
        self.memory.keyWatch = self.memory.keyStream;
      },
      forgetKeyWatch: (self) => {
        self.memory.keyWatch = 0;
      },
      takeChange,
      armClock,
      runDue,
      workOnDefinitions,
      takeDefinitionAnswer,
      grantPresence,
      announce,
      renewPresence,
      endPresence,
      claimCompaction,
      compact,
      abandonRequests: (self) => {
        for (const pending of [...self.memory.pending.values()]) refuseRequest(self, pending, timedOut);
      },
    },
    guards: {
      isBootstrapped: (self) => self.memory.bootstrapping.size === 0,
      isListed: (self) => self.memory.listing === undefined,
      isOfBootstrap: (_self, event) => event.note === bootstrapNote,
      isOfPresence: (_self, event) => event.note === presenceNote,
      isPresent: (_self, event) => event.note === presenceNote && event.body.ttlSeconds > 0,
      isOfDefinitions: (_self, event) => event.note === definitionsNote,
      hasDueDefinitions: (self) => self.memory.definitions.due.size > 0,
      isOfFollowing: (_self, event) => event.note === followNote,
      isOfCompaction: (_self, event) => event.note === compactionNote,
      isOfRequest: (_self, event) => typeof event.note === 'number',
      isOfHealth: (_self, event) => isOfHealth(event),
      isOfLease: (_self, event) => event.note === leaseNote,
      compacts: (self) => self.memory.config['etcd-compaction-interval'] > 0,
      hasNoRequests: (self) => self.memory.pending.size === 0,
    },
    delays: {
      untilNextDue,
      compactionInterval: (self) => self.memory.config['etcd-compaction-interval'],
      requestTimeout: (self) => self.memory.config['request-timeout'],
      presenceInterval: () => presenceMs,
      retry: () => retryMs,
    },
  },
});
