/** Sandboxes come up: image, record, address, pause container, one after the other. */

import type { PauseInput, ProcessStart } from '../../../protocol/messages/container.ts';
import type { SandboxConfig, SandboxRun, SandboxStarted, SandboxStatus } from '../../../protocol/messages/cri.ts';
import type { AddressAllocate, AddressAllocated, LinkLost } from '../../../protocol/messages/network.ts';
import { refuse } from './container-records.ts';
import { imageOf, type Pulled, pull } from './images.ts';
import { isBeingMade, isFirst, type Me, makeId, type RuntimeMemory, type Sandbox } from './memory.ts';
import { drop, keep, makeSandbox, setStatus, write } from './sandbox-records.ts';
import { answerRun, beginTeardown, finishPause, runRefusal } from './sandbox-teardown.ts';
import { tellSandbox } from './watchers.ts';
import { sandboxImageMessage, sandboxNetworkMessage } from './wording.ts';

/** Runs a sandbox. Asked again for the same attempt, it makes no second one. */
export function runSandbox(self: Me, event: SandboxRun): void {
  const { memory } = self;
  const config = event.body;
  const twin = twinOf(memory, config);
  if (twin !== undefined) {
    joinRun(self, twin, event);
    return;
  }
  if (!isFirst(self, event)) return;
  const { podUid, name, namespace, attempt } = config;
  const sandboxId = makeId(self);
  const createdAt = self.now();
  const status: SandboxStatus = { sandboxId, podUid, name, namespace, attempt, state: 'not-ready', ip: '', createdAt };
  const sandbox = makeSandbox(self, { config, status, dns: '' }, 'pulling');
  sandbox.runAskers.push(event);
  keep(self, sandbox);
  const image = memory.input.config['pod-sandbox-image'];
  if (image === '' || imageOf(self, image) !== undefined) writeFirst(self, sandbox);
  else pull(self, image, sandboxId);
}

/** Finds the sandbox of that pod and attempt. */
function twinOf({ byPod, sandboxes }: RuntimeMemory, { podUid, attempt }: SandboxConfig): Sandbox | undefined {
  for (const id of byPod.get(podUid) ?? []) {
    const one = sandboxes.get(id);
    if (one?.record.config.attempt === attempt) return one;
  }
  return undefined;
}

function joinRun(self: Me, twin: Sandbox, event: SandboxRun): void {
  const { status } = twin.record;
  if (twin.phase === 'ready') self.reply<SandboxStarted>(event, 'sandbox.started', status);
  else if (isBeingMade(twin)) twin.runAskers.push(event);
  else {
    const name = `${status.name}_${status.namespace}_${status.podUid}_${status.attempt}`;
    const why = `failed to reserve sandbox name "${name}": name "${name}" is reserved for "${status.sandboxId}"`;
    refuse(self, event, runRefusal, `rpc error: code = Unknown desc = ${why}`);
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
  const body = { podUid, sandboxId: id, pause: sandbox.pause, hostNetwork };
  const options = { deadlineMs: 30_000, retries: 5, note: { address: id } };
  self.request<AddressAllocate>(self.memory.network, 'address.allocate', body, options);
}

/** Starts the pause container at its address. */
export function startPause(self: Me, id: string, { ip, dns }: AddressAllocated['body']): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox?.phase !== 'addressing') return;
  const { pause } = sandbox;
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
    network: self.memory.network,
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
  self.request<ProcessStart>(sandbox.pause, 'process.start', { containerId }, options);
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

/** Takes it that a pause container has ended: as it was told to, or the pod's network has died with it. */
export function takePauseEnd(self: Me, id: string): void {
  const sandbox = self.memory.sandboxes.get(id);
  if (sandbox === undefined) return;
  if (sandbox.phase === 'ending') {
    finishPause(self, sandbox);
    return;
  }
  const { pause } = sandbox;
  if (self.memory.byAddress.get(pause) === id) self.memory.byAddress.delete(pause);
  self.send<LinkLost>(self.memory.network, 'link.lost', { sandboxId: id });
  if (sandbox.phase === 'starting') failPause(self, id);
  else if (sandbox.phase === 'ready') {
    sandbox.phase = 'not-ready';
    setStatus(self, sandbox, { state: 'not-ready' });
    self.disk.sync();
    tellSandbox(self, sandbox);
  }
}
