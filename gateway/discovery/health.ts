/** `/healthz`, `/livez` and `/readyz`, as apiserver's `healthz` package answers them. */

import type { HttpResponse } from '../http.ts';

/** One check, and how it went. */
export interface HealthCheck {
  readonly name: string;
  /** Why it fails; undefined while all is well. */
  readonly failure: string | undefined;
  /** Whether `/livez` leaves it out: a server that may not be asked yet is alive all the same. */
  readonly isReadinessOnly?: boolean;
}

/** What is known of an API server's health. */
export interface ServerHealth {
  /** Why etcd cannot be reached. */
  readonly etcd?: string;
  /** Whether its caches have been filled. */
  readonly isSynced: boolean;
  /** Whether it takes no new requests. */
  readonly isDraining: boolean;
}

/** What a server does once after its start; each has done it when the caches are filled. */
const startHooks = [
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'bootstrap-controller',
];

/** Tells of the checks of an API server, in Kubernetes's order and by its names. */
export function healthChecks({ etcd, isSynced, isDraining }: ServerHealth): readonly HealthCheck[] {
  const unsynced = isSynced ? undefined : 'not finished';
  return [
    { name: 'ping', failure: undefined },
    { name: 'log', failure: undefined },
    { name: 'etcd', failure: etcd },
    { name: 'etcd-readiness', failure: etcd, isReadinessOnly: true },
    { name: 'informer-sync', failure: isSynced ? undefined : 'informers not started yet', isReadinessOnly: true },
    ...startHooks.map((hook) => ({ name: `poststarthook/${hook}`, failure: unsynced })),
    { name: 'shutdown', failure: isDraining ? 'process is shutting down' : undefined, isReadinessOnly: true },
  ];
}

/** Answers a path of health; undefined where there is no such path or check. */
export function answerHealth(
  path: string,
  query: URLSearchParams,
  checks: readonly HealthCheck[],
): HttpResponse | undefined {
  const match = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(path);
  if (match === null) return undefined;
  const [, endpoint = '', name] = match;
  const asked = endpoint === 'readyz' ? checks : checks.filter(({ isReadinessOnly }) => isReadinessOnly !== true);
  if (name === undefined) return answerAll(endpoint, query, asked);
  const one = asked.find((check) => check.name === name);
  if (one === undefined) return undefined;
  return one.failure === undefined ? text(200, 'ok') : text(500, `internal server error: ${one.failure}\n`);
}

/** The paths that are answered for these checks. */
export function healthPaths(checks: readonly HealthCheck[]): readonly string[] {
  return ['healthz', 'livez', 'readyz'].flatMap((endpoint) => {
    const asked = endpoint === 'readyz' ? checks : checks.filter(({ isReadinessOnly }) => isReadinessOnly !== true);
    return [`/${endpoint}`, ...asked.map(({ name }) => `/${endpoint}/${name}`)];
  });
}

function answerAll(endpoint: string, query: URLSearchParams, checks: readonly HealthCheck[]): HttpResponse {
  const excluded = new Set(query.getAll('exclude'));
  const unknown = [...excluded].filter((name) => !checks.some((check) => check.name === name)).sort();
  const lines = checks.map((check) => lineOf(check, excluded));
  if (unknown.length > 0) {
    const names = unknown.map((name) => JSON.stringify(name)).join(',');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}\n`);
  }
  const isFailed = checks.some(({ name, failure }) => failure !== undefined && !excluded.has(name));
  if (isFailed) return text(500, `${lines.join('')}${endpoint} check failed\n`);
  return text(200, query.has('verbose') ? `${lines.join('')}${endpoint} check passed\n` : 'ok');
}

/** A failure's reason is for those alone who may ask for the check itself. */
function lineOf({ name, failure }: HealthCheck, excluded: ReadonlySet<string>): string {
  if (excluded.has(name)) return `[+]${name} excluded: ok\n`;
  return failure === undefined ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`;
}

function text(status: number, body: string): HttpResponse {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache, private',
  };
  return { status, headers, body };
}
