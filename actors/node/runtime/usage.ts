/** What containers use: asked of each of them, and foretold where memory will get short. */

import type { MemoryGrew, MemoryGrowth, UsageDescribe, UsageDescribed } from '../../../protocol/messages/container.ts';
import type { RuntimeStats, RuntimeUsage } from '../../../protocol/messages/cri.ts';
import { bytesAt } from '../container/business/growth.ts';
import type { Container, Me } from './memory.ts';
import { tellMemory } from './watchers.ts';

/** Asks all running containers, of one pod or all, what they use. */
export function askUsage(self: Me, event: RuntimeStats): void {
  const { memory } = self;
  const { podUid } = event.body ?? {};
  memory.readingCount += 1;
  const reading = { question: event, missing: 0, usages: [] };
  const number = memory.readingCount;
  for (const container of containersOf(self, podUid)) {
    if (container.record.status.state !== 'running') continue;
    reading.missing += 1;
    const note = { usage: number, containerId: container.record.status.containerId };
    self.request<UsageDescribe>(container.address, 'usage.describe', undefined, { deadlineMs: 2000, note });
  }
  memory.readings.set(number, reading);
  finishReading(self, number);
}

function containersOf({ memory }: Me, podUid: string | undefined): Iterable<Container> {
  if (podUid === undefined) return memory.containers.values();
  const ids = (memory.byPod.get(podUid) ?? []).flatMap((id) => [...(memory.sandboxes.get(id)?.containers ?? [])]);
  return ids.flatMap((id) => memory.containers.get(id) ?? []);
}

/** Takes what a container uses; without a body, that it does not say. */
export function takeUsage(self: Me, note: unknown, body: UsageDescribed['body'] | undefined): void {
  const { usage: number, containerId } = note as { usage: number; containerId: string };
  const reading = self.memory.readings.get(number);
  if (reading === undefined) return;
  reading.missing -= 1;
  const status = self.memory.containers.get(containerId)?.record.status;
  if (status !== undefined && body !== undefined) {
    const { podUid, name, startedAt } = status;
    reading.usages.push({ containerId, podUid, name, startedAt, ...body });
  }
  finishReading(self, number);
}

function finishReading(self: Me, number: number): void {
  const reading = self.memory.readings.get(number);
  if (reading === undefined || reading.missing > 0) return;
  self.memory.readings.delete(number);
  self.reply<RuntimeUsage>(reading.question, 'runtime.usage', { containers: reading.usages });
}

/** Takes by what law a container's memory grows from now on. */
export function takeGrowth(self: Me, { body }: MemoryGrew): void {
  noteGrowth(self, body.containerId, body.memory);
}

/** Notes by what law a container's memory grows from now on. */
export function noteGrowth(self: Me, containerId: string, growth: MemoryGrowth): void {
  const container = self.memory.containers.get(containerId);
  if (container === undefined || container.isEnding || container.record.status.state === 'exited') return;
  self.memory.growths.set(containerId, growth);
  if (self.memory.capacityBytes > 0) self.raise({ type: 'memory.reckoned' });
}

/** What is left, and by how many bytes a second it dwindles. */
function reckon({ memory }: Me, nowMs: number): { availableBytes: number; bytesPerSecond: number } {
  let used = 0;
  let bytesPerSecond = 0;
  for (const growth of memory.growths.values()) {
    used += bytesAt(growth, nowMs);
    bytesPerSecond += growth.bytesPerSecond;
  }
  return { availableBytes: Math.max(0, Math.floor(memory.capacityBytes - used)), bytesPerSecond };
}

/** Tells whether less memory is left than the kubelet's threshold. */
export function isShort(self: Me): boolean {
  const { capacityBytes, thresholdBytes } = self.memory;
  return capacityBytes > 0 && reckon(self, self.monotonic()).availableBytes < thresholdBytes;
}

/** Tells whether memory will get short if nothing changes. */
export function isGrowing(self: Me): boolean {
  return self.memory.capacityBytes > 0 && reckon(self, self.monotonic()).bytesPerSecond > 0;
}

/** ms until memory gets short, if nothing changes. */
export function untilShort(self: Me): number {
  const { availableBytes, bytesPerSecond } = reckon(self, self.monotonic());
  // A little beyond, so that it is then really short.
  const room = Math.max(0, availableBytes - self.memory.thresholdBytes) + 1;
  return (room / bytesPerSecond) * 1000 + 1;
}

/** Tells watchers how much memory is left, when that has changed. */
export function tellPressure(self: Me): void {
  const { availableBytes } = reckon(self, self.monotonic());
  if (availableBytes === self.memory.toldBytes) return;
  self.memory.toldBytes = availableBytes;
  tellMemory(self, availableBytes);
}
