/** A client of etcd: its statechart and what stands behind its names. */

import { type AnyEvent, defineActor } from '../../../protocol/actor.ts';
import { call, takeAnswer, takeExpiry } from './calls.ts';
import { machine } from './machine.ts';
import { type EtcdLoadInput, type EtcdLoadMemory, type Me, makeMemory } from './memory.ts';
import * as watching from './watching.ts';

/** A client that puts load on etcd. */
export const etcdLoad = defineActor<EtcdLoadMemory, EtcdLoadInput>({
  kind: 'etcd-load',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      call,
      takeAnswer,
      takeExpiry,
      list: watching.list,
      takeList: watching.takeList,
      openWatch: watching.openWatch,
      closeWatch: watching.closeWatch,
      takeCreated: watching.takeCreated,
      takeChange: watching.takeChange,
      takeProgress: watching.takeProgress,
      takeCompacted: watching.takeCompacted,
      takeBreak: watching.takeBreak,
      askProgress: watching.askProgress,
    },
    guards: {
      isOver: (self: Me) => self.now() >= self.memory.input.endAt,
      isCall: (_self: Me, { note }: AnyEvent) => note?.what === 'call',
      isList: (_self: Me, { note }: AnyEvent) => note?.what === 'list',
      isCurrent: (self: Me, { stream }: AnyEvent) => stream === self.memory.stream,
    },
    delays: {
      thinkTime: (self: Me) => -Math.log(1 - self.random()) * self.memory.input.thinkMs,
      restTime: (self: Me) => 50 + self.random() * 450,
      patience: (self: Me) => self.memory.input.patienceMs,
      progressTime: (self: Me) => 500 + self.random() * 4_000,
    },
  },
});
