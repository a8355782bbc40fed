/** What the runtime keeps of a sandbox: its place in the tables, and its record on disk. */

import type { SandboxStatus } from '../../../protocol/messages/cri.ts';
import { clusterOf, pauseAddress } from '../../../protocol/subjects.ts';
import { drop as dropContainer } from './container-end.ts';
import type { Me, Sandbox, SandboxPhase, SandboxRecord } from './memory.ts';

/** Where the records lie. */
export const sandboxPrefix = 'sandbox/';

/** Makes what is known of a sandbox of which there is a record, and nothing more. */
export function makeSandbox(self: Me, record: SandboxRecord, phase: SandboxPhase): Sandbox {
  return {
    record,
    pause: pauseAddress(clusterOf(self.address), self.memory.input.node, record.config.podUid),
    phase,
    isDoomed: false,
    containers: new Set(),
    runAskers: [],
    stopAskers: [],
    removeAskers: [],
  };
}

/** Puts a sandbox in the tables. */
export function keep({ memory }: Me, sandbox: Sandbox): void {
  const { sandboxId, podUid } = sandbox.record.status;
  memory.sandboxes.set(sandboxId, sandbox);
  const ids = memory.byPod.get(podUid);
  if (ids === undefined) memory.byPod.set(podUid, [sandboxId]);
  else ids.push(sandboxId);
}

/** Writes a sandbox's record; it is durable with the next sync. */
export function write({ disk }: Me, { record }: Sandbox): void {
  disk.replace(sandboxPrefix + record.status.sandboxId, [record]);
}

/** Changes a sandbox's status, and its record with it. */
export function setStatus(self: Me, sandbox: Sandbox, change: Partial<SandboxStatus>): void {
  sandbox.record = { ...sandbox.record, status: { ...sandbox.record.status, ...change } };
  write(self, sandbox);
}

/** Forgets a sandbox, with its containers. */
export function drop(self: Me, sandbox: Sandbox): void {
  const { memory, disk } = self;
  const { sandboxId, podUid } = sandbox.record.status;
  for (const id of [...sandbox.containers]) {
    const container = memory.containers.get(id);
    if (container !== undefined) dropContainer(self, container);
  }
  memory.sandboxes.delete(sandboxId);
  const ids = (memory.byPod.get(podUid) ?? []).filter((id) => id !== sandboxId);
  if (ids.length === 0) memory.byPod.delete(podUid);
  else memory.byPod.set(podUid, ids);
  disk.remove(sandboxPrefix + sandboxId);
  disk.sync();
}
