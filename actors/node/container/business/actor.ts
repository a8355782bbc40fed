/** The business container's behaviour: each event finds what it is for. */

import { defineActor } from '../../../../protocol/actor.ts';
import type {
  ContainerInput,
  MemoryLeak,
  ProbeFail,
  ProcessExit,
  ProcessInspect,
  ProcessInspected,
  ProcessStart,
  SignalDelivered,
  SignalSend,
  VolumesListed,
  VolumesRead,
} from '../../../../protocol/messages/container.ts';
import type { ContainerExec } from '../../../../protocol/messages/cri.ts';
import type { StreamBroken, StreamClosed } from '../../../../protocol/messages/host.ts';
import type { NameRefused, NameResolved, PacketForward, PortRefused } from '../../../../protocol/messages/network.ts';
import type { AttachRun, ExecRun, InputTyped } from '../../../../protocol/messages/streaming.ts';
import * as calling from './calling.ts';
import * as execs from './exec.ts';
import { mentionsVolume } from './files.ts';
import { regrow } from './growth.ts';
import * as life from './life.ts';
import * as lives from './live.ts';
import * as log from './log.ts';
import { machine } from './machine.ts';
import { type BusinessMemory, type Me, makeMemory } from './memory.ts';
import { commandOf } from './plan.ts';
import * as serving from './serving.ts';
import * as work from './work.ts';

const killed = { exitCode: 137, reason: 'Error', message: '' };

/** A container: a detached child of the runtime, which it outlives. */
export const container = defineActor<BusinessMemory, ContainerInput>({
  kind: 'container',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      keepQuestion: ({ memory }, event: ProcessStart) => {
        memory.question = event;
      },
      askVolumes: (self) => {
        self.request<VolumesRead>(self.memory.input.pause, 'volumes.read', undefined, {
          deadlineMs: 10_000,
          retries: 4,
        });
      },
      startProcess: life.startProcess,
      answerStarted: (self, event: ProcessStart) => life.answerStarted(self, event),
      answerInspect: (self, event: ProcessInspect) => {
        if (self.memory.startedAt > 0) life.tellGrowth(self);
        self.reply<ProcessInspected>(event, 'process.inspected', life.statusOf(self));
      },
      answerUsage: life.answerUsage,
      acknowledge: (self, event: SignalSend) => {
        const { containerId } = self.memory.input;
        self.reply<SignalDelivered>(event, 'signal.delivered', { containerId });
      },
      readLog: log.readLog,
      runForViewer: lives.run,
      attach: (self, event: AttachRun) => {
        if (event.body.containerId !== self.memory.input.containerId) self.end(event, 'gone');
        else if (!lives.attachMain(self, event)) log.attach(self, event);
      },
      refuseStream: (self, event: ExecRun | AttachRun) => self.end(event, 'not-running'),
      takeInput: (self, event: InputTyped) => lives.type(self, event),
      endInput: (self, event: StreamBroken) => lives.closeInput(self, event),
      dropViewer: (self, event: StreamClosed) => {
        log.unfollow(self, event);
        lives.leave(self, event);
      },
      noteTerm: (self) => log.say(self, 'received SIGTERM, shutting down'),
      openPorts: life.openPorts,
      closePorts: life.closePorts,
      takePacket: (self, event: PacketForward) => {
        if (event.body.payload.kind === 'request') serving.takePacket(self, event);
        else work.endCall(self, calling.takeReply(self, event.body));
      },
      takeReply: (self, event: PacketForward) => {
        if (event.body.payload.kind === 'request') serving.refusePacket(self, event);
        else work.endCall(self, calling.takeReply(self, event.body));
      },
      refusePacket: serving.refusePacket,
      holdPacket: (self, event: PacketForward) => {
        if (event.body.payload.kind === 'request') serving.holdPacket(self, event);
        else work.endCall(self, calling.takeReply(self, event.body));
      },
      takeAddress: (self, event: NameResolved | NameRefused) => work.endCall(self, calling.takeAddress(self, event)),
      takeExpiry: work.takeExpiry,
      runDue: work.runDue,
      suspendWork: serving.suspendWork,
      resumeWork: serving.resumeWork,
      exec: (self, question: ContainerExec) => execs.exec(self, { question, isHung: false }),
      execHung: (self, question: ContainerExec) => execs.exec(self, { question, isHung: true }),
      execMounted: (self, event: VolumesListed) => {
        self.memory.volumes = event.body;
        const { exec, run } = (event.note ?? {}) as { exec?: execs.Exec; run?: number };
        if (exec !== undefined) execs.execNow(self, exec);
        if (run !== undefined) lives.advance(self, run);
      },
      refuseExec: (self, event: ContainerExec) => execs.refuse(self, event),
      leak: (self, { body }: MemoryLeak) => {
        life.grow(self, regrow(self.memory.growth, self.monotonic(), body.bytesPerSecond));
        self.raise({ type: 'memory.reckoned' });
      },
      failProbes: (self, { body }: ProbeFail) => {
        self.memory.failing ??= [];
        self.memory.failing.push({
          match: body.match,
          untilMs: self.monotonic() + (body.forMs ?? Number.POSITIVE_INFINITY),
        });
      },
      recoverProbes: ({ memory }) => {
        memory.failing = undefined;
      },
      meetFate: life.meetFate,
      noteExit: (self, { body }: ProcessExit) => {
        const { exitCode, reason = exitCode === 0 ? 'Completed' : 'Error' } = body;
        life.end(self, { exitCode, reason, message: '' });
      },
      noteKilled: (self) => life.end(self, killed),
      noteStopped: (self) => life.end(self, { exitCode: 0, reason: 'Completed', message: '' }),
      notePortRefused: (self, { body }: PortRefused) => {
        life.end(self, { exitCode: 1, reason: 'Error', message: body.message });
      },
      reportExit: life.reportExit,
    },
    guards: {
      isMine,
      needsVolumes: (self, event: ProcessStart) => {
        const { config } = self.memory.input;
        return isMine(self, event) && mentionsVolume(config, commandOf(config) ?? []);
      },
      isKill: (self, event: SignalSend) => isMine(self, event) && event.body.signal === 'SIGKILL',
      isHandledTerm: (self, event: SignalSend) =>
        isMine(self, event) && event.body.signal === 'SIGTERM' && self.memory.plan?.handlesTerm === true,
      isPlanned: ({ memory }) => memory.plan?.isWhole === true,
      isNothingDue: ({ memory }) => memory.due.length === 0,
      isNumbered: (self) => life.fateAt(self) < Number.POSITIVE_INFINITY,
    },
    delays: {
      startup: (self) => Math.max(0, self.memory.startedMs + (self.memory.plan?.startupMs ?? 0) - self.monotonic()),
      shutdown: ({ memory }) => memory.plan?.workload.shutdownMs ?? 10,
      untilNextDue: (self) => Math.max(0, (self.memory.due[0]?.at ?? 0) - self.monotonic()),
      untilFate: (self) => Math.max(0, life.fateAt(self) - self.monotonic()),
    },
  },
});

/** Addresses are used again: what is meant for an earlier container of the name is not for this one. */
function isMine({ memory }: Me, event: ProcessStart | SignalSend): boolean {
  return event.body.containerId === memory.input.containerId;
}
