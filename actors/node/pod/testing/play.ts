/** A pod's worker on a stage, for tests: kubelet, runtime, network and API server are played by hand. */

import type { Self } from '../../../../protocol/actor.ts';
import type { Message } from '../../../../protocol/message.ts';
import type { RuntimeContainerStatus, SandboxStatus } from '../../../../protocol/messages/cri.ts';
import type { PodInput } from '../../../../protocol/messages/pod-worker.ts';
import type { Pod, PodSpec } from '../../../../protocol/objects.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape.
type Heard = Message<string, any>;

/** Where the pod runs, and who is around it. */
export const place = {
  node: 'n1',
  nodeIP: '172.18.0.2',
  kubelet: 'c.node.n1.kubelet',
  runtime: 'c.node.n1.runtime',
  network: 'c.node.n1.network',
  apiserver: 'c.master.apiserver',
  allocatable: { cpuMilli: 4000, memoryBytes: 2 ** 33, ephemeralStorageBytes: 2 ** 36 },
};

/** The condition of a network that works. */
export const up = { status: true, reason: '', message: '' };

/** Makes a pod of one container, bound to the node. */
export function makePod(spec: Partial<PodSpec> = {}, metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '10', ...metadata },
    spec: { nodeName: 'n1', restartPolicy: 'Always', containers: [{ name: 'web', image: 'nginx' }], ...spec },
    status: { phase: 'Pending', qosClass: 'BestEffort', conditions: [{ type: 'PodScheduled', status: 'True' }] },
  };
}

/** Addresses that a patch names to delete are deleted. */
function merged(podIPs: readonly { ip: string; $patch?: string }[] | undefined) {
  return podIPs === undefined ? {} : { podIPs: podIPs.filter(({ $patch }) => $patch === undefined) };
}

/** What of an engine's stage is needed; tests hand in a real one. */
interface Stage {
  readonly now: number;
  take(): Heard[];
  advance(ms: number): void;
  answer(question: Message | undefined, type: string, body: unknown): void;
  send(type: string, body: unknown, options: { from?: string }): void;
  puppet(address: string): { self: Pick<Self, 'now'>; send(to: string, type: string, body: unknown): void };
}

/** What a stage is opened with. */
export interface Scene {
  address: string;
  input: PodInput;
}

/** A pod on stage with puppets that do what is asked, until told otherwise. */
export class Play<S extends Stage = Stage> {
  readonly stage: S;
  api: Pod | undefined;
  version = 10;
  containers = new Map<string, RuntimeContainerStatus>();
  sandboxes = new Map<string, SandboxStatus>();
  events: string[] = [];
  statuses: Pod['status'][] = [];
  /** Message types that puppets leave unanswered. */
  silent = new Set<string>();
  refusals = new Map<string, { code: string; message: string }>();
  unanswered: Heard[] = [];
  probes: (path: string) => number | 'refused' | undefined = () => 200;
  exec: (command: readonly string[]) => number = () => 0;
  imageId = '';
  secrets: Record<string, Record<string, string>> = {};

  constructor(
    open: (scene: Scene) => S,
    given: Pod,
    input: Partial<PodInput> = {},
    set: (play: Play<S>) => void = () => {},
  ) {
    this.api = given;
    set(this);
    this.stage = open({
      address: 'c.node.n1.pod.u1',
      input: { place, pod: given, source: 'api', network: up, sandboxes: [], containers: [], ...input },
    });
    this.play();
  }

  /** What the machine's clock says, by which the runtime stamps. */
  private get clockMs(): number {
    return this.stage.puppet(place.runtime).self.now();
  }

  /** Lets all puppets answer until nobody has anything more to say. */
  play(): void {
    for (let round = 0; round < 200; round++) {
      const sent = this.stage.take();
      if (sent.length === 0) return;
      for (const message of sent) this.reply(message);
    }
    throw new Error(`they talk without end: ${this.asked.slice(-10).join(', ')}`);
  }

  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      this.stage.advance(Math.min(left, 1000));
      this.play();
    }
  }

  reply(message: Heard): unknown {
    const { type, body } = message;
    this.asked.push(type);
    if (this.silent.has(type)) {
      this.unanswered.push(message);
      return undefined;
    }
    const refusal = this.refusals.get(type);
    if (refusal !== undefined) return this.stage.answer(message, 'cri.refused', refusal);
    switch (type) {
      case 'sandbox.run': {
        const sandbox: SandboxStatus = {
          sandboxId: `s${body.attempt}`,
          podUid: body.podUid,
          name: body.name,
          namespace: body.namespace,
          attempt: body.attempt,
          state: 'ready',
          ip: `10.244.1.${5 + body.attempt}`,
          createdAt: this.clockMs,
        };
        this.sandboxes.set(sandbox.sandboxId, sandbox);
        return this.stage.answer(message, 'sandbox.started', sandbox);
      }
      case 'sandbox.stop':
        return this.stage.answer(message, 'sandbox.stopped', body);
      case 'sandbox.remove':
        this.sandboxes.delete(body.sandboxId);
        return this.stage.answer(message, 'sandbox.removed', body);
      case 'image.describe':
        return this.stage.answer(message, 'image.described', {
          image: body.image,
          imageId: this.imageId,
          sizeBytes: 1,
        });
      case 'image.obtain':
        return this.stage.answer(message, 'image.obtained', { imageId: 'sha256:1', sizeBytes: 1000, pullMs: 1200 });
      case 'variables.ask':
        return this.stage.answer(message, 'variables.given', { variables: { KUBERNETES_SERVICE_HOST: '10.96.0.1' } });
      case 'container.create': {
        const { container } = body;
        const containerId = `${container.name}-${container.attempt}`;
        this.containers.set(containerId, {
          containerId,
          sandboxId: body.sandboxId,
          podUid: 'u1',
          name: container.name,
          attempt: container.attempt,
          image: container.image,
          imageId: 'sha256:1',
          state: 'created',
          createdAt: this.clockMs,
          startedAt: 0,
          finishedAt: 0,
          exitCode: 0,
          reason: '',
          message: '',
        });
        this.made.push(container);
        return this.stage.answer(message, 'container.created', { containerId });
      }
      case 'container.start': {
        const known = this.containers.get(body.containerId) as RuntimeContainerStatus;
        this.containers.set(known.containerId, { ...known, state: 'running', startedAt: this.clockMs });
        return this.stage.answer(message, 'container.started', {
          containerId: known.containerId,
          startedAt: this.clockMs,
        });
      }
      case 'container.stop': {
        this.stops.push(body);
        const known = this.containers.get(body.containerId) as RuntimeContainerStatus;
        const status = this.ended(known, 143, 'Error');
        return this.stage.answer(message, 'container.stopped', status);
      }
      case 'container.exec':
        return this.stage.answer(message, 'container.execed', { exitCode: this.exec(body.command), output: 'said no' });
      case 'container.remove':
        return this.stage.answer(message, 'container.removed', body);
      case 'packet.forward': {
        const status = this.probes(body.payload.path);
        if (status === undefined) return undefined;
        const payload =
          status === 'refused' ? { kind: 'reset', reason: 'refused' } : { kind: 'response', status, bytes: 10 };
        this.stage.puppet(place.network).send(body.origin, 'packet.forward', { ...body, payload });
        return this.stage.advance(0);
      }
      case 'event.occurred':
        this.events.push(`${body.reason}: ${body.message}`);
        return undefined;
      case 'object.get': {
        const data = this.secrets[body.name];
        if (data !== undefined) return this.stage.answer(message, 'request.succeeded', { code: 200, object: { data } });
        return this.stage.answer(message, 'request.refused', { status: { code: 404, reason: 'NotFound' } });
      }
      case 'object.patch': {
        this.version += 1;
        const { status = {} } = this.api ?? {};
        const conditions = [...(status.conditions ?? [])];
        for (const condition of body.patch.status.conditions ?? []) {
          const at = conditions.findIndex(({ type: known }) => known === condition.type);
          const merged = Object.fromEntries(
            Object.entries({ ...conditions[at], ...condition }).filter(([, value]) => value !== null),
          );
          conditions.splice(at < 0 ? conditions.length : at, at < 0 ? 0 : 1, merged as never);
        }
        this.api = {
          ...(this.api as Pod),
          metadata: { ...(this.api as Pod).metadata, resourceVersion: String(this.version) },
          status: { ...status, ...body.patch.status, ...merged(body.patch.status.podIPs), conditions },
        };
        this.statuses.push(this.api.status);
        return this.stage.answer(message, 'request.succeeded', { code: 200, object: this.api });
      }
      case 'object.delete':
        this.deletes.push(body);
        this.stage.answer(message, 'request.succeeded', { code: 200, object: this.api as Pod });
        return this.stage.send('pod.vanish', {}, { from: place.kubelet });
      default:
        return undefined;
    }
  }

  asked: string[] = [];
  made: { name: string; attempt: number; env: Record<string, string> }[] = [];
  stops: { containerId: string; timeoutSeconds: number }[] = [];
  deletes: Heard['body'][] = [];

  private ended(known: RuntimeContainerStatus, exitCode: number, reason: string): RuntimeContainerStatus {
    const status = { ...known, state: 'exited' as const, exitCode, reason, finishedAt: this.clockMs };
    this.containers.set(known.containerId, status);
    return status;
  }

  /** A container ends by itself. */
  exit(containerId: string, exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): void {
    const status = this.ended(this.containers.get(containerId) as RuntimeContainerStatus, exitCode, reason);
    this.stage.send('container.changed', status, { from: place.kubelet });
    this.play();
  }

  /** The pause container dies. */
  loseSandbox(): void {
    const [sandbox] = [...this.sandboxes.values()].slice(-1);
    this.tell('sandbox.changed', { ...(sandbox as SandboxStatus), state: 'not-ready' });
  }

  /** The kubelet says something. */
  tell(type: string, body: unknown): void {
    this.stage.send(type, body, { from: place.kubelet });
    this.play();
  }

  /** The user deletes the pod. */
  delete(graceSeconds = 30): void {
    this.version += 1;
    const api = this.api as Pod;
    this.api = {
      ...api,
      metadata: {
        ...api.metadata,
        resourceVersion: String(this.version),
        deletionTimestamp: '2026-01-01T00:00:30Z',
        deletionGracePeriodSeconds: graceSeconds,
      },
    };
    this.stage.send('pod.sync', { pod: this.api }, { from: place.kubelet });
    this.play();
  }

  /** How often an image was asked for. */
  pulls(): number {
    return this.asked.filter((type) => type === 'image.obtain').length;
  }

  condition(type: string) {
    return this.api?.status?.conditions?.find((condition) => condition.type === type);
  }

  container(name: string) {
    const { containerStatuses = [], initContainerStatuses = [] } = this.api?.status ?? {};
    return [...initContainerStatuses, ...containerStatuses].find((status) => status.name === name);
  }
}
