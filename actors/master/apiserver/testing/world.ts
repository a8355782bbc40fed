/** A small cluster for tests: real API servers on a real etcd, and a client that asks and waits. */

import type { RequestOptions } from '../../../../protocol/actor.ts';
import { parseFlags } from '../../../../protocol/flags.ts';
import type { Message } from '../../../../protocol/message.ts';
import type { ObjectChanged, Target, WatchEventType } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { flags as etcdFlags } from '../../etcd/flags.ts';
import { flags } from '../flags.ts';

/** What of a puppet is needed. */
interface Player {
  received: Message[];
  ask(to: string, type: string, body: unknown, options?: RequestOptions): number;
  open(to: string, type: string, body: unknown): number;
  close(stream: number): void;
  send(to: string, type: string, body: unknown): void;
}

/** What of an engine is needed; tests hand in a real one. */
interface Stage {
  spawn(address: string, kind: string, input: unknown, options?: { machine?: string }): void;
  puppet(address: string): Player;
  runFor(ms: number): void;
  runUntil(until: () => boolean, options?: { withinMs?: number }): boolean;
}

/** What came of a request: what a client gets to see. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds.
export type Got = { code: number; object: any; warnings?: readonly string[] };

/** One event of a watch, as short as tests like it. */
export interface Seen {
  readonly type: WatchEventType;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds.
  readonly object: any;
}

/** Where the servers are asked: all of them, or one. */
export const apiservers = 'c.master.apiserver';

/** How many servers there are, and how they and etcd are set. */
export interface WorldOptions {
  replicas?: number;
  /** Refuses pods without a service account; no controller makes one here. False unless told. */
  serviceAccounts?: boolean;
  config?: Record<string, unknown>;
  etcd?: Record<string, unknown>;
  etcdMachine?: string;
}

/** A cluster without nodes. */
export class World {
  readonly engine: Stage;
  readonly player: Player;
  /** What each server is started with. */
  readonly input: unknown;

  constructor(engine: Stage, options: WorldOptions = {}) {
    this.engine = engine;
    const etcd = 'c.master.etcd.0';
    engine.spawn(
      etcd,
      'etcd',
      { members: [etcd], config: parseFlags(etcdFlags, options.etcd) },
      options.etcdMachine === undefined ? {} : { machine: options.etcdMachine },
    );
    const plugins = options.serviceAccounts ? {} : { 'disable-admission-plugins': 'ServiceAccount' };
    const config = parseFlags(flags, { ...plugins, ...options.config });
    this.input = { etcd: [etcd], config };
    for (let i = 0; i < (options.replicas ?? 1); i++) {
      engine.spawn(`${apiservers}.${i}`, 'kube-apiserver', this.input);
    }
    this.player = engine.puppet('c.client.test');
    engine.runFor(500);
  }

  /** Asks, and gives whatever the server answers. */
  ask(type: string, body: object, to: string = apiservers): Got | { status: Status } {
    return this.answer(this.player.ask(to, type, body));
  }

  /** Waits for the answer to a request. */
  answer(request: number): Got | { status: Status } {
    const isAnswer = (message: Message) => message.request === request;
    const came = this.engine.runUntil(() => this.player.received.some(isAnswer), { withinMs: 60_000 });
    const answer = this.player.received.find(isAnswer);
    if (!came || answer === undefined) throw new Error(`request ${request} was not answered`);
    return answer.body as Got | { status: Status };
  }

  /** Asks for what must succeed; gives what came. */
  do(type: string, body: object, to?: string): Got {
    const got = this.ask(type, body, to);
    if ('status' in got) throw new Error(`${type} was refused: ${got.status.message}`);
    return got;
  }

  /** Asks for what must be refused; gives the Status. */
  refused(type: string, body: object, to?: string): Status {
    const got = this.ask(type, body, to);
    if (!('status' in got)) throw new Error(`${type} was not refused`);
    return got.status;
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds.
  create(resource: string, object: object, more: object = {}): any {
    const { namespace } = (object as KubernetesObject).metadata;
    return this.do('object.create', { resource, ...(namespace === undefined ? {} : { namespace }), object, ...more })
      .object;
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds.
  get(resource: string, name: string, namespace?: string): any {
    return this.do('object.get', { resource, name, ...(namespace === undefined ? {} : { namespace }) }).object;
  }

  /** Opens a watch and waits for its first events. */
  watch(body: Target & Record<string, unknown>, to: string = apiservers): Watch {
    const watch = new Watch(this, this.player.open(to, 'object.watch', body));
    this.engine.runFor(50);
    return watch;
  }

  /** Lets the servers hear of what was written. */
  settle(): void {
    this.engine.runFor(100);
  }
}

/** A watch of the client. */
export class Watch {
  private readonly world: World;
  readonly stream: number;

  constructor(world: World, stream: number) {
    this.world = world;
    this.stream = stream;
  }

  /** Gives what was seen since the last time. */
  take(): Seen[] {
    this.world.settle();
    const { player } = this.world;
    const own = player.received.filter(({ stream, type }) => stream === this.stream && type === 'object.changed');
    player.received = player.received.filter((message) => !own.includes(message));
    return own.map(({ body }) => body as ObjectChanged['body']);
  }

  /** The same, as `ADDED web`. */
  lines(): string[] {
    return this.take().map(
      ({ type, object }) => `${type} ${object.metadata?.name ?? object.metadata?.resourceVersion}`,
    );
  }

  /** Why it was ended; undefined while it stands. */
  get ended(): string | undefined {
    const end = this.world.player.received.find(
      ({ stream, type }) => stream === this.stream && type === 'stream.broken',
    );
    return (end?.body as { reason?: string } | undefined)?.reason;
  }
}

/** A pod that is complete. */
export function pod(
  name: string,
  more: { labels?: Record<string, string>; spec?: object; metadata?: object } = {},
): KubernetesObject {
  const { labels = { app: name }, spec = {}, metadata = {} } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels, ...metadata },
    spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
  } as KubernetesObject;
}

/** A Service with one port. */
export function service(name: string, spec: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
  } as KubernetesObject;
}
