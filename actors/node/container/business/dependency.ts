/** The calls a program makes to other Services while it answers a request. */

import type { Dependency, Workload } from '../../../../protocol/workload.ts';

/** Where a call goes: a name to resolve, or an address. */
export interface Target {
  host: string;
  port: number;
}

/** Finds the next call a request for this path makes, from a place in the list on; -1 for none. */
export function nextDependency({ dependencies }: Workload, from: number, path: string, isProbe: boolean): number {
  if (dependencies === undefined) return -1;
  for (let i = from; i < dependencies.length; i++) {
    const { onPath } = dependencies[i] as Dependency;
    // A health check is answered by the program alone, unless told otherwise.
    if (onPath === undefined ? !isProbe : path.startsWith(onPath)) return i;
  }
  return -1;
}

/** Reads a target as the program would write it: variables put in, a scheme dropped, port 80 unless told. */
export function targetOf({ target }: Dependency, env: Readonly<Record<string, string>>): Target {
  const text = target.replace(/\$\((\w+)\)|\$\{(\w+)\}/g, (all, a, b) => env[a ?? b] ?? all);
  const [, scheme = '', rest = text] = /^(\w+):\/\/(.*)$/.exec(text) ?? [];
  const hostPort = rest.split('/', 1)[0] ?? '';
  const [host = '', port] = hostPort.split(':', 2);
  return { host, port: port === undefined || port === '' ? (scheme === 'https' ? 443 : 80) : Number(port) };
}

/** Tells whether a host is an IPv4 address rather than a name. */
export function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
