/** The business container's behaviour: a process from its start to its end. */

import { defineActor } from '../../../../protocol/actor.ts';
import type {
  ContainerInput,
  MemoryGrew,
  MemoryLeak,
  ProbeFail,
  ProcessExit,
  ProcessExited,
  ProcessInspect,
  ProcessInspected,
  ProcessStart,
  ProcessStarted,
  ProcessStatus,
  SignalDelivered,
  SignalSend,
  UsageDescribe,
  UsageDescribed,
  VolumesListed,
  VolumesRead,
} from '../../../../protocol/messages/container.ts';
import type { ContainerExec } from '../../../../protocol/messages/cri.ts';
import type { RequestExpired } from '../../../../protocol/messages/host.ts';
import type {
  NameRefused,
  NameResolved,
  PacketForward,
  PortClose,
  PortListen,
  PortRefused,
} from '../../../../protocol/messages/network.ts';
import * as calling from './calling.ts';
import type { Outcome } from './command.ts';
import * as execs from './exec.ts';
import { mentionsVolume } from './files.ts';
import { crossesAt, type Growth, regrow } from './growth.ts';
import { machine } from './machine.ts';
import { type BusinessMemory, type Me, makeMemory, type Session, type Task } from './memory.ts';
import { baseMemoryBytes, commandOf, planProcess } from './plan.ts';
import * as scripting from './scripting.ts';
import * as serving from './serving.ts';

/** What rounding may make a timer come early by, in ms. */
const slackMs = 0.001;

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
      startProcess,
      answerStarted: (self, event: ProcessStart) => answerStarted(self, event),
      answerInspect: (self, event: ProcessInspect) => {
        if (self.memory.startedAt > 0) tellGrowth(self);
        self.reply<ProcessInspected>(event, 'process.inspected', statusOf(self));
      },
      answerUsage,
      acknowledge: (self, event: SignalSend) => {
        const { containerId } = self.memory.input;
        self.reply<SignalDelivered>(event, 'signal.delivered', { containerId });
      },
      openPorts,
      closePorts,
      takePacket: (self, event: PacketForward) => {
        if (event.body.payload.kind === 'request') serving.takePacket(self, event);
        else endCall(self, calling.takeReply(self, event.body));
      },
      takeReply: (self, event: PacketForward) => {
        if (event.body.payload.kind === 'request') serving.refusePacket(self, event);
        else endCall(self, calling.takeReply(self, event.body));
      },
      refusePacket: serving.refusePacket,
      holdPacket: (self, event: PacketForward) => {
        if (event.body.payload.kind === 'request') serving.holdPacket(self, event);
        else endCall(self, calling.takeReply(self, event.body));
      },
      takeAddress: (self, event: NameResolved | NameRefused) => endCall(self, calling.takeAddress(self, event)),
      takeExpiry,
      runDue,
      suspendWork: serving.suspendWork,
      resumeWork: serving.resumeWork,
      exec: (self, question: ContainerExec) => execs.exec(self, { question, isHung: false }),
      execHung: (self, question: ContainerExec) => execs.exec(self, { question, isHung: true }),
      execMounted: (self, event: VolumesListed) => {
        self.memory.volumes = event.body;
        const { exec } = (event.note ?? {}) as { exec?: execs.Exec };
        if (exec !== undefined) execs.execNow(self, exec);
      },
      refuseExec: (self, event: ContainerExec) => execs.refuse(self, event),
      leak: (self, { body }: MemoryLeak) => {
        grow(self, regrow(self.memory.growth, self.now(), body.bytesPerSecond));
        self.raise({ type: 'memory.reckoned' });
      },
      failProbes: (self, { body }: ProbeFail) => {
        self.memory.failing ??= [];
        self.memory.failing.push({ match: body.match, untilMs: self.now() + (body.forMs ?? Number.POSITIVE_INFINITY) });
      },
      recoverProbes: ({ memory }) => {
        memory.failing = undefined;
      },
      meetFate,
      noteExit: (self, { body }: ProcessExit) => {
        const { exitCode, reason = exitCode === 0 ? 'Completed' : 'Error' } = body;
        end(self, { exitCode, reason, message: '' });
      },
      noteKilled: (self) => end(self, killed),
      noteStopped: (self) => end(self, { exitCode: 0, reason: 'Completed', message: '' }),
      notePortRefused: (self, { body }: PortRefused) => {
        end(self, { exitCode: 1, reason: 'Error', message: body.message });
      },
      reportExit,
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
      isNumbered: (self) => fateAt(self) < Number.POSITIVE_INFINITY,
    },
    delays: {
      startup: (self) => Math.max(0, self.memory.startedAt + (self.memory.plan?.startupMs ?? 0) - self.now()),
      shutdown: ({ memory }) => memory.plan?.workload.shutdownMs ?? 10,
      untilNextDue: (self) => Math.max(0, (self.memory.due[0]?.at ?? 0) - self.now()),
      untilFate: (self) => Math.max(0, fateAt(self) - self.now()),
    },
  },
});

/** Addresses are used again: what is meant for an earlier container of the name is not for this one. */
function isMine({ memory }: Me, event: ProcessStart | SignalSend): boolean {
  return event.body.containerId === memory.input.containerId;
}

function startProcess(self: Me, event: { type: string; body?: unknown }): void {
  const { memory } = self;
  const { config } = memory.input;
  if (event.type === 'volumes.listed') memory.volumes = event.body as VolumesListed['body'];
  const now = self.now();
  memory.startedAt = now;
  const argv = commandOf(config);
  if (argv === undefined) plan(self, undefined);
  else planCommand(self, { argv, startedAt: now, answers: [], effects: 0, isMain: true });
  if (memory.question !== undefined) answerStarted(self, memory.question);
  memory.question = undefined;
}

/** Plans the container's own command as far as it is known. */
function planCommand(self: Me, session: Session): void {
  plan(self, scripting.foretellSession(self, session));
  if (session.answers.length > 0) self.raise({ type: 'plan.made' });
}

function plan(self: Me, outcome: Outcome | undefined): void {
  const { memory } = self;
  const { config, workload } = memory.input;
  memory.plan = planProcess(config, workload, outcome);
  grow(self, {
    bytes: baseMemoryBytes(memory.plan.workload, config.resources.memoryLimitBytes),
    bytesPerSecond: memory.plan.workload.memoryGrowthBytesPerSecond ?? 0,
    sinceMs: self.now(),
  });
}

/** Goes on with what waited for a call. */
function endCall(self: Me, end: calling.CallEnd | undefined): void {
  if (end === undefined) return;
  const { purpose, isGood, tookMs } = end;
  if ('packet' in purpose) serving.takeCallEnd(self, purpose.packet, purpose.dependency, isGood);
  else {
    purpose.session.answers.push({ isGood, tookMs });
    if (purpose.session.isMain) planCommand(self, purpose.session);
    else execs.resume(self, purpose.session);
  }
}

function grow(self: Me, growth: Growth): void {
  self.memory.growth = growth;
  tellGrowth(self);
}

function tellGrowth(self: Me): void {
  const { input, growth } = self.memory;
  self.send<MemoryGrew>(input.runtime, 'memory.grew', { containerId: input.containerId, ...growth });
}

function answerStarted(self: Me, question: ProcessStart): void {
  const { startedAt, input } = self.memory;
  self.reply<ProcessStarted>(question, 'process.started', { containerId: input.containerId, startedAt });
}

function statusOf({ memory }: Me): ProcessStatus {
  const { startedAt, ended, input } = memory;
  const { finishedAt = 0, exitCode = 0, reason = '', message = '' } = ended ?? {};
  const state = ended !== undefined ? 'exited' : startedAt > 0 ? 'running' : 'created';
  return { containerId: input.containerId, state, startedAt, finishedAt, exitCode, reason, message };
}

function answerUsage(self: Me, event: UsageDescribe): void {
  const { memory } = self;
  const now = self.now();
  const last = memory.usage ?? { atMs: memory.startedAt, usedMs: 0 };
  const { usedMs } = memory.cpu;
  const busyMilli = now > last.atMs ? ((usedMs - last.usedMs) * 1000) / (now - last.atMs) : 0;
  memory.usage = { atMs: now, usedMs };
  const cpuMilli = Math.min(
    memory.input.config.resources.cpuLimitMilli ?? Number.POSITIVE_INFINITY,
    busyMilli + (memory.plan?.workload.idleCpuMilli ?? 1),
  );
  self.reply<UsageDescribed>(event, 'usage.described', {
    cpuMilli,
    memoryBytes: Math.round(serving.memoryBytes(self)),
  });
}

function openPorts(self: Me): void {
  const { input, plan } = self.memory;
  for (const port of plan?.ports ?? []) {
    const hostPort = input.config.ports.find((one) => one.containerPort === port)?.hostPort;
    const body = { port, container: input.config.name, ...(hostPort === undefined ? {} : { hostPort }) };
    self.request<PortListen>(input.pause, 'port.listen', body, { deadlineMs: 60_000, retries: 11, note: { port } });
  }
}

function closePorts(self: Me): void {
  const { input, plan } = self.memory;
  if (plan === undefined || plan.ports.length === 0) return;
  self.send<PortClose>(input.pause, 'port.close', { container: input.config.name });
}

function takeExpiry(self: Me, { note }: RequestExpired): void {
  const { call, exec } = (note ?? {}) as { call?: number; exec?: execs.Exec };
  if (call !== undefined) endCall(self, calling.giveUpCall(self, call));
  if (exec !== undefined) execs.execNow(self, exec);
}

function runDue(self: Me): void {
  const { memory } = self;
  const now = self.now() + slackMs;
  for (let task = memory.due[0]; task !== undefined && task.at <= now; task = memory.due[0]) {
    memory.due.shift();
    run(self, task);
  }
}

function run(self: Me, task: Task): void {
  if (task.kind === 'answer') serving.answer(self, task.packet, serving.statusOf(self, task.packet));
  else if (task.kind === 'timeout') endCall(self, calling.giveUpCall(self, task.call));
  else if (task.kind === 'file') scripting.applyEffect(self, task.effect);
  else if (task.kind === 'ask') endCall(self, scripting.ask(self, task.session, task.inquiry));
  else if (task.kind === 'exec-end') execs.finish(self, task.question, task.exitCode, task.output);
  else execs.timeOut(self, task.question);
}

/** When the process ends by itself or by the kernel's hand, in ms since the epoch; Infinity for never. */
function fateAt(self: Me): number {
  return Math.min(endsAt(self), outOfMemoryAt(self));
}

function endsAt({ memory }: Me): number {
  return memory.startedAt + (memory.plan?.endsAfterMs ?? Number.POSITIVE_INFINITY);
}

/** What a program holds from its start on, it has taken by the time it listens. */
function outOfMemoryAt({ memory }: Me): number {
  const { plan, growth, startedAt, input } = memory;
  return Math.max(crossesAt(growth, input.config.resources.memoryLimitBytes), startedAt + (plan?.startupMs ?? 0));
}

function meetFate(self: Me): void {
  const now = self.now() + slackMs;
  if (endsAt(self) <= now) self.raise({ type: 'process.exit', body: { exitCode: self.memory.plan?.exitCode ?? 0 } });
  else if (outOfMemoryAt(self) <= now) {
    self.raise({ type: 'process.exit', body: { exitCode: 137, reason: 'OOMKilled' } });
  }
}

function end(self: Me, how: { exitCode: number; reason: string; message: string }): void {
  // What a program wrote there is the container's termination message (terminationMessagePath's default).
  const message = how.message || (self.memory.written?.get('/dev/termination-log') ?? '');
  self.memory.ended = { finishedAt: self.now(), ...how, message };
}

/** Told again and again until the runtime has taken it down and reaps this actor; one that is away asks when it is back. */
function reportExit(self: Me): void {
  const { memory } = self;
  serving.resetWork(self);
  for (const task of memory.due) {
    if (task.kind === 'exec-end' || task.kind === 'exec-timeout') execs.finish(self, task.question, 137, '');
  }
  memory.due = [];
  closePorts(self);
  const options = { deadlineMs: 3_600_000, retries: 720 };
  self.request<ProcessExited>(memory.input.runtime, 'process.exited', statusOf(self), options);
}
