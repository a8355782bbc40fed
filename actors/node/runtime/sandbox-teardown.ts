/** Sandboxes go: containers killed, pause container ended, address given back, record removed. */

import type { Message } from '../../../protocol/message.ts';
import type { SignalSend } from '../../../protocol/messages/container.ts';
import type { SandboxRemove, SandboxRemoved, SandboxStop, SandboxStopped } from '../../../protocol/messages/cri.ts';
import type { AddressRelease } from '../../../protocol/messages/network.ts';
import { kill } from './container-end.ts';
import { refuse } from './container-records.ts';
import type { Me, Sandbox } from './memory.ts';
import { drop, setStatus } from './sandbox-records.ts';
import { tellSandbox } from './watchers.ts';

/** The kubelet's reason for a sandbox that does not run. */
export const runRefusal = 'FailedCreatePodSandBox';

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

/** Begins to take a sandbox down; who waits for it to run waits in vain. */
export function beginTeardown(self: Me, sandbox: Sandbox): void {
  answerRun(self, sandbox, 'rpc error: code = Canceled desc = the sandbox was stopped before it ran');
  if (sandbox.phase !== 'ending' && sandbox.phase !== 'releasing') sandbox.phase = 'stopping';
  progress(self, sandbox);
}

/** Says to all who wait for a sandbox to run that it will not. */
export function answerRun(self: Me, sandbox: Sandbox, message: string): void {
  for (const asker of sandbox.runAskers) refuse(self, asker, runRefusal, message);
  sandbox.runAskers = [];
}

/** Takes a sandbox down as far as it goes now: containers, then the pause container, then the address. */
export function progress(self: Me, sandbox: Sandbox): void {
  if (sandbox.phase === 'stopping' && !hasLiving(self, sandbox)) endPause(self, sandbox);
  if (sandbox.phase === 'ending' && !self.isAlive(sandbox.pause)) releaseAddress(self, sandbox);
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
  const { pause } = sandbox;
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
  const { pause } = sandbox;
  if (self.isAlive(pause)) self.stop(pause);
  finishPause(self, sandbox);
}

/** Goes on once the pause container has ended. */
export function finishPause(self: Me, sandbox: Sandbox): void {
  const { pause } = sandbox;
  const { byAddress } = self.memory;
  if (byAddress.get(pause) === sandbox.record.status.sandboxId) byAddress.delete(pause);
  releaseAddress(self, sandbox);
}

function releaseAddress(self: Me, sandbox: Sandbox): void {
  const { sandboxId } = sandbox.record.status;
  sandbox.phase = 'releasing';
  const options = { deadlineMs: 10_000, retries: 9, retryMs: 1000, note: { release: sandboxId } };
  self.request<AddressRelease>(self.memory.network, 'address.release', { sandboxId }, options);
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
