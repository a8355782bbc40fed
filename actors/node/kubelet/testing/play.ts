/** A kubelet on a stage, for tests: informers, runtime, API server and pods' workers are played by hand. */

import type { Message } from '../../../../protocol/message.ts';
import type { ContainerUsage, RuntimeContainerStatus, SandboxStatus } from '../../../../protocol/messages/cri.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import type { PodInput } from '../../../../protocol/messages/pod-worker.ts';
import type { KubernetesObject, Lease, Node, NodeCondition, Pod } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { address, apiserver, runtimeAddress } from './samples.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape.
type Heard = Message<string, any>;

/** What of an engine's stage is needed; tests hand in a real one. */
interface Stage {
  spawned: { address: string; kind: string; input: unknown }[];
  take(): Heard[];
  send(type: string, body: unknown, options: { from?: string }): void;
  answer(question: Message | undefined, type: string, body: unknown): void;
  push(opening: Message | undefined, type: string, body: unknown): void;
  end(opening: Message | undefined, reason?: string): void;
  advance(ms: number): void;
  crash(): void;
  restart(): void;
  now: number;
}

const up = { status: true, reason: '', message: '' };

/** The kubelet and those around it, who do what is asked until told otherwise. */
export class Play {
  readonly stage: Stage;
  /** The API's objects by `resource/name`. */
  readonly objects = new Map<string, KubernetesObject>();
  /** All but events that was asked of the API server: `object.create nodes/n1`. */
  asked: string[] = [];
  /** The requests themselves. */
  requests: Heard[] = [];
  /** Events, as `Warning Evicted: message`. */
  events: string[] = [];
  eventRequests: Heard[] = [];
  /** What pods' workers were told. */
  told: Heard[] = [];
  pulls: Heard[] = [];
  sandboxes: SandboxStatus[] = [];
  containers: RuntimeContainerStatus[] = [];
  usage: ContainerUsage[] = [];
  /** Requests that are not answered, or refused, as in `asked` (or what that begins with). */
  silent = new Set<string>();
  refusals = new Map<string, ReturnType<typeof failure.notFound>>();
  network = up;
  runtimeIsUp = true;
  private watch: Heard | undefined;
  private version = 100;
  private synced = new Set<string>();

  constructor(stage: Stage, set: (play: Play) => void = () => {}) {
    this.stage = stage;
    set(this);
  }

  /** Lets the kubelet come up: registered, its informers synced with what the API has, the runtime connected. */
  start(): this {
    this.settle();
    this.sync('nodes');
    this.sync('services');
    this.sync('pods');
    return this;
  }

  /** Tells that an informer has read all there is. */
  sync(resource: string): void {
    const objects = [...this.objects].filter(([key]) => key.startsWith(`${resource}/`)).map(([, object]) => object);
    this.tell(resource, ...objects.map((object): Change => ({ type: 'ADDED', object })));
    this.synced.add(resource);
    this.stage.send('informer.synced', { resource }, { from: informerOf(resource) });
    this.settle();
  }

  /** Tells changes as an informer does. */
  tell(resource: string, ...changes: Change[]): void {
    if (changes.length > 0) {
      this.stage.send('informer.changed', { resource, changes }, { from: informerOf(resource) });
    }
    this.settle();
  }

  /** Shows pods as new. */
  add(...pods: Pod[]): void {
    this.tell('pods', ...pods.map((object): Change => ({ type: 'ADDED', object })));
  }

  /** Shows a pod as gone. */
  lose(pod: Pod): void {
    this.tell('pods', { type: 'DELETED', object: pod });
  }

  /** A pod's worker tells that nothing of it runs any more, and leaves. */
  stopped(pod: Pod): void {
    const from = workerOf(pod);
    this.stage.send('pod.stopped', { uid: pod.metadata.uid }, { from });
    this.stage.send('actor.ended', { address: from, kind: 'pod', reason: 'done' }, { from });
    this.settle();
  }

  /** A pod's worker asks for an image. */
  obtain(pod: Pod, image: string): void {
    this.stage.send('image.obtain', { image }, { from: workerOf(pod) });
    this.settle();
  }

  /** Lets everybody answer until nobody has anything more to say. */
  settle(): void {
    for (let round = 0; round < 100; round++) {
      const sent = this.stage.take();
      if (sent.length === 0) return;
      for (const message of sent) this.reply(message);
    }
    throw new Error(`they talk without end: ${this.asked.slice(-10).join(', ')}`);
  }

  pass(ms: number, stepMs = 1000): void {
    for (let left = ms; left > 0; left -= stepMs) {
      this.stage.advance(Math.min(left, stepMs));
      this.settle();
    }
  }

  /** Pushes something on the runtime's stream. */
  runtimeSays(type: string, body: unknown): void {
    this.stage.push(this.watch, type, body);
    this.settle();
  }

  /** The runtime dies: its stream breaks, and nothing answers. */
  loseRuntime(): void {
    this.runtimeIsUp = false;
    this.stage.end(this.watch, 'closed');
    this.settle();
  }

  /** What was given to the workers that were started, by pod name; the last one counts. */
  get workers(): Map<string, PodInput> {
    const pods = this.stage.spawned.filter(({ kind }) => kind === 'pod').map(({ input }) => input as PodInput);
    return new Map(pods.map((input) => [input.pod.metadata.name, input]));
  }

  /** Forgets what was asked and told so far. */
  forget(): this {
    this.asked = [];
    this.requests = [];
    this.events = [];
    this.told = [];
    return this;
  }

  toldTo(pod: Pod): string[] {
    return this.told.filter(({ to }) => to === workerOf(pod)).map(({ type }) => type);
  }

  get node(): Node {
    return this.objects.get('nodes/n1') as Node;
  }

  get lease(): Lease {
    return this.objects.get('leases.coordination.k8s.io/n1') as Lease;
  }

  condition(type: string): NodeCondition | undefined {
    return this.node.status?.conditions?.find((condition) => condition.type === type);
  }

  /** Puts an object into the API. */
  put<T extends KubernetesObject>(resource: string, object: T): T {
    this.version += 1;
    const { uid = `uid-${object.metadata.name}` } = object.metadata;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.version) } };
    const key = `${resource}/${object.metadata.name}`;
    const type = this.objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.objects.set(key, stored);
    if (this.synced.has(resource)) {
      this.stage.send(
        'informer.changed',
        { resource, changes: [{ type, object: stored }] },
        { from: informerOf(resource) },
      );
    }
    return stored;
  }

  private reply(message: Heard): void {
    const { type, to, body } = message;
    if (to === runtimeAddress) this.playRuntime(message);
    else if (to.startsWith('c.node.n1.pod.')) this.told.push(message);
    else if (to !== apiserver) return;
    else if (body.resource === 'events') this.takeEvent(message);
    else {
      const asked = `${type} ${body.resource}/${body.name ?? body.object?.metadata.name}${body.subresource ? `/${body.subresource}` : ''}`;
      this.asked.push(asked);
      this.requests.push(message);
      if ([...this.silent].some((quiet) => asked.startsWith(quiet))) return;
      const refusal = [...this.refusals].find(([what]) => asked.startsWith(what))?.[1];
      if (refusal !== undefined) this.stage.answer(message, 'request.refused', { status: refusal });
      else this.serve(message);
    }
  }

  private takeEvent(message: Heard): void {
    const { type, body } = message;
    this.eventRequests.push(message);
    const { object, patch } = body;
    this.events.push(
      type === 'object.create' ? `${object.type} ${object.reason}: ${object.message}` : `again: ${patch.message}`,
    );
  }

  private serve(message: Heard): void {
    const { type, body } = message;
    const key = `${body.resource}/${body.name ?? body.object?.metadata.name}`;
    const known = this.objects.get(key);
    const succeed = (object: unknown) => this.stage.answer(message, 'request.succeeded', { code: 200, object });
    const refuse = (status: unknown) => this.stage.answer(message, 'request.refused', { status });
    if (type === 'object.create') {
      if (known !== undefined) refuse(failure.alreadyExists(body.resource, body.object.metadata.name));
      else succeed(this.put(body.resource, body.object));
    } else if (known === undefined) refuse(failure.notFound(body.resource, body.name));
    else if (type === 'object.get') succeed(known);
    else if (type === 'object.replace') succeed(this.put(body.resource, body.object));
    else if (type === 'object.patch') succeed(this.put(body.resource, patched(known, body.patch)));
    else if (type === 'object.delete') {
      this.objects.delete(key);
      succeed(known);
    }
  }

  private playRuntime(message: Heard): void {
    const { type } = message;
    if (type === 'image.pull') this.pulls.push(message);
    if (!this.runtimeIsUp) return;
    if (type === 'runtime.watch') {
      this.watch = message;
      this.stage.push(message, 'runtime.changed', { version: 'containerd://1.7.13', network: this.network });
    } else if (type === 'runtime.list') {
      this.stage.answer(message, 'runtime.listed', { sandboxes: this.sandboxes, containers: this.containers });
    } else if (type === 'runtime.stats') this.stage.answer(message, 'runtime.usage', { containers: this.usage });
  }
}

/** The address of a pod's worker. */
export function workerOf({ metadata }: Pod): string {
  return `c.node.n1.pod.${metadata.uid}`;
}

function informerOf(resource: string): string {
  return `${address}.informer.${resource}`;
}

type Patch = { metadata?: { labels?: Record<string, string> }; status?: object };

/** As much of a merge as a kubelet's patches of its node need. */
function patched(object: KubernetesObject, { metadata = {}, status = {} }: Patch): KubernetesObject {
  const labels = { ...object.metadata.labels, ...metadata.labels };
  const before = (object as Node).status ?? {};
  return { ...object, metadata: { ...object.metadata, labels }, status: { ...before, ...status } } as KubernetesObject;
}
