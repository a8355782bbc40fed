/** Discovery: what the API serves, for clients that ask before they use it. */

import { stringify } from 'yaml';
import { failure } from '../../protocol/status.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { isPretty, readRanges } from '../negotiation.ts';
import { Refused } from '../refused.ts';
import type { AggregatedVersion } from './aggregated.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { DocumentBytes } from './document-bytes.ts';
import type { ServedGroup } from './group-priority.ts';
import { coreVersions, groupDocument, groupList, resourceList } from './plain.ts';

/** The form of a discovery document that a client takes. */
interface Form {
  readonly format: 'json' | 'yaml';
  /** All groups in one document, in this version of it. */
  readonly aggregated: AggregatedVersion | undefined;
}

const formats: ReadonlyMap<string, Form['format']> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/*', 'json'],
  ['*/*', 'json'],
]);

/** The discovery documents of one set of kinds, each made when it is first asked for. */
export class Discovery {
  readonly #groups: readonly ServedGroup[];
  readonly #documents: ReadonlyMap<string, () => object>;
  readonly #plain = new Map<string, string>();
  readonly #aggregated = new Map<string, DocumentBytes>();

  /** `serverAddress` is host and port as clients reach the API server. */
  constructor(groups: readonly ServedGroup[], serverAddress: string) {
    this.#groups = groups;
    this.#documents = documentsOf(groups, serverAddress);
  }

  /** All paths that have a document. */
  get paths(): readonly string[] {
    return [...this.#documents.keys()];
  }

  /** Answers a path (without its last slash); undefined where there is nothing. @throws Refused 406 */
  answer(path: string, query: URLSearchParams, request: HttpRequest): HttpResponse | undefined {
    const make = this.#documents.get(path);
    if (make === undefined) return undefined;
    const { format, aggregated } = formOf(request.headers.accept, path === '/api' || path === '/apis');
    if (aggregated !== undefined)
      return this.#inOne(path, format, aggregated).answer(request, { 'cache-control': 'public' });
    const indent = isPretty(query, request) ? 2 : 0;
    const headers = { 'cache-control': 'no-cache, private', 'content-type': `application/${format}` };
    return {
      status: 200,
      headers,
      body: keep(this.#plain, `${format} ${indent} ${path}`, () => write(make(), format, indent)),
    };
  }

  #inOne(path: string, format: Form['format'], version: AggregatedVersion): DocumentBytes {
    return keep(this.#aggregated, `${format} ${version} ${path}`, () => {
      const groups = this.#groups.filter(({ name }) => (name === '') === (path === '/api'));
      const type = `application/${format};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      return new DocumentBytes(type, write(aggregatedDiscovery(groups, version), format));
    });
  }
}

function documentsOf(groups: readonly ServedGroup[], serverAddress: string): ReadonlyMap<string, () => object> {
  const documents = new Map<string, () => object>([
    ['/api', () => coreVersions(groups, serverAddress)],
    ['/apis', () => groupList(groups)],
  ]);
  for (const group of groups) {
    if (group.name !== '') documents.set(`/apis/${group.name}`, () => groupDocument(group));
    for (const version of group.versions) {
      const root = group.name === '' ? '/api' : '/apis';
      documents.set(`${root}/${version.groupVersion}`, () => resourceList(version));
    }
  }
  return documents;
}

/**
 * Finds the form a client wants most; one document for all is given only at the two roots, and to those that name it.
 * @throws Refused 406
 */
function formOf(accept: string | undefined, isRoot: boolean): Form {
  const ranges = readRanges(accept === undefined || accept.trim() === '' ? '*/*' : accept);
  for (const { type, parameters } of ranges) {
    const format = formats.get(type);
    if (format === undefined) continue;
    const as = parameters.get('as');
    if (as === undefined) return { format, aggregated: undefined };
    const version = parameters.get('v');
    const isKnown = as === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io';
    if (isRoot && isKnown && (version === 'v2' || version === 'v2beta1')) return { format, aggregated: version };
  }
  throw new Refused(
    failure.notAcceptable('only the following media types are accepted: application/json, application/yaml'),
  );
}

function write(document: object, format: Form['format'], indent = 0): string {
  return format === 'json' ? `${JSON.stringify(document, undefined, indent)}\n` : stringify(document);
}

function keep<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known;
  const value = make();
  made.set(key, value);
  return value;
}
