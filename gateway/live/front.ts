/** The front of a live cluster: its door, and the sockets that lead to it. */

import type { Cluster } from '../../deploy/cluster.ts';
import { outsideMachine } from '../../deploy/cluster.ts';
import type { Asker } from '../../protocol/messages/api.ts';
import { failure } from '../../protocol/status.ts';
import { clientAddress } from '../../protocol/subjects.ts';
import { encodeStatus } from '../answers/encoding.ts';
import { ClusterLink } from '../cluster-link.ts';
import { Connections } from '../connect/connections.ts';
import { Documents } from '../discovery/documents.ts';
import type { ServerHealth } from '../discovery/health.ts';
import { type MeasuredFigures, RequestCounts } from '../discovery/request-counts.ts';
import { Door } from '../door.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { Refused } from '../refused.ts';
import type { PathRequest } from '../request-info.ts';
import { metricsKinds, ServedKinds } from '../served-kinds.ts';
import { GatewayServer } from '../server.ts';
import type { Credentials } from './credentials.ts';
import { askHealth, isHealthPath } from './health.ts';

/** ms of real time that requests in flight are given to end. */
const drainMs = 3_000;

/** What stands before a cluster, from `open` to `close`. */
export class Front {
  readonly link: ClusterLink;
  readonly #server: GatewayServer;
  readonly #door: Door;
  readonly #kinds: ServedKinds;
  readonly #apiserver: string;
  readonly #documents: Documents;
  #serverAddress = '';
  #health: ServerHealth = { isSynced: false, isDraining: false };
  #inFlight = 0;
  #isDraining = false;
  #whenIdle: (() => void) | undefined;

  constructor(cluster: Cluster, credentials: Credentials) {
    const { engine, spec, apiserver } = cluster;
    this.link = new ClusterLink(engine, clientAddress(spec.name, 'gateway'), outsideMachine);
    this.#apiserver = apiserver;
    this.#kinds = new ServedKinds(spec.metricsServer === true ? metricsKinds(cluster.metricsServer) : []);
    const ways = { link: this.link, apiserver, kinds: this.#kinds, authenticate: byCertificate };
    const connections = new Connections(ways);
    this.#documents = new Documents({
      kinds: this.#kinds,
      serverAddress: () => this.#serverAddress,
      health: () => ({ ...this.#health, isDraining: this.#isDraining }),
      issuer: () => ({ issuer: 'https://kubernetes.default.svc.cluster.local', keysUrl: '', keys: [] }),
      counts: new RequestCounts(),
      figures: measure,
    });
    this.#door = new Door({
      ...ways,
      documents: (info, request) => this.#document(info, request),
      connect: (info, kind, asker, request) => connections.answer(info, kind, asker, request),
    });
    this.#server = new GatewayServer({
      key: credentials.server.key,
      certificate: credentials.server.certificate,
      authority: credentials.authority.certificate,
      handle: (request) => this.#handle(request),
      upgrade: (request, socket, head) => connections.upgrade(request, socket, head),
    });
  }

  /** Listens on loopback; gives the URL. Port 0 takes any. @throws the system's error */
  async open(port: number): Promise<string> {
    this.#serverAddress = `127.0.0.1:${await this.#server.listen(port)}`;
    return `https://${this.#serverAddress}`;
  }

  /** Takes no more requests, lets those in flight end, and closes what is left. */
  async close(): Promise<void> {
    this.#isDraining = true;
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, drainMs);
        this.#whenIdle = () => {
          clearTimeout(timeout);
          resolve();
        };
      });
    }
    await this.#server.close();
  }

  async #document({ path, query }: PathRequest, request: HttpRequest): Promise<HttpResponse | undefined> {
    if (isHealthPath(path)) this.#health = await askHealth(this.link, this.#apiserver);
    return this.#documents.answer(path, query, request);
  }

  async #handle(request: HttpRequest): Promise<HttpResponse> {
    if (this.#isDraining) return encodeStatus(failure.serviceUnavailable('apiserver is shutting down'));
    this.#inFlight++;
    try {
      return await this.#door.handle(request);
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) this.#whenIdle?.();
    }
  }
}

/** Knows who shows a certificate of the cluster's authority, as kube-apiserver's x509 authenticator. */
function byCertificate({ certificate }: HttpRequest): Asker {
  if (certificate === undefined) throw new Refused(failure.unauthorized());
  const { commonName, organizations } = certificate;
  return { user: { name: commonName, groups: [...organizations, 'system:authenticated'] } };
}

/** What the process itself uses. */
function measure(): MeasuredFigures {
  const { user, system } = process.cpuUsage();
  return {
    storedObjects: new Map(),
    openWatches: new Map(),
    residentMemoryBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    startTimeSeconds: (performance.timeOrigin / 1000) | 0,
  };
}
