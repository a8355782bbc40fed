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
import * as lives from './live.ts';
import { isBareShell } from './live.ts';
import * as log from './log.ts';
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
  else if (config.stdin === true && isBareShell(argv)) startShell(self, argv);
  else planCommand(self, { argv, startedAt: memory.startedMs, answers: [], effects: 0, isMain: true });
  if (memory.question !== undefined) answerStarted(self, memory.question);
  memory.question = undefined;
}

/** Plans the container's own command as far as it is known. */
export function planCommand(self: Me, session: Session): void {
  self.memory.main = session;
  plan(self, scripting.foretellSession(self, session));
  if (session.answers.length === 0) return;
  log.lookAgain(self);
  tellGrowth(self);
  self.raise({ type: 'plan.made' });
}

/** A shell that reads what is typed by whoever attaches to the container: it ends when that does. */
function startShell(self: Me, argv: readonly string[]): void {
  plan(self, { end: 'lasts', atMs: 0, exitCode: 0, output: '', printed: [], effects: [] });
  lives.startMain(self, argv);
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
export function statusOf(self: Me): ProcessStatus {
  const { memory } = self;
  const { startedAt, ended, input } = memory;
  const { finishedAt = 0, exitCode = 0, reason = '', message = '' } = ended ?? {};
  const state = ended !== undefined ? 'exited' : startedAt > 0 ? 'running' : 'created';
  const status: ProcessStatus = {
    containerId: input.containerId,
    state,
    startedAt,
    finishedAt,
    exitCode,
    reason,
    message,
  };
  const said = ended === undefined ? undefined : log.logOf(self);
  if (said !== undefined) status.log = said;
  return status;
}

/** Tells what it uses: CPU since it was last asked, memory now. */
export function answerUsage(self: Me, event: UsageDescribe): void {
  const { memory } = self;
  const now = self.monotonic();
  const last = memory.usage ?? { atMs: memory.startedMs, usedMs: 0 };
  const { usedMs } = memory.cpu;
  const busyMilli = now > last.atMs ? ((usedMs - last.usedMs) * 1000) / (now - last.atMs) : 0;
  memory.usage = { atMs: now, usedMs };
  const idleMilli = memory.plan?.workload.idleCpuMilli ?? 1;
  const limit = memory.input.config.resources.cpuLimitMilli ?? Number.POSITIVE_INFINITY;
  self.reply<UsageDescribed>(event, 'usage.described', {
    cpuMilli: Math.min(limit, busyMilli + idleMilli),
    memoryBytes: Math.round(serving.memoryBytes(self)),
    usedCpuMs: usedMs + ((now - memory.startedMs) * Math.min(limit, idleMilli)) / 1000,
  });
}

/** Listens on its ports. */
export function openPorts(self: Me): void {
  const { input, plan } = self.memory;
  if (plan !== undefined && plan.ports.length > 0)
    log.say(self, `listening on ${plan.ports.map((port) => `:${port}`).join(', ')}`);
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
  sayEnd(self, how);
  self.memory.ended = { finishedAt: self.now(), ...how, message };
}

/** The program's last words. A shell or a tool has none, nor has what the kernel kills. */
function sayEnd(self: Me, { exitCode, reason, message }: { exitCode: number; reason: string; message: string }): void {
  const { plan, main } = self.memory;
  if (plan === undefined || reason === 'OOMKilled' || exitCode === 137) return;
  if (main !== undefined && plan.startupMs === 0) return;
  if (exitCode === 0) log.say(self, 'exiting');
  else log.say(self, `fatal: ${message === '' ? `exit status ${exitCode}` : message}`, 'stderr');
}

/** Told again and again until the runtime has taken it down and reaps this actor; one that is away asks when it is back. */
export function reportExit(self: Me): void {
  const { memory } = self;
  serving.resetWork(self);
  log.endFollowing(self);
  lives.endAll(self);
  for (const task of memory.due) {
    if (task.kind === 'exec-end' || task.kind === 'exec-timeout') execs.finish(self, task.question, 137, '');
  }
  memory.due = [];
  closePorts(self);
  const options = { deadlineMs: 3_600_000, retries: 720 };
  self.request<ProcessExited>(memory.input.runtime, 'process.exited', statusOf(self), options);
}
