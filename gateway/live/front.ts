/** The front of a live cluster: all that stands between its API servers and the sockets that lead to them. */

import type { Cluster } from '../../deploy/cluster.ts';
import { outsideMachine } from '../../deploy/cluster.ts';
import { failure } from '../../protocol/status.ts';
import { encodeStatus } from '../answers/encoding.ts';
import { Auditor, type AuditSink } from '../audit/auditor.ts';
import type { AuditPolicy } from '../audit/policy.ts';
import { Authentication } from '../authentication/authentication.ts';
import { ServiceAccountTokens } from '../authentication/service-account-tokens.ts';
import { type StaticToken, StaticTokens } from '../authentication/static-tokens.ts';
import { TokenKey } from '../authentication/token-key.ts';
import { TokenSecrets } from '../authentication/token-secrets.ts';
import { RequestSigner } from '../certificates/request-signer.ts';
import { ClusterLink } from '../cluster-link.ts';
import { Connections } from '../connect/connections.ts';
import { DefinedKinds } from '../defined-kinds.ts';
import { countedRequest } from '../discovery/counted-request.ts';
import { Documents } from '../discovery/documents.ts';
import type { ServerHealth } from '../discovery/health.ts';
import { RequestCounts } from '../discovery/request-counts.ts';
import { Door } from '../door.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import type { PathRequest } from '../request-attributes.ts';
import { metricsKinds, ServedKinds } from '../served-kinds.ts';
import { GatewayServer } from '../server.ts';
import type { Credentials } from './credentials.ts';
import { askHealth, isHealthPath } from './health.ts';
import { processFigures } from './process-figures.ts';

/** What may be added to a front. */
export interface FrontOptions {
  /** `--token-auth-file` */
  readonly tokens?: readonly StaticToken[];
  /** `--audit-policy-file`, and where the lines go. */
  readonly audit?: { readonly policy: AuditPolicy; readonly sink: AuditSink };
}

/** ms of real time that requests in flight are given to end. */
const drainMs = 3_000;
/** As kubeadm sets `--service-account-issuer`. */
const issuer = 'https://kubernetes.default.svc.cluster.local';

/** What stands before a cluster, from `open` to `close`. */
export class Front {
  readonly link: ClusterLink;
  readonly #apiserver: string;
  readonly #server: GatewayServer;
  readonly #door: Door;
  readonly #documents: Documents;
  readonly #signer: RequestSigner;
  readonly #tokenSecrets: TokenSecrets;
  readonly #defined: DefinedKinds;
  readonly #counts = new RequestCounts();
  #serverAddress = '';
  #health: ServerHealth = { isSynced: false, isDraining: false };
  #inFlight = 0;
  #isDraining = false;
  #whenIdle: (() => void) | undefined;

  constructor(cluster: Cluster, credentials: Credentials, { tokens = [], audit }: FrontOptions = {}) {
    const { engine, spec, apiserver } = cluster;
    const link = new ClusterLink(engine, cluster.hostActor('gateway'), outsideMachine);
    const { server, authority, serviceAccountKey } = credentials;
    const key = new TokenKey(serviceAccountKey);
    const accountTokens = new ServiceAccountTokens({ link, apiserver, key, issuer });
    const { authenticate, finish } = new Authentication({ staticTokens: new StaticTokens(tokens), accountTokens });
    const kinds = new ServedKinds(spec.metricsServer === true ? metricsKinds(cluster.metricsServer) : []);
    const connections = new Connections({ link, apiserver, kinds, authenticate });
    this.link = link;
    this.#apiserver = apiserver;
    this.#defined = new DefinedKinds(link, apiserver, kinds);
    this.#documents = new Documents({
      kinds,
      serverAddress: () => this.#serverAddress,
      health: () => ({ ...this.#health, isDraining: this.#isDraining }),
      issuer: () => ({
        issuer,
        keysUrl: `https://${this.#serverAddress}/openid/v1/jwks`,
        keys: [key.publicKey() as Readonly<Record<string, unknown>>],
      }),
      counts: this.#counts,
      figures: processFigures,
    });
    this.#door = new Door({
      link,
      apiserver,
      kinds,
      authenticate,
      finish,
      ...(audit && { audit: new Auditor({ ...audit, now: () => link.now() }) }),
      documents: (info, request) => this.#document(info, request),
      connect: (info, kind, asker, request) => connections.answer(info, kind, asker, request),
      answered: (info, { headers }, code, seconds) => {
        const kind = info.isResource ? kinds.find(info.group, info.version, info.resource) : undefined;
        this.#counts.add(countedRequest(info, kind, headers['content-type'], code), seconds);
      },
    });
    this.#signer = new RequestSigner({ link, apiserver, authority, nowMs: Date.now });
    this.#tokenSecrets = new TokenSecrets({ link, apiserver, key, authority: authority.certificate });
    this.#server = new GatewayServer({
      key: server.key,
      certificate: server.certificate,
      authority: authority.certificate,
      handle: (request) => this.#handle(request),
      upgrade: (request, socket, head) => connections.upgrade(request, socket, head),
    });
  }

  /**
   * Listens, on loopback unless told; gives the URL, with the address that clients are to use where that is another one.
   * Port 0 takes any. @throws the system's error
   */
  async open(port: number, address = '127.0.0.1', shown = address): Promise<string> {
    this.#serverAddress = `${shown.includes(':') ? `[${shown}]` : shown}:${await this.#server.listen(port, address)}`;
    this.#defined.start();
    this.#signer.start();
    this.#tokenSecrets.start();
    return `https://${this.#serverAddress}`;
  }

  /** Takes no more requests, lets those in flight end, and closes what is left. */
  async close(): Promise<void> {
    this.#isDraining = true;
    this.#signer.stop();
    this.#defined.stop();
    this.#tokenSecrets.stop();
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
