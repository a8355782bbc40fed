/** A process's life: its plan, what it holds and uses, and how it ends. */

import type {
  MemoryGrew,
  MemoryGrowth,
  ProcessExited,
  ProcessStart,
  ProcessStarted,
  ProcessStatus,
  UsageDescribe,
  UsageDescribed,
  VolumesListed,
} from '../../../../protocol/messages/container.ts';
import type { PortClose, PortListen } from '../../../../protocol/messages/network.ts';
import * as execs from './exec.ts';
import { crossesAt } from './growth.ts';
import { type Me, type Session, slackMs } from './memory.ts';
import { baseMemoryBytes, commandOf, planProcess } from './plan.ts';
import type { Outcome } from './run.ts';
import * as scripting from './scripting.ts';
import * as serving from './serving.ts';

/** Starts the process: what its command does is foretold, and with it how it will end. */
export function startProcess(self: Me, event: { type: string; body?: unknown }): void {
  const { memory } = self;
  const { config } = memory.input;
  if (event.type === 'volumes.listed') memory.volumes = event.body as VolumesListed['body'];
  memory.startedAt = self.now();
  memory.startedMs = self.monotonic();
  const argv = commandOf(config);
  if (argv === undefined) plan(self, undefined);
  else planCommand(self, { argv, startedAt: memory.startedMs, answers: [], effects: 0, isMain: true });
  if (memory.question !== undefined) answerStarted(self, memory.question);
  memory.question = undefined;
}

/** Plans the container's own command as far as it is known. */
export function planCommand(self: Me, session: Session): void {
  plan(self, scripting.foretellSession(self, session));
  if (session.answers.length === 0) return;
  tellGrowth(self);
  self.raise({ type: 'plan.made' });
}

function plan(self: Me, outcome: Outcome | undefined): void {
  const { memory } = self;
  const { config, workload } = memory.input;
  memory.plan = planProcess(config, workload, outcome);
  memory.growth = {
    bytes: baseMemoryBytes(memory.plan.workload, config.resources.memoryLimitBytes),
    bytesPerSecond: memory.plan.workload.memoryGrowthBytesPerSecond ?? 0,
    sinceMs: self.monotonic(),
  };
}

/** Lets its memory grow by another law from now on, and tells the runtime. */
export function grow(self: Me, growth: MemoryGrowth): void {
  self.memory.growth = growth;
  tellGrowth(self);
}

/** Tells the runtime by which law its memory grows. */
export function tellGrowth(self: Me): void {
  const { input, growth } = self.memory;
  self.send<MemoryGrew>(input.runtime, 'memory.grew', { containerId: input.containerId, memory: growth });
}

/** Answers who asked for the start. */
export function answerStarted(self: Me, question: ProcessStart): void {
  const { startedAt, growth, input } = self.memory;
  const body = { containerId: input.containerId, startedAt, memory: growth };
  self.reply<ProcessStarted>(question, 'process.started', body);
}

/** Gives how the process stands or ended. */
export function statusOf({ memory }: Me): ProcessStatus {
  const { startedAt, ended, input } = memory;
  const { finishedAt = 0, exitCode = 0, reason = '', message = '' } = ended ?? {};
  const state = ended !== undefined ? 'exited' : startedAt > 0 ? 'running' : 'created';
  return { containerId: input.containerId, state, startedAt, finishedAt, exitCode, reason, message };
}

/** Tells what it uses: CPU since it was last asked, memory now. */
export function answerUsage(self: Me, event: UsageDescribe): void {
  const { memory } = self;
  const now = self.monotonic();
  const last = memory.usage ?? { atMs: memory.startedMs, usedMs: 0 };
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

/** Listens on its ports. */
export function openPorts(self: Me): void {
  const { input, plan } = self.memory;
  for (const port of plan?.ports ?? []) {
    const hostPort = input.config.ports.find((one) => one.containerPort === port)?.hostPort;
    const body: PortListen['body'] = { port, container: input.config.name };
    if (hostPort !== undefined) body.hostPort = hostPort;
    self.request<PortListen>(input.pause, 'port.listen', body, { deadlineMs: 60_000, retries: 11, note: { port } });
  }
}

/** Closes its ports. */
export function closePorts(self: Me): void {
  const { input, plan } = self.memory;
  if (plan === undefined || plan.ports.length === 0) return;
  self.send<PortClose>(input.pause, 'port.close', { container: input.config.name });
}

/** When the process ends by itself or by the kernel's hand, in ms on the monotonic clock; Infinity for never. */
export function fateAt(self: Me): number {
  return Math.min(endsAt(self), outOfMemoryAt(self));
}

function endsAt({ memory }: Me): number {
  return memory.startedMs + (memory.plan?.endsAfterMs ?? Number.POSITIVE_INFINITY);
}

/** What a program holds from its start on, it has taken by the time it listens. */
function outOfMemoryAt({ memory }: Me): number {
  const { plan, growth, startedMs, input } = memory;
  return Math.max(crossesAt(growth, input.config.resources.memoryLimitBytes), startedMs + (plan?.startupMs ?? 0));
}

/** Ends the process whose time has come. */
export function meetFate(self: Me): void {
  const now = self.monotonic() + slackMs;
  if (endsAt(self) <= now) self.raise({ type: 'process.exit', body: { exitCode: self.memory.plan?.exitCode ?? 0 } });
  else if (outOfMemoryAt(self) <= now) {
    self.raise({ type: 'process.exit', body: { exitCode: 137, reason: 'OOMKilled' } });
  }
}

/** Notes how the process ended. */
export function end(self: Me, how: { exitCode: number; reason: string; message: string }): void {
  // What a program wrote there is the container's termination message (terminationMessagePath's default).
  const message = how.message || (self.memory.written?.get('/dev/termination-log') ?? '');
  self.memory.ended = { finishedAt: self.now(), ...how, message };
}

/** Told again and again until the runtime has taken it down and reaps this actor; one that is away asks when it is back. */
export function reportExit(self: Me): void {
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
