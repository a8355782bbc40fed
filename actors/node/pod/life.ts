/** How a pod comes up: whether it may, its volumes, its sandbox, its containers one by one. */

import type { RequestSucceeded } from '../../../protocol/messages/api.ts';
import type {
  CriRefused,
  SandboxRemove,
  SandboxRemoved,
  SandboxRun,
  SandboxStarted,
} from '../../../protocol/messages/cri.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { ContainerBegin, ContainerReported, ContainerWorkerInput } from '../../../protocol/messages/pod-worker.ts';
import { childAddress } from '../../../protocol/subjects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { getObject } from '../../client-go/api-calls.ts';
import { type Me, record, shownStatus } from './memory.ts';
import { isSidecar } from './phase.ts';
import { progressOf } from './progress.ts';
import { rpcError } from './rpc-error.ts';
import { getsAnotherSandbox } from './sandbox-loss.ts';
import { type SourceRef, sourceKey, volumeSources } from './sources.ts';
import { refreshStatus } from './status-writer.ts';
import { makeVolumes } from './volumes.ts';

/** kubelet --runtime-request-timeout: 2 min, asked again within it where a message was lost. */
const runCall = { deadlineMs: 120_000, retries: 11, retryMs: 10_000, note: { about: 'run' } };

/** Decides where a pod stands when its worker begins. */
export function decide(self: Me): void {
  const { memory } = self;
  const { input, pod } = memory;
  memory.startTime = pod.status?.startTime ?? toRfc3339(self.now());
  const runs = input.containers.some(({ state }) => state !== 'exited') || memory.sandbox?.state === 'ready';
  const isOver = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  const isLeaving = memory.isVanished || pod.metadata.deletionTimestamp !== undefined;
  if (input.rejection !== undefined || isOver) self.raise({ type: runs ? 'verdict.end' : 'verdict.rest' });
  else if (isLeaving) self.raise({ type: 'verdict.end' });
  else {
    refreshStatus(self);
    if (memory.sandbox?.state === 'not-ready') decideLost(self);
    else self.raise({ type: 'verdict.run' });
  }
}

/** Its pause container died while no kubelet looked, or with its node. */
function decideLost(self: Me): void {
  const { pod, reports } = self.memory;
  if (!getsAnotherSandbox(pod.spec, reports)) {
    self.raise({ type: 'verdict.end' });
    return;
  }
  hireForLiving(self);
  self.raise({ type: 'verdict.rebuild' });
}

/** Gives whatever the runtime still runs of the pod a worker that can stop it. */
export function hireForLiving(self: Me): void {
  for (const { name, state } of self.memory.input.containers) if (state !== 'exited') hireWorker(self, name);
}

/** Asks for all that the volumes hold. */
export function gatherVolumes(self: Me): void {
  const { memory } = self;
  const namespace = memory.pod.metadata.namespace ?? 'default';
  const refs = volumeSources(memory.pod);
  memory.sources = new Map();
  memory.open = new Set(refs.map(sourceKey));
  for (const ref of refs) {
    const options = { note: { about: 'source', source: ref }, retries: 2 };
    // As the kubelet's own watch of each, the API server's cache will do: every pod asks for its namespace's certificate.
    getObject(self, memory.input.place.apiserver, { namespace, ...ref, resourceVersion: '0' }, options);
  }
  if (refs.length === 0) mount(self);
}

type SourceNote = { source: SourceRef };

/** Takes an object that a volume is made of. */
export function takeSource(self: Me, event: RequestSucceeded): void {
  settleSource(self, event.note as SourceNote, event.body.object);
}

/** Takes it that an object is not there, or could not be read. */
export function missSource(self: Me, event: { note: unknown }): void {
  settleSource(self, event.note as SourceNote, null);
}

function settleSource(self: Me, { source }: SourceNote, object: RequestSucceeded['body']['object'] | null): void {
  const { memory } = self;
  memory.sources.set(sourceKey(source), object);
  if (memory.open.delete(sourceKey(source)) && memory.open.size === 0) mount(self);
}

function mount(self: Me): void {
  const { memory } = self;
  const made = makeVolumes(memory.pod, memory.input.place, memory.sources);
  if ('failure' in made) {
    memory.failure = made.failure.message;
    self.raise({ type: 'volumes.failed' });
    return;
  }
  memory.volumes = made.volumes;
  memory.mountTries = 0;
  self.raise({ type: 'volumes.ready' });
}

/** Tells why the volumes cannot be set up. */
export function showMountFailure(self: Me): void {
  const { memory } = self;
  memory.mountTries += 1;
  record(self, 'Warning', 'FailedMount', memory.failure ?? '');
}

/** Gives the ms until volumes are tried again: 500 ms doubling to 2 min 2 s (kubelet's exponentialBackOff of operations). */
export function mountBackOffMs({ memory }: Me): number {
  return Math.min(500 * 2 ** (memory.mountTries - 1), 122_000);
}

/** Tells whether the pod can get an address: the node's own, or one of the pod network. */
export function hasNetwork({ memory }: Me): boolean {
  return memory.pod.spec.hostNetwork === true || memory.network.status;
}

/** Tells why there is no sandbox yet, where the network is down. */
export function showNetwork(self: Me): void {
  if (hasNetwork(self)) return;
  const { reason, message } = self.memory.network;
  const why = `container runtime network not ready: NetworkReady=false reason:${reason} message:${message}`;
  record(self, 'Warning', 'NetworkNotReady', `network is not ready: ${why}`);
}

/** Asks the runtime for a sandbox: the pause container, and the pod's address. */
export function runSandbox(self: Me): void {
  const { memory } = self;
  const { metadata, spec } = memory.pod;
  memory.isSandboxing = true;
  // One that came up after it was given up holds the pod's place on the node.
  for (const sandboxId of memory.sandboxIds) {
    if (sandboxId !== memory.sandbox?.sandboxId) removeSandbox(self, sandboxId);
  }
  const body = {
    podUid: metadata.uid ?? '',
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    attempt: memory.attempt,
    hostNetwork: spec.hostNetwork === true,
    hostname: spec.hostname ?? metadata.name,
  };
  self.request<SandboxRun>(memory.input.place.runtime, 'sandbox.run', body, runCall);
}

/** Clears a sandbox away, and with it its containers, dead or alive. */
export function removeSandbox(self: Me, sandboxId: string): void {
  const options = { retries: 3, note: { about: 'removal', sandboxId } };
  self.request<SandboxRemove>(self.memory.input.place.runtime, 'sandbox.remove', { sandboxId }, options);
}

/** Takes it that a sandbox is cleared away, or that the runtime will not do it. */
export function noteRemoved({ memory }: Me, event: SandboxRemoved | CriRefused | RequestExpired): void {
  const { sandboxId } = (event.note ?? {}) as { sandboxId?: string };
  if (sandboxId !== undefined) memory.sandboxIds.delete(sandboxId);
}

/** Takes the sandbox; the one before it, with what is left of its containers, is cleared away. */
export function takeSandbox(self: Me, event: SandboxStarted): void {
  const { memory } = self;
  const sandbox = event.body;
  memory.isSandboxing = false;
  memory.sandbox = sandbox;
  memory.attempt = sandbox.attempt + 1;
  memory.podIP = sandbox.ip;
  for (const sandboxId of memory.sandboxIds) {
    if (sandboxId === sandbox.sandboxId) continue;
    const { runtime } = memory.input.place;
    self.forget(self.request<SandboxRemove>(runtime, 'sandbox.remove', { sandboxId }, { retries: 3 }));
  }
  memory.sandboxIds = new Set([sandbox.sandboxId]);
}

/** Tells why there is no sandbox. */
export function showSandboxFailure(self: Me, event: CriRefused | RequestExpired): void {
  const { memory } = self;
  memory.isSandboxing = false;
  memory.jitter = self.random();
  // What is half made under this number is the runtime's to clear away: the next try is another sandbox.
  memory.attempt += 1;
  record(self, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${rpcError(event)}`);
}

/** Gives the ms until a sandbox is tried again: 10 to 15 s (kubelet's backOffPeriod, jittered by up to a half). */
export function retryMs({ memory }: Me): number {
  return 10_000 * (1 + memory.jitter * 0.5);
}

/** Lets the next container begin; ends the pod when all have finished. */
export function advance(self: Me): void {
  const { memory } = self;
  const progress = progressOf(memory.pod.spec, memory.reports, memory.begun, memory.isInitialized);
  if (progress.isInitialized && !memory.isInitialized) {
    memory.isInitialized = true;
    self.raise({ type: 'pod.initialized' });
  } else if (progress.isInitialized && memory.begun.size === 0) self.raise({ type: 'pod.initialized' });
  if (progress.next !== undefined) beginContainer(self, progress.next);
  else if (progress.isComplete) self.raise({ type: 'verdict.end' });
}

function beginContainer(self: Me, name: string): void {
  const { memory } = self;
  const { pod, sandbox, podIP, volumes } = memory;
  const worker = hireWorker(self, name);
  memory.begun.add(name);
  memory.halting.delete(name);
  const status = memory.reports.get(name)?.status ?? shownStatus(pod, name);
  if (status !== undefined) memory.reports.set(name, { stage: 'starting', status });
  const body = { pod, sandboxId: sandbox?.sandboxId ?? '', podIP, volumes };
  self.send<ContainerBegin>(worker, 'container.begin', body);
}

/** Gives a container a worker of its own, where it has none; gives the worker's address. */
export function hireWorker(self: Me, name: string): string {
  const { memory } = self;
  const known = memory.workers.get(name);
  if (known !== undefined) return known;
  const address = childAddress(self.address, 'worker', name);
  memory.workers.set(name, address);
  const { pod, input } = memory;
  const init = pod.spec.initContainers?.find((container) => container.name === name);
  const shown = shownStatus(pod, name);
  const workerInput: ContainerWorkerInput = {
    place: input.place,
    pod,
    name,
    role: init === undefined ? 'main' : isSidecar(init) ? 'sidecar' : 'init',
    found: input.containers.filter((container) => container.name === name),
  };
  if (shown !== undefined) workerInput.shown = shown;
  self.spawn(address, 'container-worker', workerInput);
  return address;
}

/** Takes what a container's worker tells. */
export function takeReport(self: Me, event: ContainerReported): void {
  const { memory } = self;
  const { name, stage, status } = event.body;
  memory.reports.set(name, { stage, status });
  self.raise({ type: 'containers.changed' });
  // A container on its first way up looks as it did before; one that was halted is told of with all the others.
  const isNews = stage === 'starting' ? status.state?.waiting === undefined : stage !== 'halted';
  if (isNews) refreshStatus(self);
}
