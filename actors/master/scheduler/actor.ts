/** kube-scheduler's behaviour: its children, its timer, and the order in which it acts. */

import { defineActor } from '../../../protocol/actor.ts';
import type { HealthCheck, HealthReported } from '../../../protocol/messages/health.ts';
import type { InformerChanged, InformerInput, InformerSynced } from '../../../protocol/messages/informer.ts';
import { childAddress } from '../../../protocol/subjects.ts';
import { earliestDue } from '../../client-go/due-heap.ts';
import { leaveElection, standForElection } from '../../client-go/leader-election/candidacy.ts';
import { nextReadyMs } from '../../client-go/outbox.ts';
import { attemptAll } from './attempt.ts';
import { resolveDoubts, takeAnswer, takeExpiry, takeRefusal } from './binding.ts';
import { takeChanges, watched } from './intake.ts';
import { machine } from './machine.ts';
import { type Me, makeMemory, type SchedulerInput, type SchedulerMemory } from './memory.ts';
import { freeDue, nextDue } from './queue.ts';
import { sendDue } from './writes.ts';

const kind = 'kube-scheduler';

/** The scheduler: one of several, of which the one that leads acts. */
export const scheduler = defineActor<SchedulerMemory, SchedulerInput>({
  kind,
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      startInformers,
      noteSynced,
      takeChanges: (self, event: InformerChanged) => takeChanges(self.memory, event.body, self.monotonic()),
      standForElection: (self) => {
        const { apiserver, config } = self.memory.input;
        standForElection(self, { component: kind, reporter: config['scheduler-name'], apiserver, config });
      },
      schedule,
      takeAnswer,
      takeRefusal,
      takeExpiry,
      runDue: (self) => {
        self.memory.armedFor = undefined;
        freeDue(self.memory.queue, self.monotonic());
        sendDue(self);
        resolveDoubts(self);
      },
      dropEverything,
      reportHealth: (self, event: HealthCheck) => self.reply<HealthReported>(event, 'health.reported', undefined),
    },
    guards: {
      leadsAlone: (self) => !self.memory.input.config['leader-elect'],
      isAnythingDue: (self) => self.memory.armedFor !== undefined,
    },
    delays: {
      untilNextDue: (self) => Math.max(0, (self.memory.armedFor ?? 0) - self.monotonic()),
    },
  },
});

function startInformers(self: Me): void {
  const { apiserver } = self.memory.input;
  for (const selection of watched) {
    const input: InformerInput = { ...selection, apiserver };
    self.spawn(childAddress(self.address, 'informer', selection.resource), 'informer', input);
  }
}

function noteSynced(self: Me, event: InformerSynced): void {
  self.memory.synced.add(event.body.resource);
  if (self.memory.synced.size === watched.length) self.raise({ type: 'caches.synced' });
}

function schedule(self: Me): void {
  attemptAll(self);
  arm(self);
}

/** Sees to it that the timer runs for what is due first: a back-off's end, a request's turn, a binding in doubt. */
function arm(self: Me): void {
  const { memory } = self;
  const times = [nextDue(memory.queue), nextReadyMs(memory.outbox), earliestDue(memory.doubts)];
  let next: number | undefined;
  for (const time of times) if (time !== undefined && (next === undefined || time < next)) next = time;
  if (next === memory.armedFor) return;
  memory.armedFor = next;
  self.raise({ type: 'timer.moved' });
}

/** As Kubernetes's own, which ends its process when it no longer leads and comes back with nothing. */
function dropEverything(self: Me): void {
  for (const { resource } of watched) self.stop(childAddress(self.address, 'informer', resource));
  leaveElection(self);
  for (const request of self.memory.pending) self.forget(request);
  Object.assign(self.memory, makeMemory(self.memory.input));
}
