/** How containers end: stopped, killed, or by themselves; and how that is written down before it is told. */

import type { ProcessStatus, SignalSend } from '../../../protocol/messages/container.ts';
import type {
  ContainerRemove,
  ContainerRemoved,
  ContainerStarted,
  ContainerStop,
  ContainerStopped,
} from '../../../protocol/messages/cri.ts';
import type { PortClose } from '../../../protocol/messages/network.ts';
import { clusterOf, pauseAddress } from '../../../protocol/subjects.ts';
import { dueOf, removeDue, setDue } from '../../client-go/due-heap.ts';
import { dropLog, keepLog } from './container-logs.ts';
import { containerPrefix, find, refuse, setStatus } from './container-records.ts';
import type { Container, Me, Sandbox } from './memory.ts';
import { tellContainer } from './watchers.ts';

/** Stops a container: SIGTERM now, SIGKILL when its grace is over; the shortest grace asked for counts. */
export function stopContainer(self: Me, event: ContainerStop): void {
  const container = find(self, event);
  if (container === undefined) return;
  const { containerId, state } = container.record.status;
  if (state === 'exited') {
    self.reply<ContainerStopped>(event, 'container.stopped', container.record.status);
    return;
  }
  container.stopAskers.push(event);
  if (container.isEnding) return;
  const { timeoutSeconds } = event.body;
  if (state === 'created' || timeoutSeconds <= 0) kill(self, container);
  else {
    const at = Math.min(
      self.monotonic() + timeoutSeconds * 1000,
      dueOf(self.memory.kills, containerId) ?? Number.POSITIVE_INFINITY,
    );
    setDue(self.memory.kills, containerId, at);
    self.raise({ type: 'kill.added' });
    signal(self, container, 'SIGTERM');
  }
}

/** Kills a container. */
export function kill(self: Me, container: Container): void {
  if (container.isEnding || container.record.status.state === 'exited') return;
  removeDue(self.memory.kills, container.record.status.containerId);
  signal(self, container, 'SIGKILL');
}

function signal(self: Me, container: Container, name: 'SIGTERM' | 'SIGKILL'): void {
  const { containerId } = container.record.status;
  const options = { deadlineMs: 5000, retries: 4, retryMs: 1000, note: { [name]: containerId } };
  self.request<SignalSend>(container.address, 'signal.send', { containerId, signal: name }, options);
}

/** A process that cannot even be killed is taken away: SIGKILL asks nobody. */
export function endByForce(self: Me, id: string): void {
  const container = self.memory.containers.get(id);
  if (container === undefined || container.isEnding || container.record.status.state === 'exited') return;
  end(self, container, { exitCode: 137, reason: 'Error', message: '' });
  // The kernel closes the sockets of the dead.
  const pause = pauseAddress(clusterOf(self.address), self.memory.input.node, container.record.status.podUid);
  self.send<PortClose>(pause, 'port.close', { container: container.record.config.name });
}

/** Writes down how a container ended. Nobody is told, and nothing reaped, before that would outlast a crash. */
export function end(
  self: Me,
  container: Container,
  how: Pick<ProcessStatus, 'exitCode' | 'reason' | 'message' | 'log'> & { finishedAt?: number },
): void {
  const { memory } = self;
  const { containerId } = container.record.status;
  const { exitCode, reason, message, finishedAt = self.now() } = how;
  container.isEnding = true;
  if (how.log !== undefined) keepLog(self, container, how.log);
  setStatus(self, container, { state: 'exited', exitCode, reason, message, finishedAt });
  self.disk.sync({ ended: containerId });
  removeDue(memory.kills, containerId);
  if (memory.growths.delete(containerId)) self.raise({ type: 'memory.reckoned' });
}

/** Takes a container's own word for how it ended. */
export function takeExit(self: Me, status: ProcessStatus, from: string): void {
  const { memory } = self;
  const container = memory.containers.get(status.containerId);
  if (container === undefined) {
    if (self.isAlive(from) && !memory.byAddress.has(from)) self.stop(from);
  } else if (!container.isEnding && container.record.status.state !== 'exited') {
    if (container.record.status.startedAt === 0 && status.startedAt > 0) {
      setStatus(self, container, { startedAt: status.startedAt });
    }
    end(self, container, status);
  }
}

/** Reaps a container whose end is written down, and tells it. Gives the sandbox it was in. */
export function reap(self: Me, id: string): Sandbox | undefined {
  const { memory } = self;
  const container = memory.containers.get(id);
  if (container === undefined || !container.isEnding) return undefined;
  container.isEnding = false;
  vacate(self, container, id);
  tellContainer(self, container);
  const { status } = container.record;
  for (const asker of container.stopAskers) self.reply<ContainerStopped>(asker, 'container.stopped', status);
  const message = `rpc error: code = Unknown desc = container "${id}" has exited`;
  for (const asker of container.createAskers) refuse(self, asker, 'RunContainerError', message);
  const { startedAt } = status;
  for (const asker of container.startAskers) {
    // That it ran may be known only from how it ended; it was started all the same.
    if (startedAt > 0) self.reply<ContainerStarted>(asker, 'container.started', { containerId: id, startedAt });
    else refuse(self, asker, 'RunContainerError', message);
  }
  container.createAskers = [];
  container.startAskers = [];
  container.stopAskers = [];
  const askers = container.removeAskers;
  if (askers.length > 0) drop(self, container);
  for (const asker of askers) self.reply<ContainerRemoved>(asker, 'container.removed', { containerId: id });
  return memory.sandboxes.get(status.sandboxId);
}

function vacate(self: Me, { address }: Container, id: string): void {
  if (self.memory.byAddress.get(address) !== id) return;
  self.memory.byAddress.delete(address);
  if (self.isAlive(address)) self.stop(address);
}

/** Removes a container; one that runs is killed first. */
export function removeContainer(self: Me, event: ContainerRemove): void {
  const { containerId } = event.body;
  const container = self.memory.containers.get(containerId);
  if (container !== undefined && (container.isEnding || container.record.status.state !== 'exited')) {
    container.removeAskers.push(event);
    kill(self, container);
    return;
  }
  if (container !== undefined) drop(self, container);
  self.reply<ContainerRemoved>(event, 'container.removed', { containerId });
}

/** Forgets an ended container. */
export function drop(self: Me, { record, log }: Container): void {
  const { containerId, sandboxId } = record.status;
  self.memory.containers.delete(containerId);
  self.memory.sandboxes.get(sandboxId)?.containers.delete(containerId);
  self.disk.remove(containerPrefix + containerId);
  if (log !== undefined) dropLog(self, containerId);
  self.disk.sync();
}
