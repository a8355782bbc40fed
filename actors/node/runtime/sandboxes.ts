/** Sandboxes: image, record, address, pause container, one after the other; and back. */

import type { Message } from '../../../protocol/message.ts';
import type { PauseInput, ProcessStart, SignalSend } from '../../../protocol/messages/container.ts';
import type {
  SandboxRemove,
  SandboxRemoved,
  SandboxRun,
  SandboxStarted,
  SandboxStatus,
  SandboxStop,
  SandboxStopped,
} from '../../../protocol/messages/cri.ts';
import type {
  AddressAllocate,
  AddressAllocated,
  AddressRelease,
  LinkLost,
} from '../../../protocol/messages/network.ts';
import { clusterOf, nodeAddress, pauseAddress } from '../../../protocol/subjects.ts';
import { drop as dropContainer, kill, refuse } from './containers.ts';
import { imageOf, type Pulled, pull } from './images.ts';
import { isBeingMade, isFirst, type Me, makeId, type Sandbox } from './memory.ts';
import { tellSandbox } from './watchers.ts';
import { sandboxImageMessage, sandboxNetworkMessage } from './wording.ts';

/** Where the records lie. */
export const sandboxPrefix = 'sandbox/';

const runRefused = 'FailedCreatePodSandBox';

/** Where a sandbox's pause container is. */
export function pauseOf(self: Me, { record }: Sandbox): string {
  return pauseAddress(clusterOf(self.address), self.memory.input.node, record.config.podUid);
}

function networkOf(self: Me): string {
  return nodeAddress(clusterOf(self.address), self.memory.input.node, 'network');
}

/** Puts a sandbox in the tables. */
export function keep({ memory }: Me, sandbox: Sandbox): void {
  const { sandboxId, podUid } = sandbox.record.status;
  memory.sandboxes.set(sandboxId, sandbox);
  const ids = memory.byPod.get(podUid);
  if (ids === undefined) memory.byPod.set(podUid, [sandboxId]);
  else ids.push(sandboxId);
}

function write({ disk }: Me, { record }: Sandbox): void {
  disk.replace(sandboxPrefix + record.status.sandboxId, [record]);
}

function setStatus(self: Me, sandbox: Sandbox, change: Partial<SandboxStatus>): void {
  sandbox.record = { ...sandbox.record, status: { ...sandbox.record.status, ...change } };
  write(self, sandbox);
}

/** Runs a sandbox. Asked again for the same attempt, it makes no second one. */
export function runSandbox(self: Me, event: SandboxRun): void {
  const { memory } = self;
  const config = event.body;
  const twin = (memory.byPod.get(config.podUid) ?? [])
    .map((id) => memory.sandboxes.get(id))
    .find((one) => one?.record.config.attempt === config.attempt);
  if (twin !== undefined) {
    joinRun(self, twin, event);
    return;
  }
  if (!isFirst(self, event)) return;
  const { podUid, name, namespace, attempt } = config;
  const sandboxId = makeId(self);
  const createdAt = self.now();
  const status: SandboxStatus = { sandboxId, podUid, name, namespace, attempt, state: 'not-ready', ip: '', createdAt };
  const sandbox: Sandbox = {
    record: { config, status, dns: '' },
    phase: 'pulling',
    isDoomed: false,
    containers: new Set(),
    runAskers: [event],
    stopAskers: [],
    removeAskers: [],
  };
  keep(self, sandbox);
  const image = memory.input.config['pod-sandbox-image'];
  if (image === '' || imageOf(self, image) !== undefined) writeFirst(self, sandbox);
  else pull(self, image, sandboxId);
}

function joinRun(self: Me, twin: Sandbox, event: SandboxRun): void {
  const { status } = twin.record;
  if (twin.phase === 'ready') self.reply<SandboxStarted>(event, 'sandbox.started', status);
  else if (isBeingMade(twin)) twin.runAskers.push(event);
  else {
    const name = `${status.name}_${status.namespace}_${status.podUid}_${status.attempt}`;
    const why = `failed to reserve sandbox name "${name}": name "${name}" is reserved for "${status.sandboxId}"`;
    refuse(self, event, runRefused, `rpc error: code = Unknown desc = ${why}`);
  }
}

/** Goes on once the pause container's image is here, or is known not to come. */
export function takePulled(self: Me, id: string, pulled: Pulled): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'pulling') return;
  const image = self.memory.input.config['pod-sandbox-image'];
  if ('message' in pulled) fail(self, sandbox, sandboxImageMessage(image, pulled.message));
  else writeFirst(self, sandbox);
}

function writeFirst(self: Me, sandbox: Sandbox): void {
  sandbox.phase = 'writing';
  write(self, sandbox);
  self.disk.sync({ made: sandbox.record.status.sandboxId });
}

/** Asks for an address once the sandbox is written down: what a crash leaves behind can be found. */
export function askAddress(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'writing') return;
  sandbox.phase = 'addressing';
  const { podUid, hostNetwork } = sandbox.record.config;
  const body = { podUid, sandboxId: id, pause: pauseOf(self, sandbox), hostNetwork };
  const options = { deadlineMs: 30_000, retries: 5, note: { address: id } };
  self.request<AddressAllocate>(networkOf(self), 'address.allocate', body, options);
}

/** Starts the pause container at its address. */
export function startPause(self: Me, id: string, { ip, dns }: AddressAllocated['body']): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'addressing') return;
  const pause = pauseOf(self, sandbox);
  if (self.memory.byAddress.has(pause)) {
    const message = `rpc error: code = Unknown desc = failed to create containerd task: task ${pause}: already exists`;
    fail(self, sandbox, message);
    return;
  }
  // Something that nobody here started: a process that was run again behind the runtime's back.
  if (self.isAlive(pause)) self.stop(pause);
  sandbox.record = { ...sandbox.record, dns };
  setStatus(self, sandbox, { ip });
  const { hostNetwork } = sandbox.record.config;
  const setupMs = self.memory.input.config['sandbox-setup'];
  const input: PauseInput = {
    runtime: self.address,
    network: networkOf(self),
    sandboxId: id,
    ip,
    hostNetwork,
    setupMs,
  };
  self.memory.byAddress.set(pause, id);
  self.spawn(pause, 'pause', input, { detached: true });
  awaitPause(self, sandbox);
}

/** Waits for the pause container to hold the pod's namespaces. */
export function awaitPause(self: Me, sandbox: Sandbox): void {
  const containerId = sandbox.record.status.sandboxId;
  sandbox.phase = 'starting';
  const options = { deadlineMs: 60_000, retries: 11, note: { pause: containerId } };
  self.request<ProcessStart>(pauseOf(self, sandbox), 'process.start', { containerId }, options);
}

/** Takes it that the pause container holds. */
export function finishRun(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'starting') return;
  sandbox.phase = 'ready';
  setStatus(self, sandbox, { state: 'ready' });
  self.disk.sync();
  for (const asker of sandbox.runAskers) self.reply<SandboxStarted>(asker, 'sandbox.started', sandbox.record.status);
  sandbox.runAskers = [];
  tellSandbox(self, sandbox);
}

/** Gives a sandbox up that could not be made, and all that was made of it. */
function fail(self: Me, sandbox: Sandbox, message: string): void {
  answerRun(self, sandbox, message);
  if (sandbox.phase === 'pulling' || sandbox.phase === 'writing') drop(self, sandbox);
  else {
    sandbox.isDoomed = true;
    beginTeardown(self, sandbox);
  }
}

function answerRun(self: Me, sandbox: Sandbox, message: string): void {
  for (const asker of sandbox.runAskers) refuse(self, asker, runRefused, message);
  sandbox.runAskers = [];
}

/** Gives a sandbox up whose network could not be set up. */
export function failNetwork(self: Me, id: string, why: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase === 'addressing') fail(self, sandbox, sandboxNetworkMessage(id, why));
}

/** Gives a sandbox up whose pause container did not come up. */
export function failPause(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'starting') return;
  fail(
    self,
    sandbox,
    `rpc error: code = Unknown desc = failed to start sandbox container task "${id}": context deadline exceeded`,
  );
}

/** Stops a sandbox; what runs in it is killed. */
export function stopSandbox(self: Me, event: SandboxStop): void {
  const { sandboxId } = event.body;
  const sandbox = self.memory.sandboxes.get(sandboxId);
  if (sandbox === undefined || sandbox.phase === 'stopped') {
    self.reply<SandboxStopped>(event, 'sandbox.stopped', { sandboxId });
    return;
  }
  sandbox.stopAskers.push(event);
  beginTeardown(self, sandbox);
}

/** Removes a sandbox with its containers; one that was not stopped is stopped first. */
export function removeSandbox(self: Me, event: SandboxRemove): void {
  const { sandboxId } = event.body;
  const sandbox = self.memory.sandboxes.get(sandboxId);
  if (sandbox === undefined) {
    self.reply<SandboxRemoved>(event, 'sandbox.removed', { sandboxId });
    return;
  }
  sandbox.removeAskers.push(event);
  if (sandbox.phase === 'stopped') finishRemoval(self, sandbox);
  else beginTeardown(self, sandbox);
}

function beginTeardown(self: Me, sandbox: Sandbox): void {
  answerRun(self, sandbox, 'rpc error: code = Canceled desc = the sandbox was stopped before it ran');
  if (sandbox.phase !== 'ending' && sandbox.phase !== 'releasing') sandbox.phase = 'stopping';
  progress(self, sandbox);
}

/** Takes a sandbox down as far as it goes now: containers, then the pause container, then the address. */
export function progress(self: Me, sandbox: Sandbox): void {
  if (sandbox.phase === 'stopping' && !hasLiving(self, sandbox)) endPause(self, sandbox);
  if (sandbox.phase === 'ending' && !self.isAlive(pauseOf(self, sandbox))) releaseAddress(self, sandbox);
}

/** Kills what lives in a sandbox, and tells whether anything does. */
function hasLiving(self: Me, sandbox: Sandbox): boolean {
  let isAny = false;
  for (const id of sandbox.containers) {
    const container = self.memory.containers.get(id);
    if (container === undefined || (container.record.status.state === 'exited' && !container.isEnding)) continue;
    isAny = true;
    kill(self, container);
  }
  return isAny;
}

/** The pause container of this sandbox may be long gone, and another one of the pod at its address. */
function endPause(self: Me, sandbox: Sandbox): void {
  const { sandboxId } = sandbox.record.status;
  const pause = pauseOf(self, sandbox);
  if (self.memory.byAddress.get(pause) !== sandboxId) {
    releaseAddress(self, sandbox);
    return;
  }
  sandbox.phase = 'ending';
  if (!self.isAlive(pause)) return;
  const options = { deadlineMs: 5000, retries: 4, retryMs: 1000, note: { ending: sandboxId } };
  self.request<SignalSend>(pause, 'signal.send', { containerId: sandboxId, signal: 'SIGTERM' }, options);
}

/** Takes a pause container away that does not answer. */
export function forcePause(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'ending') return;
  const pause = pauseOf(self, sandbox);
  if (self.isAlive(pause)) self.stop(pause);
  takePauseEnd(self, id);
}

/** Takes it that a pause container has ended: as it was told to, or the pod's network has died with it. */
export function takePauseEnd(self: Me, id: string): void {
  const { memory } = self;
  const sandbox = memory.sandboxes.get(id);
  if (sandbox === undefined) return;
  const pause = pauseOf(self, sandbox);
  if (memory.byAddress.get(pause) === id) memory.byAddress.delete(pause);
  if (sandbox.phase === 'ending') {
    releaseAddress(self, sandbox);
    return;
  }
  self.send<LinkLost>(networkOf(self), 'link.lost', { sandboxId: id });
  if (sandbox.phase === 'starting') failPause(self, id);
  else if (sandbox.phase === 'ready') {
    sandbox.phase = 'not-ready';
    setStatus(self, sandbox, { state: 'not-ready' });
    self.disk.sync();
    tellSandbox(self, sandbox);
  }
}

function releaseAddress(self: Me, sandbox: Sandbox): void {
  const { sandboxId } = sandbox.record.status;
  sandbox.phase = 'releasing';
  const options = { deadlineMs: 10_000, retries: 9, retryMs: 1000, note: { release: sandboxId } };
  self.request<AddressRelease>(networkOf(self), 'address.release', { sandboxId }, options);
}

/** Ends the teardown once the address is free. */
export function finishTeardown(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'releasing') return;
  sandbox.phase = 'stopped';
  if (sandbox.record.status.state === 'ready') {
    setStatus(self, sandbox, { state: 'not-ready' });
    self.disk.sync();
  }
  for (const asker of sandbox.stopAskers) self.reply<SandboxStopped>(asker, 'sandbox.stopped', { sandboxId: id });
  sandbox.stopAskers = [];
  tellSandbox(self, sandbox);
  if (sandbox.isDoomed || sandbox.removeAskers.length > 0) finishRemoval(self, sandbox);
}

/** Says that the network does not take a sandbox's address back; the kubelet asks again. */
export function failTeardown(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'releasing') return;
  const message = `rpc error: code = Unknown desc = failed to destroy network for sandbox "${id}": context deadline exceeded`;
  for (const asker of [...sandbox.stopAskers, ...sandbox.removeAskers])
    refuse(self, asker, 'KillPodSandboxError', message);
  sandbox.stopAskers = [];
  sandbox.removeAskers = [];
  sandbox.phase = 'not-ready';
}

function finishRemoval(self: Me, sandbox: Sandbox): void {
  const askers: readonly Message[] = sandbox.removeAskers;
  const { sandboxId } = sandbox.record.status;
  drop(self, sandbox);
  for (const asker of askers) self.reply<SandboxRemoved>(asker, 'sandbox.removed', { sandboxId });
}

function drop(self: Me, sandbox: Sandbox): void {
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
