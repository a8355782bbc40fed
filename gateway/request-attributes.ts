/** What a path and a method ask for: the resolver of request attributes (apiserver's `RequestInfoFactory`). */

/** The verbs a request is authorized and audited by. */
export type RequestVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A request about objects. */
export interface ResourceRequest {
  readonly isResource: true;
  readonly verb: RequestVerb;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource: the path that a proxy is to hand on, with its first slash; empty where there is none. */
  readonly rest: string;
}

/** A request about anything else: discovery, documents, health. */
export interface PathRequest {
  readonly isResource: false;
  /** The method in lower case, as authorization has it. */
  readonly verb: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

export type RequestInfo = ResourceRequest | PathRequest;

const verbs: Readonly<Record<string, RequestVerb>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Tells whether anything here takes a method. */
export function isKnownMethod(method: string): boolean {
  return verbs[method] !== undefined;
}

/** Subresources of a namespace itself; any other word after its name is a resource inside it. */
const ofNamespaces: ReadonlySet<string> = new Set(['status', 'finalize']);

/** Reads a path; undefined for one that cannot be decoded. */
export function requestInfo(method: string, url: string): RequestInfo | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const segments = decode(path);
  if (segments === undefined) return undefined;
  const place = placeOf(segments);
  const verb = verbs[method];
  if (place === undefined || verb === undefined) {
    return { isResource: false, verb: method.toLowerCase(), method, path, query };
  }
  const { group, version, isWatch } = place;
  const { resource, namespace, name, subresource, rest } = namesOf(place.parts);
  const asked = finalVerb(verb, isWatch, name, query);
  return {
    isResource: true,
    verb: asked,
    method,
    path,
    query,
    group,
    version,
    resource,
    namespace,
    name,
    subresource,
    rest,
  };
}

function decode(path: string): string[] | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (!path.includes('%')) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The group and version, and what follows them. */
interface Place {
  readonly group: string;
  readonly version: string;
  /** Asked for with the old prefix `watch/`. */
  readonly isWatch: boolean;
  readonly parts: readonly string[];
}

function placeOf(segments: readonly string[]): Place | undefined {
  const [root, first = '', second = ''] = segments;
  const isCore = root === 'api';
  if (!isCore && root !== 'apis') return undefined;
  const rest = segments.slice(isCore ? 2 : 3);
  const isWatch = rest[0] === 'watch' && rest.length > 1;
  const parts = isWatch ? rest.slice(1) : rest;
  if (parts.length === 0) return undefined;
  return { group: isCore ? '' : first, version: isCore ? first : second, isWatch, parts };
}

function namesOf(parts: readonly string[]) {
  const [first = '', second = '', third = ''] = parts;
  const isInside = first === 'namespaces' && third !== '' && !ofNamespaces.has(third);
  const from = isInside ? 2 : 0;
  const rest = parts.length <= from + 3 ? '' : `/${parts.slice(from + 3).join('/')}`;
  return {
    namespace: isInside ? second : '',
    resource: parts[from] ?? '',
    name: parts[from + 1] ?? '',
    subresource: parts[from + 2] ?? '',
    rest,
  };
}

function finalVerb(verb: RequestVerb, isWatch: boolean, name: string, query: URLSearchParams): RequestVerb {
  if (verb === 'get' && isWatch) return 'watch';
  if (verb === 'get' && name === '') return isTrue(query.get('watch')) ? 'watch' : 'list';
  return verb === 'delete' && name === '' ? 'deletecollection' : verb;
}

/** Reads a flag of a query as Kubernetes converts it: anything but `false` and `0` is true. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}
