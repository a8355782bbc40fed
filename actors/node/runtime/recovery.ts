/** What a runtime does when it starts again: reads what it made, and finds out what of it still lives (dockerd's live-restore). */

import type { ProcessInspect, ProcessInspected, ProcessStatus } from '../../../protocol/messages/container.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import { clusterOf, containerAddress } from '../../../protocol/subjects.ts';
import { end } from './container-end.ts';
import { readLog } from './container-logs.ts';
import { containerPrefix } from './container-records.ts';
import { finishCreate } from './containers.ts';
import { readImages } from './images.ts';
import type { Container, ContainerRecord, Me, Sandbox, SandboxRecord } from './memory.ts';
import { keep, makeSandbox, sandboxPrefix } from './sandbox-records.ts';
import { awaitPause, takePauseEnd } from './sandboxes.ts';

/** Whose process is asked after. */
interface Survivor {
  inspect: string;
}

/** Reads the records, and asks every process that may have lived on how it is. */
export function readRecords(self: Me): void {
  const { disk } = self;
  readImages(self);
  const files = disk.files();
  for (const file of files) {
    if (file.startsWith(sandboxPrefix)) restoreSandbox(self, disk.read(file)[0] as SandboxRecord);
  }
  for (const file of files) {
    if (file.startsWith(containerPrefix)) restoreContainer(self, disk.read(file)[0] as ContainerRecord);
  }
}

function restoreSandbox(self: Me, record: SandboxRecord): void {
  const { sandboxId } = record.status;
  const sandbox = makeSandbox(self, record, 'not-ready');
  keep(self, sandbox);
  const { pause } = sandbox;
  const isLatest = (self.memory.byAddress.get(pause) ?? '') === '' || record.status.state === 'ready';
  // One that was still being made may have its pause container too; of several sandboxes of a pod one has it at most.
  if (record.status.ip === '' || !isLatest) return;
  self.memory.byAddress.set(pause, sandboxId);
  inspect(self, pause, sandboxId);
}

function restoreContainer(self: Me, record: ContainerRecord): void {
  const { memory } = self;
  const { status, config } = record;
  const sandbox = memory.sandboxes.get(status.sandboxId);
  if (sandbox === undefined) {
    self.disk.remove(containerPrefix + status.containerId);
    return;
  }
  const address = containerAddress(clusterOf(self.address), memory.input.node, status.podUid, config.name);
  const container: Container = {
    record,
    address,
    isEnding: false,
    log: readLog(self, status.containerId),
    createAskers: [],
    startAskers: [],
    stopAskers: [],
    removeAskers: [],
  };
  memory.containers.set(status.containerId, container);
  sandbox.containers.add(status.containerId);
  if (status.state === 'exited' && !self.isAlive(address)) return;
  if (status.state === 'exited' && memory.byAddress.has(address)) return;
  memory.byAddress.set(address, status.containerId);
  inspect(self, address, status.containerId);
}

function inspect(self: Me, address: string, id: string): void {
  self.memory.unsure += 1;
  const note: Survivor = { inspect: id };
  const options = { deadlineMs: 10_000, retries: 4, retryMs: 2000, note };
  self.request<ProcessInspect>(address, 'process.inspect', undefined, options);
}

/** Takes what a process that lives says of itself. */
export function judgeSurvivor(self: Me, event: ProcessInspected): void {
  const { inspect: id } = event.note as Survivor;
  const { memory } = self;
  const status = event.body;
  const container = memory.containers.get(id);
  const sandbox = memory.sandboxes.get(id);
  if (status.containerId !== id) loseProcess(self, id);
  else if (sandbox !== undefined) adoptSandbox(self, sandbox, status.state);
  else if (container !== undefined) adoptContainer(self, container, status);
  settle(self);
}

function adoptSandbox(self: Me, sandbox: Sandbox, state: ProcessStatus['state']): void {
  if (state === 'running' && sandbox.record.status.state === 'ready') sandbox.phase = 'ready';
  // It was being made when the runtime died: nobody was told of it, and it is finished now.
  else awaitPause(self, sandbox);
}

function adoptContainer(self: Me, container: Container, status: ProcessStatus): void {
  const { state, startedAt } = status;
  if (container.isEnding) return;
  const record = { ...container.record, status: { ...container.record.status, state, startedAt } };
  if (state === 'exited') {
    container.record = { ...record, status: { ...record.status, state: 'running' } };
    end(self, container, status);
  } else container.record = record;
}

/** Takes it that a process is gone, or does not answer. */
export function missSurvivor(self: Me, event: RequestExpired): void {
  const { inspect: id } = (event.note ?? {}) as Partial<Survivor>;
  if (id === undefined) return;
  // One that lives and only keeps silent is taken to be as it was.
  if (event.body.reason === 'refused' || !self.isAlive(event.body.to)) loseProcess(self, id);
  else assume(self, id);
  settle(self);
}

function assume(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox !== undefined) adoptSandbox(self, sandbox, 'running');
}

function loseProcess(self: Me, id: string): void {
  const { memory } = self;
  const container = memory.containers.get(id);
  const sandbox = memory.sandboxes.get(id);
  if (sandbox !== undefined) {
    if (sandbox.record.status.state === 'ready') sandbox.phase = 'ready';
    takePauseEnd(self, id);
  } else if (container !== undefined && !container.isEnding) loseContainer(self, container);
}

function loseContainer(self: Me, container: Container): void {
  const { containerId, state } = container.record.status;
  if (state === 'exited') return;
  // As containerd: one that was only made has lost nothing by it, whether or not its process was there already.
  if (state === 'created' && !self.isAlive(container.address)) finishCreate(self, containerId);
  // Its words for an end that nobody has seen.
  else end(self, container, { exitCode: 255, reason: 'Unknown', message: '' });
}

function settle(self: Me): void {
  self.memory.unsure -= 1;
  if (self.memory.unsure === 0) self.raise({ type: 'recovery.completed' });
}
