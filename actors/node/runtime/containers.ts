/** Containers: made, started, stopped, removed; and how one that ended is written down before it is told. */

import type { Message } from '../../../protocol/message.ts';
import type {
  ContainerInput,
  ProcessStart,
  ProcessStarted,
  ProcessStatus,
  SignalSend,
} from '../../../protocol/messages/container.ts';
import type {
  ContainerCreate,
  ContainerCreated,
  ContainerExec,
  ContainerRemove,
  ContainerRemoved,
  ContainerStart,
  ContainerStarted,
  ContainerStop,
  ContainerStopped,
  CriRefused,
  RuntimeContainerStatus,
} from '../../../protocol/messages/cri.ts';
import type { PortClose } from '../../../protocol/messages/network.ts';
import { clusterOf, containerAddress, pauseAddress } from '../../../protocol/subjects.ts';
import { dueOf, removeDue, setDue } from '../../client-go/due-heap.ts';
import { imageOf } from './images.ts';
import { type Container, isFirst, type Me, makeId, type Sandbox } from './memory.ts';
import { tellContainer } from './watchers.ts';
import { notFoundMessage } from './wording.ts';

/** Where the records lie. */
export const containerPrefix = 'container/';

/** Says no to whoever asked. */
export function refuse(self: Me, question: Message, code: string, message: string): void {
  self.reply<CriRefused>(question, 'cri.refused', { code, message });
}

/** Finds a container, or says that there is none. */
function find(self: Me, question: Message<string, { containerId: string }>): Container | undefined {
  const { containerId } = question.body;
  const container = self.memory.containers.get(containerId);
  if (container === undefined) refuse(self, question, 'NotFound', notFoundMessage('container', containerId));
  return container;
}

/** Makes a container; it is told once its record would outlast a crash. Asked again, it makes no second one. */
export function createContainer(self: Me, event: ContainerCreate): void {
  const { sandboxId, container: config } = event.body;
  const sandbox = self.memory.sandboxes.get(sandboxId);
  const image = imageOf(self, config.image);
  if (sandbox === undefined || sandbox.phase !== 'ready') {
    const why = sandbox === undefined ? notFoundMessage('sandbox', sandboxId) : notRunning(sandboxId);
    refuse(self, event, 'CreateContainerError', why);
    return;
  }
  const twin = twinOf(self, sandbox, config.name, config.attempt);
  if (twin?.record.config.attempt === config.attempt) {
    if (twin.createAskers.length > 0) twin.createAskers.push(event);
    else self.reply<ContainerCreated>(event, 'container.created', { containerId: twin.record.status.containerId });
  } else if (twin !== undefined) refuse(self, event, 'CreateContainerError', reservedMessage(twin));
  else if (image === undefined) {
    const message = `rpc error: code = NotFound desc = failed to get image from containerd: image "${config.image}": not found`;
    refuse(self, event, 'CreateContainerError', message);
  } else if (isFirst(self, event)) {
    const { podUid } = sandbox.record.config;
    const status = newStatus(self, event.body, podUid, image.imageId);
    const container: Container = {
      record: { config, workload: image.workload, status },
      address: containerAddress(clusterOf(self.address), self.memory.input.node, podUid, config.name),
      isEnding: false,
      createAskers: [event],
      startAskers: [],
      stopAskers: [],
      removeAskers: [],
    };
    self.memory.containers.set(status.containerId, container);
    self.memory.byAddress.set(container.address, status.containerId);
    sandbox.containers.add(status.containerId);
    write(self, container);
    self.disk.sync({ created: status.containerId });
  }
}

/** Finds the container of that name and attempt, or one of that name that still lives. */
function twinOf({ memory }: Me, sandbox: Sandbox, name: string, attempt: number): Container | undefined {
  for (const id of sandbox.containers) {
    const one = memory.containers.get(id);
    if (one?.record.config.name !== name) continue;
    if (one.record.config.attempt === attempt || memory.byAddress.get(one.address) === id) return one;
  }
  return undefined;
}

function reservedMessage({ record }: Container): string {
  const { name, podUid, attempt, containerId } = record.status;
  const reserved = `${name}_${podUid}_${attempt}`;
  return `rpc error: code = Unknown desc = failed to reserve container name "${reserved}": name "${reserved}" is reserved for "${containerId}"`;
}

function notRunning(sandboxId: string): string {
  return `rpc error: code = Unknown desc = sandbox container "${sandboxId}" is not running`;
}

function newStatus(
  self: Me,
  { sandboxId, container }: ContainerCreate['body'],
  podUid: string,
  imageId: string,
): RuntimeContainerStatus {
  return {
    containerId: makeId(self),
    sandboxId,
    podUid,
    name: container.name,
    attempt: container.attempt,
    image: container.image,
    imageId,
    state: 'created',
    createdAt: self.now(),
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
  };
}

function write({ disk }: Me, { record }: Container): void {
  disk.replace(containerPrefix + record.status.containerId, [record]);
}

function setStatus(self: Me, container: Container, change: Partial<RuntimeContainerStatus>): void {
  container.record = { ...container.record, status: { ...container.record.status, ...change } };
  write(self, container);
}

/** Puts a container's process there, not started, once its record is written. */
export function finishCreate(self: Me, id: string): void {
  const container = self.memory.containers.get(id);
  const sandbox = container && self.memory.sandboxes.get(container.record.status.sandboxId);
  if (container === undefined || sandbox === undefined || container.isEnding) return;
  const { config, status, workload } = container.record;
  const input: ContainerInput = {
    runtime: self.address,
    pause: pauseAddress(clusterOf(self.address), self.memory.input.node, status.podUid),
    dns: sandbox.record.dns,
    containerId: id,
    namespace: sandbox.record.config.namespace,
    ip: sandbox.record.status.ip,
    config,
    workload,
  };
  if (self.isAlive(container.address)) self.stop(container.address);
  self.spawn(container.address, 'container', input, { detached: true });
  for (const asker of container.createAskers) {
    self.reply<ContainerCreated>(asker, 'container.created', { containerId: id });
  }
  container.createAskers = [];
  tellContainer(self, container);
}

/** Starts a container; asked again, it starts once. */
export function startContainer(self: Me, event: ContainerStart): void {
  const container = find(self, event);
  if (container === undefined) return;
  const { state, startedAt, sandboxId, containerId } = container.record.status;
  const sandbox = self.memory.sandboxes.get(sandboxId);
  if (state === 'running') self.reply<ContainerStarted>(event, 'container.started', { containerId, startedAt });
  else if (state === 'exited' || container.isEnding) {
    const message = `rpc error: code = Unknown desc = container "${containerId}" is in CONTAINER_EXITED state`;
    refuse(self, event, 'RunContainerError', message);
  } else if (sandbox?.phase !== 'ready') refuse(self, event, 'RunContainerError', notRunning(sandboxId));
  else {
    container.startAskers.push(event);
    if (container.startAskers.length > 1) return;
    const options = { deadlineMs: 60_000, retries: 11, note: { start: containerId } };
    self.request<ProcessStart>(container.address, 'process.start', { containerId }, options);
  }
}

/** Takes it that a container's process runs. */
export function takeStart(self: Me, { body }: ProcessStarted): void {
  const container = self.memory.containers.get(body.containerId);
  if (container === undefined || container.isEnding || container.record.status.state !== 'created') return;
  setStatus(self, container, { state: 'running', startedAt: body.startedAt });
  self.disk.sync();
  for (const asker of container.startAskers) self.reply<ContainerStarted>(asker, 'container.started', body);
  container.startAskers = [];
  tellContainer(self, container);
}

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
      self.now() + timeoutSeconds * 1000,
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
  how: Pick<ProcessStatus, 'exitCode' | 'reason' | 'message'> & { finishedAt?: number },
): void {
  const { memory } = self;
  const { containerId } = container.record.status;
  const { exitCode, reason, message, finishedAt = self.now() } = how;
  container.isEnding = true;
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
  for (const asker of [...container.createAskers, ...container.startAskers]) {
    refuse(self, asker, 'RunContainerError', `rpc error: code = Unknown desc = container "${id}" has exited`);
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
export function drop(self: Me, { record }: Container): void {
  const { containerId, sandboxId } = record.status;
  self.memory.containers.delete(containerId);
  self.memory.sandboxes.get(sandboxId)?.containers.delete(containerId);
  self.disk.remove(containerPrefix + containerId);
  self.disk.sync();
}

/** Hands a command on to the container it is for, which answers by itself. */
export function execCommand(self: Me, event: ContainerExec): void {
  const container = find(self, event);
  if (container === undefined) return;
  const { state, containerId } = container.record.status;
  if (state === 'running') self.pass(event, container.address);
  else {
    const message = `rpc error: code = Unknown desc = container ${containerId} is in CONTAINER_${state.toUpperCase()} state`;
    refuse(self, event, 'FailedPrecondition', message);
  }
}
