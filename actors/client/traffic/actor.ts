/** A traffic generator's behaviour: when it sends, and how it takes what comes back. */

import { defineActor } from '../../../protocol/actor.ts';
import type {
  TrafficAnswered,
  TrafficAsk,
  TrafficInput,
  TrafficNodesChanged,
  TrafficReport,
  TrafficReported,
} from '../../../protocol/messages/traffic.ts';
import * as exchanges from './exchanges.ts';
import { machine } from './machine.ts';
import { type Me, makeMemory, type TrafficMemory } from './memory.ts';

/** A traffic generator. */
export const traffic = defineActor<TrafficMemory, TrafficInput>({
  kind: 'traffic',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      takeAnswer: exchanges.takeAnswer,
      takeAddress: exchanges.takeAddress,
      failLookup: exchanges.failLookup,
      ask,
      report,
      takeNodes: ({ memory }, { body }: TrafficNodesChanged) => {
        memory.nodes = body.nodes;
      },
      planFirst: (self) => {
        self.memory.nextSendMs = self.memory.input.ratePerSecond > 0 ? self.monotonic() : Number.POSITIVE_INFINITY;
        self.raise({ type: 'clock.set' });
      },
      planNone: (self) => {
        self.memory.nextSendMs = Number.POSITIVE_INFINITY;
        self.raise({ type: 'clock.set' });
      },
      sendDue,
      failOverdue: exchanges.failOverdue,
    },
    guards: {
      hasDue: ({ memory }) => Number.isFinite(exchanges.dueMs(memory)),
    },
    delays: {
      untilStart: (self) => Math.max(0, self.memory.input.startAt - self.now()),
      untilEnd: (self) => Math.max(0, (self.memory.input.endAt ?? Number.POSITIVE_INFINITY) - self.now()),
      untilDue: (self) => Math.max(0, exchanges.dueMs(self.memory) - self.monotonic()),
    },
  },
});

function sendDue(self: Me): void {
  const { memory } = self;
  const { input } = memory;
  const now = self.monotonic();
  while (memory.nextSendMs <= now) {
    memory.nextSendMs += (input.steady ? 1 : -Math.log(1 - self.random())) * (1000 / input.ratePerSecond);
    exchanges.begin(self, input.target, input.node);
  }
  self.raise({ type: 'clock.set' });
}

function ask(self: Me, question: TrafficAsk): void {
  const { target, node } = question.body;
  const began = exchanges.begin(self, target, node, question);
  if (began) self.raise({ type: 'clock.set' });
  else self.reply<TrafficAnswered>(question, 'traffic.answered', { ...exchanges.nothing, failure: 'dns' });
}

function report(self: Me, question: TrafficReport): void {
  const { input, measurements, exchanges: open } = self.memory;
  const inFlight = [...open.values()].filter(({ question: asked }) => asked === undefined).length;
  self.reply<TrafficReported>(question, 'traffic.reported', {
    name: input.name,
    seconds: measurements.seconds.map((second) => ({
      ...second,
      failures: { ...second.failures },
      latency: { ...second.latency },
    })),
    inFlight,
    byServer: { ...measurements.byServer },
  });
}
