/** How the worker takes its container down: hook, SIGTERM, and SIGKILL when the grace is over. */

import type { ContainerStop } from '../../../../protocol/messages/cri.ts';
import type { ContainerHalt } from '../../../../protocol/messages/pod-worker.ts';
import { type Me, record } from './memory.ts';

/** Takes the word to stop for good. A second one can only make it sooner. */
export function planHalt(self: Me, event: ContainerHalt): void {
  const { memory } = self;
  const { graceSeconds } = event.body;
  const killAt = self.monotonic() + graceSeconds * 1000;
  memory.killAt = memory.kill === undefined ? killAt : Math.min(memory.killAt, killAt);
  memory.kill = { isHalt: true, message: `Stopping container ${memory.input.name}`, graceSeconds };
}

/** Begins to stop the container. */
export function planKill(self: Me): void {
  const { memory } = self;
  const { message, graceSeconds } = memory.kill ?? { message: '', graceSeconds: 30 };
  memory.killAt = self.monotonic() + graceSeconds * 1000;
  record(self, 'Normal', 'Killing', message);
}

/** Sends SIGTERM, then SIGKILL when what is left of the grace is over; at least 2 s, as the kubelet's minimum. */
export function stop(self: Me): void {
  const { memory } = self;
  const containerId = memory.latest?.containerId ?? '';
  const leftSeconds = Math.ceil((memory.killAt - self.monotonic()) / 1000);
  const timeoutSeconds = Math.max(leftSeconds, Math.min(2, memory.kill?.graceSeconds ?? 2));
  const options = { deadlineMs: timeoutSeconds * 1000 + 120_000, retries: 10, retryMs: timeoutSeconds * 1000 + 10_000 };
  self.request<ContainerStop>(memory.input.place.runtime, 'container.stop', { containerId, timeoutSeconds }, options);
}
