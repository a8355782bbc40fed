/** The behaviour of a candidate for leadership: how it reads and writes the Lease, and whom it tells. */

import { defineActor, type Self } from '../../../protocol/actor.ts';
import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { LeaderElectionInput, LeadershipAcquired, LeadershipLost } from '../../../protocol/messages/informer.ts';
import type { Lease } from '../../../protocol/objects.ts';
import { createObject, getObject, reasonOf, replaceObject } from '../api-calls.ts';
import { type EventRecorder, makeEventRecorder, recordEvent, referenceTo } from '../event-recorder.ts';
import { claimLease, isSameRecord, judgeLease } from './lease.ts';
import { machine } from './machine.ts';

/** What a candidate knows. */
export interface LeaderElectionMemory {
  input: LeaderElectionInput;
  /** The Lease as last read or written; undefined where none was. */
  observed: Lease | undefined;
  /** The record has not changed for its duration (or none was seen): written by the `lease` region alone. */
  isLapsed: boolean;
  /** The request under way, 0 for none. */
  request: number;
  waitMs: number;
  recorder: EventRecorder;
}

type Me = Self<LeaderElectionMemory>;

/** client-go's JitterFactor of the standby's retry period. */
const jitterFactor = 1.2;

/** The leader election: a child of a component of which several may run and one may act. */
export const leaderElection = defineActor<LeaderElectionMemory, LeaderElectionInput>({
  kind: 'leader-election',
  machine,
  memory: (input) => ({
    input,
    observed: undefined,
    isLapsed: true,
    request: 0,
    waitMs: 0,
    recorder: makeEventRecorder(input.component ?? input.name),
  }),
  behaviour: {
    actions: {
      begin: (self) => {
        // As a restarted process: what was seen before counts no more.
        self.memory.observed = undefined;
      },
      askLease,
      readAnswer,
      readRefusal,
      writeLease,
      confirmWrite,
      giveUpRequest,
      noteLapsed: (self) => {
        self.memory.isLapsed = true;
      },
      noteFresh: (self) => {
        self.memory.isLapsed = false;
      },
      planAttempt: (self) => {
        self.memory.waitMs = self.memory.input.retryPeriodMs * (1 + jitterFactor * self.random());
      },
      tellAcquired,
      tellLost,
    },
    delays: {
      leaseDuration: (self) => (self.memory.observed?.spec?.leaseDurationSeconds ?? 0) * 1000,
      jitteredRetryPeriod: (self) => self.memory.waitMs,
      retryPeriod: (self) => self.memory.input.retryPeriodMs,
      renewDeadline: (self) => self.memory.input.renewDeadlineMs,
    },
  },
});

function target(input: LeaderElectionInput) {
  return { resource: 'leases.coordination.k8s.io', namespace: input.namespace, name: input.name };
}

/** As kube components: a Lease request may take half the renew deadline, so that there is time for a second one. */
function options(input: LeaderElectionInput) {
  return { deadlineMs: Math.max(1000, input.renewDeadlineMs / 2) };
}

function askLease(self: Me): void {
  const { input } = self.memory;
  self.memory.request = getObject(self, input.apiserver, target(input), options(input));
}

function readAnswer(self: Me, event: RequestSucceeded): void {
  const { memory } = self;
  const lease = event.body.object as Lease;
  const isNews = !isSameRecord(memory.observed, lease);
  memory.observed = lease;
  if (isNews) self.raise({ type: 'lease.changed' });
  const verdict = judgeLease(lease, memory.input.identity, memory.isLapsed && !isNews);
  self.raise({ type: `lease.${verdict}` });
}

function readRefusal(self: Me, event: RequestRefused): void {
  const isMissing = reasonOf(event) === 'NotFound';
  if (isMissing) self.memory.observed = undefined;
  self.raise({ type: isMissing ? 'lease.free' : 'attempt.failed' });
}

function writeLease(self: Me): void {
  const { memory } = self;
  const { input, observed } = memory;
  const lease = claimLease(observed, input, self.now());
  memory.request =
    observed === undefined
      ? createObject(
          self,
          input.apiserver,
          { resource: target(input).resource, namespace: input.namespace },
          lease,
          options(input),
        )
      : replaceObject(self, input.apiserver, target(input), lease, options(input));
}

function confirmWrite(self: Me, event: RequestSucceeded): void {
  self.memory.observed = event.body.object as Lease;
  self.raise({ type: 'lease.won' });
}

function giveUpRequest(self: Me): void {
  if (self.memory.request !== 0) self.forget(self.memory.request);
  self.memory.request = 0;
}

function tellAcquired(self: Me): void {
  const transitions = self.memory.observed?.spec?.leaseTransitions ?? 0;
  // Without a parent, as in a test, the Lease alone shows who leads.
  if (self.parent !== '') self.send<LeadershipAcquired>(self.parent, 'leadership.acquired', { transitions });
  record(self, 'became leader');
}

function tellLost(self: Me): void {
  const reason = 'failed to renew lease: timed out waiting for the condition';
  if (self.parent !== '') self.send<LeadershipLost>(self.parent, 'leadership.lost', { reason });
  record(self, 'stopped leading');
}

function record(self: Me, what: string): void {
  const { input, observed, recorder } = self.memory;
  if (observed === undefined) return;
  const message = `${input.identity} ${what}`;
  recordEvent(self, recorder, input.apiserver, {
    regarding: referenceTo(observed),
    type: 'Normal',
    reason: 'LeaderElection',
    message,
  });
}
