/** The pods of the node: which get in, which worker each has, and when what they hold is free again. */

import type { ActorEnded } from '../../../protocol/messages/host.ts';
import type {
  EndStatus,
  PodInput,
  PodStopped,
  PodSync,
  PodTerminate,
  PodVanish,
} from '../../../protocol/messages/pod-worker.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type { Node, Pod } from '../../../protocol/objects.ts';
import { unescapeToken } from '../../../protocol/subjects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { type AdmissionFacts, admit, isCritical } from './admission.ts';
import { type Found, type KubeletMemory, type Me, type PodEntry, placeOf, recordPodEvent, workerOf } from './memory.ts';
import { makeNode } from './node-status.ts';
import { nodeFacts } from './node-writer.ts';
import { pickPreempted } from './preemption.ts';
import { addAmounts, type Needs, needsOf } from './requests.ts';

/** Takes a pod as the API has it now. */
export function considerPod(self: Me, pod: Pod): void {
  const { memory } = self;
  const uid = pod.metadata.uid ?? '';
  const known = memory.pods.get(uid);
  if (known !== undefined) {
    known.pod = pod;
    self.send<PodSync>(known.worker, 'pod.sync', { pod });
    return;
  }
  const { phase } = pod.status ?? {};
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const isLeaving = pod.metadata.deletionTimestamp !== undefined;
  // What ended before needs nobody, unless something of it is left here, or its object waits for this kubelet to let it go.
  if (isOver && !isLeaving && !memory.found.has(uid)) return;
  if (isOver || isLeaving) startWorker(self, pod, 'api');
  else admitPod(self, pod, 'api');
}

/** Takes it that a pod is gone from the API. */
export function forgetPod(self: Me, pod: Pod): void {
  const { memory } = self;
  const uid = pod.metadata.uid ?? '';
  const entry = memory.pods.get(uid);
  if (entry === undefined) return;
  entry.isVanished = true;
  self.send<PodVanish>(entry.worker, 'pod.vanish', {});
}

/** Lets a pod in, or refuses it; a critical one may drive others out. */
export function admitPod(self: Me, pod: Pod, source: PodInput['source']): void {
  const needs = needsOf(pod);
  const verdict = admit(pod, admissionFacts(self), needs);
  const canMakeRoom = !verdict.admitted && verdict.lacking !== undefined && isCritical(pod);
  const rejection = canMakeRoom
    ? makeRoom(self, pod, verdict.lacking ?? {})
    : verdict.admitted
      ? undefined
      : verdict.status;
  if (rejection === undefined) startWorker(self, pod, source, { holds: needs });
  else {
    recordPodEvent(self, pod, 'Warning', rejection.reason, rejection.message);
    startWorker(self, pod, source, { rejection });
  }
}

function admissionFacts(self: Me): AdmissionFacts {
  const { memory } = self;
  const { allocatable, used, podCount, ports, isUnderMemoryPressure } = memory;
  return { node: nodeOf(self), allocatable, used, podCount, usedPorts: ports, isUnderMemoryPressure };
}

/** The node as the API has it, or, while that cannot be asked, as this machine would register it. */
function nodeOf(self: Me): Node {
  return self.memory.node ?? makeNode(nodeFacts(self));
}

/** Ends pods that give way to a critical one; where they cannot, gives why it is refused. */
function makeRoom(self: Me, critical: Pod, lacking: Readonly<Record<string, number>>): EndStatus | undefined {
  const { memory } = self;
  const others = [...memory.pods.values()].filter(({ holds, isVanished }) => holds !== undefined && !isVanished);
  const found = pickPreempted(
    critical,
    others.map(({ pod }) => pod),
    lacking,
  );
  if ('failure' in found) {
    const why = `preemption: error finding a set of pods to preempt: ${found.failure}`;
    const message = `Unexpected error while attempting to recover from admission failure: ${why}`;
    return { reason: 'UnexpectedAdmissionError', message };
  }
  const message = 'Preempted in order to admit critical pod';
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'TerminationByKubelet',
    message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
    lastTransitionTime: toRfc3339(self.now()),
  };
  for (const pod of found.victims) {
    recordPodEvent(self, pod, 'Warning', 'Preempting', message);
    terminatePod(self, pod, { reason: 'Preempting', message, condition });
  }
  return undefined;
}

/** Ends a pod that the node cannot keep. */
export function terminatePod(self: Me, pod: Pod, status: EndStatus, graceSeconds?: number): void {
  const uid = pod.metadata.uid ?? '';
  const body = graceSeconds === undefined ? { status } : { status, graceSeconds };
  self.send<PodTerminate>(workerOf(self, uid), 'pod.terminate', body);
}

/** Starts a pod's worker; what the runtime has of the pod is its to go on with. */
export function startWorker(
  self: Me,
  pod: Pod,
  source: PodInput['source'],
  { holds, rejection }: { holds?: Needs; rejection?: EndStatus } = {},
): void {
  const { memory } = self;
  const uid = pod.metadata.uid ?? '';
  const { sandboxes, containers }: Found = memory.found.get(uid) ?? { sandboxes: [], containers: [] };
  memory.found.delete(uid);
  const worker = workerOf(self, uid);
  if (holds !== undefined) hold(memory, holds);
  memory.pods.set(uid, { pod, worker, source, holds, isVanished: source === 'orphan' });
  const mirror = source === 'static' ? memory.mirrors.get(objectKey(pod)) : undefined;
  const network = memory.runtime.network ?? networkUnknown;
  const input: PodInput = { place: placeOf(self), pod, source, network, sandboxes, containers };
  if (mirror !== undefined) input.mirror = mirror;
  if (rejection !== undefined) input.rejection = rejection;
  self.spawn(worker, 'pod', input);
}

const networkUnknown = {
  status: false,
  reason: 'NetworkPluginNotReady',
  message: 'Network plugin returns error: cni plugin not initialized',
};

function hold(memory: KubeletMemory, { requests, ports }: Needs): void {
  addAmounts(memory.used, requests);
  for (const port of ports) memory.ports.set(port, (memory.ports.get(port) ?? 0) + 1);
  memory.podCount += 1;
}

/** Takes it that nothing of a pod runs any more: what it held is free. */
export function releasePod(self: Me, event: PodStopped): void {
  const entry = self.memory.pods.get(event.body.uid);
  if (entry !== undefined) release(self, entry);
}

function release({ memory }: Me, entry: PodEntry): void {
  if (entry.holds === undefined) return;
  addAmounts(memory.used, entry.holds.requests, -1);
  for (const port of entry.holds.ports) {
    const left = (memory.ports.get(port) ?? 0) - 1;
    if (left > 0) memory.ports.set(port, left);
    else memory.ports.delete(port);
  }
  memory.podCount -= 1;
  entry.holds = undefined;
}

/** Takes it that a pod's worker has left: nothing of the pod is on the node any more. */
export function removeWorker(self: Me, event: ActorEnded): void {
  const { address } = event.body;
  const uid = unescapeToken(address.slice(address.lastIndexOf('.') + 1));
  const entry = self.memory.pods.get(uid);
  if (entry === undefined) return;
  release(self, entry);
  self.memory.pods.delete(uid);
}

/** Ends what only the runtime knows: pods deleted while this kubelet was away, or that it never knew. */
export function killOrphans(self: Me): void {
  const { memory } = self;
  if (!memory.synced.has('pods') || memory.runtime.state !== 'up') return;
  for (const [uid, found] of memory.found) {
    if (!memory.pods.has(uid)) startWorker(self, orphanPod(uid, found), 'orphan');
  }
}

/** Makes a pod of what the runtime remembers: enough to end it by. */
function orphanPod(uid: string, { sandboxes, containers }: Found): Pod {
  const { name = uid, namespace = '' } = sandboxes[0] ?? {};
  const names = [...new Set(containers.map((container) => container.name))];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid },
    spec: { restartPolicy: 'Never', containers: names.map((container) => ({ name: container })) },
  };
}
