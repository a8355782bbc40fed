/** How a container serves: takes requests, calls what it depends on, works, and answers. */

import type { CommandAnswer } from '../../../../protocol/messages/container.ts';
import type { Packet, PacketForward, Payload } from '../../../../protocol/messages/network.ts';
import type { Dependency } from '../../../../protocol/workload.ts';
import { replyTo, resetOf } from '../../network/packet.ts';
import { dropCall, openCall, sendPacket } from './calling.ts';
import { spendCpu } from './cpu.ts';
import { nextDependency, targetOf } from './dependency.ts';
import { exponential } from './exponential.ts';
import { bytesAt } from './growth.ts';
import { say, sayRequest } from './log.ts';
import { type Asked, addTask, type Me } from './memory.ts';
import { failsProbe } from './probes.ts';

/** Connections that wait to be accepted; more are dropped (net.core.somaxconn). */
const backlog = 4096;
const defaultTimeoutMs = 1000;
const answerBytes = 512;

/** Takes a packet while the program serves. */
export function takePacket(self: Me, { body: packet }: PacketForward): void {
  if (packet.payload.kind !== 'request') return;
  if (packet.payload.method === 'CONNECT') accept(self, packet);
  else if (!self.memory.plan?.ports.includes(packet.dst.port)) sendPacket(self, resetOf(packet, 'refused'));
  else takeRequest(self, { packet, since: self.monotonic() });
}

function takeRequest(self: Me, asked: Asked): void {
  const { memory } = self;
  const { concurrency = Number.POSITIVE_INFINITY } = memory.plan?.workload ?? {};
  if (memory.active < concurrency) begin(self, asked);
  else if (memory.queue.length < backlog) memory.queue.push(asked);
}

/** Takes a packet while the program hangs: the kernel opens connections, and nobody reads from them. */
export function holdPacket(self: Me, { body: packet }: PacketForward): void {
  if (packet.payload.kind !== 'request') return;
  if (packet.payload.method === 'CONNECT') accept(self, packet);
  else if (self.memory.queue.length < backlog) self.memory.queue.push({ packet, since: self.monotonic() });
}

/** Opens a connection and nothing else, as a TCP probe does: that is the kernel's work alone. */
function accept(self: Me, packet: Packet): void {
  if (self.memory.plan?.ports.includes(packet.dst.port)) {
    sendPacket(self, replyTo(packet, { kind: 'response', status: 200, bytes: 0 }));
  } else sendPacket(self, resetOf(packet, 'refused'));
}

/** Refuses a packet while the program does not serve: its sockets are closed. */
export function refusePacket(self: Me, { body: packet }: PacketForward): void {
  if (packet.payload.kind === 'request') sendPacket(self, resetOf(packet, 'refused'));
}

function begin(self: Me, asked: Asked): void {
  const { memory } = self;
  memory.active += 1;
  if (isOutOfMemory(self)) {
    // Its connection is open still, and is reset with all others when the kernel has killed the process.
    memory.queue.push(asked);
    self.raise({ type: 'process.exit', body: { exitCode: 137, reason: 'OOMKilled' } });
    return;
  }
  proceed(self, asked, 0);
}

/** Tells whether what the program holds now, requests in work and all, is more than its limit. */
export function isOutOfMemory(self: Me): boolean {
  const limit = self.memory.input.config.resources.memoryLimitBytes;
  return limit !== undefined && memoryBytes(self) > limit;
}

/** Gives the bytes the program holds now. */
export function memoryBytes(self: Me): number {
  const { plan, growth, active } = self.memory;
  return bytesAt(growth, self.monotonic()) + active * (plan?.workload.memoryBytesPerRequest ?? 0);
}

function proceed(self: Me, asked: Asked, from: number): void {
  const { packet } = asked;
  const { workload } = self.memory.plan ?? { workload: {} };
  const path = packet.payload.kind === 'request' ? packet.payload.path : '';
  const next = nextDependency(workload, from, path, isProbe(self, packet));
  if (next < 0) work(self, asked);
  else callDependency(self, asked, next);
}

/** Tells whether the kubelet's worker for this pod asks: a probe or a hook. */
function isProbe(self: Me, { origin }: Packet): boolean {
  const { pause } = self.memory.input;
  const pod = pause.slice(0, pause.lastIndexOf('.'));
  return origin.startsWith('.worker.', pod.length) && origin.startsWith(pod);
}

function work(self: Me, asked: Asked): void {
  const { memory } = self;
  const { cpuMsPerRequest = 1, latencyMs = 5 } = memory.plan?.workload ?? {};
  const now = self.monotonic();
  const workedAt = spendCpu(memory.cpu, now, cpuMsPerRequest, memory.input.config.resources.cpuLimitMilli);
  const at = latencyMs === 0 ? workedAt : workedAt + exponential(self.random()) * latencyMs;
  if (at <= now) answer(self, asked, statusOf(self, asked.packet));
  else addTask(self, { at, kind: 'answer', asked });
}

/** Decides how a request is answered when its work is done. */
export function statusOf(self: Me, packet: Packet): number {
  const path = packet.payload.kind === 'request' ? packet.payload.path : '';
  if (failsProbe(self, path)) return 500;
  const { errorRate = 0 } = self.memory.plan?.workload ?? {};
  return errorRate > 0 && !isProbe(self, packet) && self.random() < errorRate ? 500 : 200;
}

/** Answers a request, and takes up the next that waits. */
export function answer(self: Me, { packet, since }: Asked, status: number): void {
  const { memory } = self;
  memory.active -= 1;
  const { payload: question } = packet;
  if (question.kind === 'request') {
    const { method, path } = question;
    const request = { from: packet.src.ip, method, path, isProbe: isProbe(self, packet) };
    sayRequest(self, request, status, self.monotonic() - since);
    sendPacket(self, replyTo(packet, answerTo(self, question, status)));
  }
  const next = memory.queue.shift();
  if (next !== undefined) begin(self, next);
}

/** Makes an answer; whoever shows headers, a person at a browser rather than a program of the cluster, gets a page to read. */
function answerTo({ memory }: Me, question: Extract<Payload, { kind: 'request' }>, status: number): Payload {
  const { pod, ip } = memory.input;
  if (question.headers === undefined) return { kind: 'response', status, bytes: answerBytes, body: pod };
  const page = `${status === 200 ? '' : `${status}\n`}Hostname: ${memory.input.hostname}\nIP: ${ip}\n${question.method} ${question.path}\nHost: ${question.host}\n`;
  const body = question.content === undefined || question.content === '' ? page : `${page}\n${question.content}`;
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return { kind: 'response', status, bytes: body.length, body: pod, headers, content: body };
}

function callDependency(self: Me, asked: Asked, dependency: number): void {
  const { memory } = self;
  const { packet } = asked;
  const one = dependencyAt(self, dependency);
  const path = packet.payload.kind === 'request' ? packet.payload.path : '/';
  const { timeoutMs = defaultTimeoutMs } = one;
  const target = targetOf(one, memory.input.config.env);
  openCall(self, { ...target, method: 'GET', path, timeoutMs }, { asked, dependency });
}

function dependencyAt(self: Me, index: number): Dependency {
  return self.memory.plan?.workload.dependencies?.[index] as Dependency;
}

/** Goes on after a call to another Service: with the next, or the work, or by failing the program's own answer. */
export function takeCallEnd(
  self: Me,
  asked: Asked,
  dependency: number,
  { isGood, failure, status }: CommandAnswer,
): void {
  const { target, required } = dependencyAt(self, dependency);
  if (!isGood) say(self, `error: GET ${target}: ${status === undefined ? why(failure) : `status ${status}`}`, 'stderr');
  if (isGood || required === false) proceed(self, asked, dependency + 1);
  else answer(self, asked, 502);
}

function why(failure: CommandAnswer['failure']): string {
  if (failure === 'unknown-name') return 'no such host';
  if (failure === 'refused') return 'connection refused';
  return failure === 'unreachable' ? 'no route to host' : 'timeout';
}

/** Stops all work; who waits for an answer goes on to wait. */
export function suspendWork(self: Me): void {
  const { memory } = self;
  const open: Asked[] = [];
  for (const task of memory.due) if (task.kind === 'answer') open.push(task.asked);
  for (const call of memory.calls?.values() ?? []) {
    if (!('asked' in call.purpose)) continue;
    open.push(call.purpose.asked);
    dropCall(self, call);
  }
  memory.due = memory.due.filter((task) => task.kind !== 'answer');
  memory.queue = [...open, ...memory.queue];
  memory.active = 0;
}

/** Takes all work up again, from its beginning. */
export function resumeWork(self: Me): void {
  const { memory } = self;
  const { queue } = memory;
  memory.queue = [];
  for (const asked of queue) takeRequest(self, asked);
}

/** Ends all work, and calls of commands too, as the kernel does when a process ends: open connections are reset. */
export function resetWork(self: Me): void {
  suspendWork(self);
  for (const call of self.memory.calls?.values() ?? []) dropCall(self, call);
  const { queue } = self.memory;
  self.memory.queue = [];
  for (const { packet } of queue) sendPacket(self, resetOf(packet, 'refused'));
}
