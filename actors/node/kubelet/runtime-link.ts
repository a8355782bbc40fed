/** The kubelet's link to the container runtime: what there is, what changes, and which images come when. */

import type {
  ContainerChanged,
  CriRefused,
  ImagePull,
  ImagePulled,
  RuntimeChanged,
  RuntimeList,
  RuntimeListed,
  RuntimeWatch,
  SandboxChanged,
} from '../../../protocol/messages/cri.ts';
import type { RequestExpired, StreamBroken } from '../../../protocol/messages/host.ts';
import type { ImageObtain, ImageObtained, NetworkChanged } from '../../../protocol/messages/pod-worker.ts';
import { byteCount } from '../../../protocol/quantity.ts';
import { connectionBroke, rpcError } from '../pod/rpc-error.ts';
import { endPull as end, nextPull } from './image-pulls.ts';
import { type Found, type Me, placeOf } from './memory.ts';
import { evictionThresholdBytes } from './node-status.ts';
import { noteReadiness } from './node-writer.ts';

/** Opens the stream of the runtime's changes, then asks what there is: nothing in between is missed. */
export function connectRuntime(self: Me): void {
  const { memory } = self;
  const { runtime } = placeOf(self);
  const { node, config } = memory.input;
  const threshold = {
    capacityBytes: byteCount(node.capacity.memory),
    thresholdBytes: evictionThresholdBytes(node, config),
  };
  if (memory.watch !== 0) self.close(memory.watch);
  memory.watch = self.open<RuntimeWatch>(runtime, 'runtime.watch', threshold, { about: 'runtime' });
  self.request<RuntimeList>(runtime, 'runtime.list', {}, { deadlineMs: 10_000, note: { about: 'runtime' } });
}

/** Takes what the runtime has: for a pod with a worker, that worker compares; the rest is kept for those to come. */
export function takeRuntime(self: Me, event: RuntimeListed): void {
  const { memory } = self;
  memory.runtime = { ...memory.runtime, state: 'up' };
  memory.lostAt = undefined;
  memory.found = byPod(event.body);
  for (const [uid, { worker }] of memory.pods) {
    const body = memory.found.get(uid) ?? { sandboxes: [], containers: [] };
    memory.found.delete(uid);
    self.send<RuntimeListed>(worker, 'runtime.listed', body);
  }
  noteReadiness(self);
  self.raise({ type: 'runtime.known' });
}

function byPod({ sandboxes, containers }: RuntimeListed['body']): Map<string, Found> {
  const found = new Map<string, Found>();
  const of = (uid: string) => {
    const known = found.get(uid) ?? { sandboxes: [], containers: [] };
    found.set(uid, known);
    return known;
  };
  for (const sandbox of sandboxes) of(sandbox.podUid).sandboxes.push(sandbox);
  for (const container of containers) of(container.podUid).containers.push(container);
  return found;
}

/** Takes the runtime's conditions; pods that wait for an address are told. */
export function takeConditions(self: Me, event: RuntimeChanged): void {
  const { memory } = self;
  const { version, network } = event.body;
  const wasUp = memory.runtime.network?.status === true;
  memory.runtime = { ...memory.runtime, version, network };
  noteReadiness(self);
  if (network.status === wasUp) return;
  for (const { worker } of memory.pods.values()) self.send<NetworkChanged>(worker, 'network.changed', network);
}

/** Takes it that the runtime does not answer. */
export function loseRuntime(self: Me): void {
  self.memory.lostAt ??= self.monotonic();
}

/**
 * Hands a container's change to its pod's worker; of a pod without one it is kept for the one to come. That one was made is
 * passed over, as the kubelet's PLEG does: who asked for it is answered, and asks again where the answer was lost.
 */
export function forwardContainer(self: Me, event: ContainerChanged): void {
  const { memory } = self;
  const { podUid, containerId, state } = event.body;
  const entry = memory.pods.get(podUid);
  const found = memory.found.get(podUid);
  if (entry !== undefined) {
    if (state !== 'created') self.send<ContainerChanged>(entry.worker, 'container.changed', event.body);
  } else if (found !== undefined) {
    found.containers = [...found.containers.filter((one) => one.containerId !== containerId), event.body];
  }
}

/**
 * Hands a sandbox's change to its pod's worker; of a pod without one it is kept for the one to come. One that is ready
 * though nobody knows its pod was asked for by a worker that has ended since, or with an earlier kubelet.
 */
export function forwardSandbox(self: Me, event: SandboxChanged): void {
  const { memory } = self;
  const { podUid, sandboxId } = event.body;
  const entry = memory.pods.get(podUid);
  const found = memory.found.get(podUid);
  if (entry !== undefined) self.send<SandboxChanged>(entry.worker, 'sandbox.changed', event.body);
  else if (found !== undefined) {
    found.sandboxes = [...found.sandboxes.filter((one) => one.sandboxId !== sandboxId), event.body];
  } else if (event.body.state === 'ready') memory.found.set(podUid, { sandboxes: [event.body], containers: [] });
}

/** Puts a pull in line. */
export function queuePull(self: Me, event: ImageObtain): void {
  self.memory.pulls.waiting.push({ question: event, image: event.body.image });
  startPulls(self);
}

function startPulls(self: Me): void {
  const { memory } = self;
  const { config } = memory.input;
  const limit = config['serialize-image-pulls'] ? 1 : config['max-parallel-image-pulls'];
  for (;;) {
    const next = nextPull(memory.pulls, limit, self.monotonic());
    if (next === undefined) return;
    // A pull takes as long as it takes; asked again, as a lost answer must not hold up all others.
    const note = { about: 'pull', place: next.question.seq };
    const options = { deadlineMs: 3_600_000, retries: 60, retryMs: 60_000, note };
    next.call = self.request<ImagePull>(placeOf(self).runtime, 'image.pull', { image: next.image }, options);
  }
}

/** Answers who waited for a pull, and begins the next. */
export function endPull(self: Me, event: ImagePulled | CriRefused | RequestExpired): void {
  const { place } = event.note as { place: number };
  const pull = end(self.memory.pulls, place);
  if (pull !== undefined) {
    if (event.type === 'image.pulled') {
      const { imageId, sizeBytes } = event.body;
      const pullMs = self.monotonic() - pull.startedAt;
      self.reply<ImageObtained>(pull.question, 'image.obtained', { imageId, sizeBytes, pullMs });
    } else {
      const code = event.type === 'cri.refused' ? event.body.code : 'ErrImagePull';
      self.reply<CriRefused>(pull.question, 'cri.refused', { code, message: rpcError(event) });
    }
  }
  startPulls(self);
}

/** Takes it that the connection to the runtime broke: with it broke the pulls under way, of which nothing more is heard. */
export function breakPulls(self: Me, event: StreamBroken): void {
  if (event.body.reason !== 'closed') return;
  const { running } = self.memory.pulls;
  for (const { call, question } of running.splice(0)) {
    self.forget(call);
    self.reply<CriRefused>(question, 'cri.refused', { code: 'ErrImagePull', message: connectionBroke });
  }
  startPulls(self);
}
