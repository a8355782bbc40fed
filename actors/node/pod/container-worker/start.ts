/** How the worker brings its container up: environment, create, start; and what holds that up. */

import { formatDuration } from '../../../../protocol/flags.ts';
import type { RequestSucceeded } from '../../../../protocol/messages/api.ts';
import type {
  ContainerCreate,
  ContainerCreated,
  ContainerStart,
  ContainerStarted,
  CriRefused,
} from '../../../../protocol/messages/cri.ts';
import type { RequestExpired } from '../../../../protocol/messages/host.ts';
import type { ServiceVariables, ServiceVariablesGiven } from '../../../../protocol/messages/pod-worker.ts';
import { getObject } from '../../../client-go/api-calls.ts';
import { backOffLeftMs, nextBackOff } from '../backoff.ts';
import { containerConfig } from '../container-config.ts';
import { makeEnvironment } from '../environment.ts';
import { withDefaultTag } from '../images.ts';
import { nextMove } from '../restart.ts';
import { descriptionOf, rpcError } from '../rpc-error.ts';
import { environmentSources, type SourceRef, sourceKey } from '../sources.ts';
import { mountsOf } from '../volumes.ts';
import { learn, momentOf } from './known.ts';
import { type ContainerMemory, type Me, podTitle, record, runtimeCall, specOf } from './memory.ts';

/** Decides what becomes of the container now. */
export function decide(self: Me): void {
  const { memory } = self;
  memory.kill = undefined;
  memory.waiting = undefined;
  noteEnded(self);
  const move = nextMove({
    role: memory.input.role,
    restartPolicy: memory.pod.spec.restartPolicy ?? 'Always',
    latest: memory.latest,
    sandboxId: memory.sandboxId,
    backOffLeftMs: crashLeftMs(self),
  });
  self.raise({ type: `move.${move}` });
}

/** Notes when the container ended: its back-off counts from there, whatever becomes of the wall clock meanwhile. */
function noteEnded(self: Me): void {
  const { latest, ended } = self.memory;
  if (latest?.state !== 'exited' || latest.containerId === ended?.containerId) return;
  self.memory.ended = { containerId: latest.containerId, atMs: momentOf(self, latest.finishedAt) };
}

/** Shows that the container waits out its crashes. */
export function showCrashLoop(self: Me): void {
  const { memory } = self;
  const { name } = memory.input;
  const [title, seconds] = [podTitle(memory.pod), formatDuration(memory.crash?.durationMs ?? 0)];
  record(self, 'Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${title}`);
  const message = `back-off ${seconds} restarting failed container=${name} pod=${title}`;
  memory.waiting = { reason: 'CrashLoopBackOff', message };
}

/** Gives the ms until a crashed container may start. */
export function crashLeftMs(self: Me): number {
  const { crash, ended } = self.memory;
  return ended === undefined ? 0 : backOffLeftMs(crash, ended.atMs, self.monotonic());
}

/** Begins an attempt: one that follows an end counts against the back-off. */
export function beginAttempt(self: Me): void {
  const { memory } = self;
  memory.waiting = undefined;
  if (memory.latest?.state === 'exited') memory.crash = nextBackOff(memory.crash, self.monotonic());
}

/** Asks for all that the environment is made of. */
export function gather(self: Me): void {
  const { memory } = self;
  const { place } = memory.input;
  const namespace = memory.pod.metadata.namespace ?? 'default';
  memory.sources = new Map();
  memory.failure = undefined;
  const refs = environmentSources(specOf(memory));
  memory.open = new Set(['services', ...refs.map(sourceKey)]);
  const enableServiceLinks = memory.pod.spec.enableServiceLinks ?? true;
  const isStatic = memory.pod.metadata.annotations?.['kubernetes.io/config.source'] === 'file';
  const body = { namespace, enableServiceLinks, isStatic };
  // The kubelet, in the same process, always answers.
  self.request<ServiceVariables>(place.kubelet, 'variables.ask', body, { deadlineMs: 86_400_000 });
  for (const ref of refs)
    getObject(self, place.apiserver, { namespace, ...ref }, { note: { source: ref }, retries: 2 });
}

/** Takes the Services' variables. */
export function takeServices(self: Me, event: ServiceVariablesGiven): void {
  self.memory.services = event.body.variables;
  finishGathering(self, 'services');
}

type SourceNote = { source: SourceRef } | undefined;

/** Takes a ConfigMap or Secret. */
export function takeSource(self: Me, event: RequestSucceeded): void {
  const ref = (event.note as SourceNote)?.source;
  if (ref === undefined) return;
  self.memory.sources.set(sourceKey(ref), event.body.object);
  finishGathering(self, sourceKey(ref));
}

/** Takes it that a ConfigMap or Secret is not there, or could not be read. */
export function missSource(self: Me, event: { body: { status?: { reason?: string } }; note: unknown }): void {
  const ref = (event.note as SourceNote)?.source;
  if (ref === undefined) return;
  const isMissing = event.body.status?.reason === 'NotFound';
  if (!isMissing) {
    const kind = ref.resource === 'secrets' ? 'secret' : 'configmap';
    self.memory.failure = `failed to sync ${kind} cache: timed out waiting for the condition`;
  }
  self.memory.sources.set(sourceKey(ref), null);
  finishGathering(self, sourceKey(ref));
}

function finishGathering(self: Me, key: string): void {
  const { memory } = self;
  if (!memory.open.delete(key) || memory.open.size > 0) return;
  const error = memory.failure ?? makeVariables(memory);
  if (error === undefined) {
    self.raise({ type: 'environment.ready' });
    return;
  }
  memory.waiting = { reason: 'CreateContainerConfigError', message: error };
  self.raise({ type: 'start.failed' });
}

/** Makes the environment, or says why it cannot be made. */
function makeVariables(memory: ContainerMemory): string | undefined {
  const { pod, podIP, services, sources, input } = memory;
  const made = makeEnvironment({ pod, container: specOf(memory), place: input.place, podIP, services, sources });
  if ('error' in made) return made.error;
  memory.variables = made.variables;
  return undefined;
}

/** Gives the number of the container that is made next; it is the restart count that the API shows. */
export function attemptOf({ memory }: Me): number {
  const { latest, input } = memory;
  if (latest !== undefined) return latest.attempt + 1;
  const shown = input.shown;
  return shown?.containerID ? shown.restartCount + 1 : 0;
}

/** Makes the container. */
export function create(self: Me): void {
  const { memory } = self;
  const spec = specOf(memory);
  const container = containerConfig(spec, attemptOf(self), memory.variables, mountsOf(spec, memory.volumes));
  const body = { sandboxId: memory.sandboxId, container };
  self.request<ContainerCreate>(memory.input.place.runtime, 'container.create', body, runtimeCall);
}

/** Takes the container that was made. */
export function noteCreated(self: Me, event: ContainerCreated): void {
  const { memory } = self;
  const { name } = memory.input;
  learn(self, {
    containerId: event.body.containerId,
    sandboxId: memory.sandboxId,
    podUid: memory.pod.metadata.uid ?? '',
    name,
    attempt: memory.latest?.containerId === event.body.containerId ? memory.latest.attempt : attemptOf(self),
    image: withDefaultTag(specOf(memory).image ?? ''),
    imageId: memory.imageId,
    state: 'created',
    createdAt: self.now(),
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
  });
  record(self, 'Normal', 'Created', `Created container ${name}`);
}

/** Starts the container. */
export function start(self: Me): void {
  const { memory } = self;
  const containerId = memory.latest?.containerId ?? '';
  self.request<ContainerStart>(memory.input.place.runtime, 'container.start', { containerId }, runtimeCall);
}

/** Takes it that the container runs. */
export function noteStarted(self: Me, event: ContainerStarted): void {
  const { memory } = self;
  if (memory.latest?.state === 'created') {
    memory.latest = { ...memory.latest, state: 'running', startedAt: event.body.startedAt };
  }
  memory.isFresh = true;
  record(self, 'Normal', 'Started', `Started container ${memory.input.name}`);
}

/** The kubelet's reasons for a container that does not come up, each of one call to the runtime. */
export type StartFailure = 'ImageInspectError' | 'CreateContainerError' | 'RunContainerError';

/** Takes it that the runtime refused, or did not answer. */
export function fail(self: Me, event: CriRefused | RequestExpired, { reason }: { reason: StartFailure }): void {
  const { memory } = self;
  const error = rpcError(event);
  let message = descriptionOf(error);
  if (reason === 'ImageInspectError') {
    message = `Failed to inspect image "${specOf(memory).image ?? ''}": ${error}`;
    record(self, 'Warning', 'InspectFailed', message);
  }
  memory.waiting = { reason, message };
  self.raise({ type: 'start.failed' });
}

/** Tells why it was not started, until the next sync tries again. */
export function showFailure(self: Me): void {
  const { waiting } = self.memory;
  self.memory.jitter = self.random();
  // Of the image only the reason, as its events have said the rest.
  const isOfImage = waiting?.reason === 'ErrImageNeverPull' || waiting?.reason === 'ImageInspectError';
  record(self, 'Warning', 'Failed', `Error: ${isOfImage ? waiting?.reason : waiting?.message}`);
}
