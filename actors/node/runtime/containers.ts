/** Containers are made and started, and commands are run in them. */

import type { ContainerInput, ProcessStart, ProcessStarted } from '../../../protocol/messages/container.ts';
import type {
  ContainerCreate,
  ContainerCreated,
  ContainerExec,
  ContainerStart,
  ContainerStarted,
  RuntimeContainerStatus,
} from '../../../protocol/messages/cri.ts';
import { clusterOf, containerAddress } from '../../../protocol/subjects.ts';
import { drop } from './container-end.ts';
import { find, refuse, setStatus, write } from './container-records.ts';
import { imageOf } from './images.ts';
import { type Container, isFirst, type Me, makeId, type Sandbox } from './memory.ts';
import { noteGrowth } from './usage.ts';
import { tellContainer } from './watchers.ts';
import { notFoundMessage } from './wording.ts';

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
  } else if (twin !== undefined && !isAbandoned(twin)) {
    refuse(self, event, 'CreateContainerError', reservedMessage(twin));
  } else if (image === undefined) {
    const message = `rpc error: code = NotFound desc = failed to get image from containerd: image "${config.image}": not found`;
    refuse(self, event, 'CreateContainerError', message);
  } else if (isFirst(self, event)) {
    if (twin !== undefined) drop(self, twin);
    const { podUid } = sandbox.record.config;
    const status = newStatus(self, event.body, podUid, image.imageId);
    const container: Container = {
      record: { config, workload: image.workload, status },
      address: containerAddress(clusterOf(self.address), self.memory.input.node, podUid, config.name),
      isEnding: false,
      log: undefined,
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

/** Tells whether a container was made and never started: the kubelet that wanted it has died, and the next makes another. */
function isAbandoned({ record, isEnding, createAskers, startAskers }: Container): boolean {
  return record.status.state === 'created' && !isEnding && createAskers.length === 0 && startAskers.length === 0;
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

/** Puts a container's process there, not started, once its record is written. */
export function finishCreate(self: Me, id: string): void {
  const container = self.memory.containers.get(id);
  const sandbox = container && self.memory.sandboxes.get(container.record.status.sandboxId);
  if (container === undefined || sandbox === undefined || container.isEnding) return;
  const { config, workload } = container.record;
  const input: ContainerInput = {
    runtime: self.address,
    pause: sandbox.pause,
    dns: sandbox.record.dns,
    containerId: id,
    namespace: sandbox.record.config.namespace,
    pod: sandbox.record.config.name,
    hostname: sandbox.record.config.hostname,
    ip: sandbox.record.status.ip,
    config,
    workload,
    logMaxBytes: self.memory.input.config['container-log-max-size'],
  };
  if (self.isAlive(container.address)) self.stop(container.address);
  self.spawn(container.address, 'container', input, { detached: true });
  for (const asker of container.createAskers) {
    self.reply<ContainerCreated>(asker, 'container.created', { containerId: id });
  }
  container.createAskers = [];
  tellContainer(self, container);
}

/** Starts a container; asked again, it starts once, though it may have ended since. */
export function startContainer(self: Me, event: ContainerStart): void {
  const container = find(self, event);
  if (container === undefined) return;
  const { state, startedAt, sandboxId, containerId } = container.record.status;
  const sandbox = self.memory.sandboxes.get(sandboxId);
  if (startedAt > 0) self.reply<ContainerStarted>(event, 'container.started', { containerId, startedAt });
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
  const answer = { containerId: body.containerId, startedAt: body.startedAt };
  for (const asker of container.startAskers) self.reply<ContainerStarted>(asker, 'container.started', answer);
  container.startAskers = [];
  tellContainer(self, container);
  if (body.memory !== undefined) noteGrowth(self, body.containerId, body.memory);
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
