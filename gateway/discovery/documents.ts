/** All that is answered about no object: what there is, how it looks, how the server is. Made anew when the kinds change. */

import type { ResourceKind } from '../../protocol/resources.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { FieldDocs } from '../openapi/field-docs.ts';
import { OpenApi } from '../openapi/open-api.ts';
import { Discovery } from './discovery.ts';
import { groupResources } from './group-priority.ts';
import type { ServerHealth } from './health.ts';
import { answerHealth, healthChecks, healthPaths } from './health.ts';
import type { MeasuredFigures, RequestCounts } from './request-counts.ts';
import { servedResource } from './served-resource.ts';
import { gitVersion, serverVersion } from './server-version.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { answerIssuer, issuerPaths } from './token-issuer.ts';

/** What documents are made of. */
export interface DocumentParts {
  /** The kinds served at the moment; those that users defined as `customResources` gives them. `generation` grows with each change. */
  readonly kinds: { readonly generation: number; readonly all: readonly ResourceKind[] };
  /** Host and port as clients reach the API server: `10.0.0.1:6443`. */
  readonly serverAddress: () => string;
  readonly health: () => ServerHealth;
  readonly issuer: () => TokenIssuer;
  readonly counts: RequestCounts;
  readonly figures: () => MeasuredFigures;
}

/** Answers requests about no object. */
export class Documents {
  readonly #parts: DocumentParts;
  readonly #docs = new FieldDocs();
  #generation = -1;
  #discovery = new Discovery([], '');
  #openApi = new OpenApi([], gitVersion, this.#docs);

  constructor(parts: DocumentParts) {
    this.#parts = parts;
  }

  /** Answers a GET (or HEAD) of a path; undefined where there is nothing. @throws Refused 406 */
  answer(url: string, query: URLSearchParams, request: HttpRequest): HttpResponse | undefined {
    const found = this.#find(withoutLastSlash(url), query, request);
    if (found === undefined || request.method === 'GET' || request.method === 'HEAD') return found;
    return methodNotAllowed;
  }

  #find(path: string, query: URLSearchParams, request: HttpRequest): HttpResponse | undefined {
    const { health, issuer } = this.#parts;
    if (path === '/version') return json(serverVersion());
    if (path === '/metrics') return this.#metrics();
    if (path.startsWith('/.well-known/') || path.startsWith('/openid/')) return answerIssuer(path, issuer());
    if (/^\/(healthz|livez|readyz)/.test(path)) return answerHealth(path, query, healthChecks(health()));
    this.#refresh();
    if (path === '/') return json({ paths: this.#paths() });
    if (path.startsWith('/openapi/')) return this.#openApi.answer(path, query, request);
    return this.#discovery.answer(path, query, request);
  }

  #refresh(): void {
    const { kinds, serverAddress } = this.#parts;
    if (kinds.generation === this.#generation) return;
    this.#generation = kinds.generation;
    const groups = groupResources(kinds.all.map(servedResource));
    this.#discovery = new Discovery(groups, serverAddress());
    this.#openApi = new OpenApi(groups, gitVersion, this.#docs);
  }

  #metrics(): HttpResponse {
    const headers = {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-cache, private',
    };
    return { status: 200, headers, body: this.#parts.counts.text(this.#parts.figures()) };
  }

  #paths(): readonly string[] {
    const health = healthPaths(healthChecks(this.#parts.health()));
    const documents = ['/metrics', '/openapi/v2', '/openapi/v3', '/openapi/v3/', '/version'];
    return [...this.#discovery.paths, ...issuerPaths, ...health, ...documents].sort();
  }
}

function withoutLastSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function json(document: object): HttpResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
  return { status: 200, headers, body: JSON.stringify(document, undefined, 2) };
}

const methodNotAllowed: HttpResponse = {
  status: 405,
  headers: { 'content-type': 'text/plain; charset=utf-8', allow: 'GET, HEAD' },
  body: '405: Method Not Allowed',
};
