/** A cluster in virtual time behind a door, to be asked as over HTTP without a socket. */

import { setImmediate as turn } from 'node:timers/promises';
import { definitions } from '../../deploy/cast.ts';
import { Cluster, outsideMachine } from '../../deploy/cluster.ts';
import { nodesOf, singleControlPlane } from '../../deploy/cluster-spec.ts';
import { Engine } from '../../engine/engine.ts';
import type { UserInfo } from '../../protocol/messages/api.ts';
import { failure } from '../../protocol/status.ts';
import { clientAddress } from '../../protocol/subjects.ts';
import { encodeStatus } from '../answers/encoding.ts';
import { ClusterLink } from '../cluster-link.ts';
import { Door, type DoorParts } from '../door.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { ServedKinds } from '../served-kinds.ts';

const administrator: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** What a request says beyond method and path. */
export interface Saying {
  /** Written as JSON, unless it is text or bytes. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** An answer, with its body read. */
export interface Answered {
  status: number;
  headers: HttpResponse['headers'];
  text: string;
  /** The body as it came; of one without end, the first piece. */
  bytes: Uint8Array;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for.
  json: any;
}

/** A cluster of one node, and its door. */
export class VirtualDoor {
  readonly engine: Engine;
  readonly door: Door;
  readonly link: ClusterLink;
  readonly apiserver: string;

  constructor(options: { seed?: number; parts?: (link: ClusterLink, apiserver: string) => Partial<DoorParts> } = {}) {
    this.engine = new Engine({ seed: options.seed ?? 1, definitions, freeze: true });
    const cluster = new Cluster(this.engine, {
      name: 'c',
      nodes: nodesOf([{ count: 1 }]),
      controlPlane: singleControlPlane,
      settings: {},
      images: [],
    });
    cluster.start();
    this.engine.runFor(10_000);
    this.link = new ClusterLink(this.engine, clientAddress('c', 'gateway'), outsideMachine);
    this.apiserver = cluster.apiserver;
    this.door = new Door({
      link: this.link,
      apiserver: cluster.apiserver,
      kinds: new ServedKinds(),
      authenticate: () => ({ user: administrator }),
      documents: () => undefined,
      connect: () => encodeStatus(failure.badRequest('nothing is connected here')),
      ...options.parts?.(this.link, this.apiserver),
    });
  }

  /** Asks, and lets virtual time pass until the answer is there; of one without end, the first piece. */
  async ask(method: string, url: string, saying: Saying = {}): Promise<Answered> {
    const { status, headers, body } = await this.settle(this.door.handle(requestOf(method, url, saying)));
    const isStream = typeof body !== 'string' && !(body instanceof Uint8Array);
    const whole = isStream ? await this.settle(firstOf(body)) : body;
    const bytes = typeof whole === 'string' ? new TextEncoder().encode(whole) : whole;
    const text = new TextDecoder().decode(bytes);
    const isJson = !isStream && String(headers['content-type']).includes('json');
    return { status, headers, text, bytes, json: isJson ? JSON.parse(text) : undefined };
  }

  /** Lets virtual time pass, event by event, until a promise has its value. */
  async settle<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    while (!isSettled) {
      for (let i = 0; i < 20; i++) this.engine.step();
      await turn();
    }
    return settled;
  }
}

async function firstOf(pieces: AsyncIterable<string | Uint8Array>): Promise<string | Uint8Array> {
  for await (const piece of pieces) return piece;
  return '';
}

/** Makes a request as it comes from a socket. */
export function requestOf(method: string, url: string, { body, headers = {} }: Saying): HttpRequest {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(text);
  const type = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
  return { method, url, headers: { ...type, ...headers }, body: bytes };
}
