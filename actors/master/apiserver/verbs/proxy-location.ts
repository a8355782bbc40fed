/** Where a proxied request goes: the forms of its name, and which endpoint of a Service takes it. */

import type { Endpoints, Service } from '../../../../protocol/objects.ts';

/** What a proxy is asked for by: `name`, `name:port` or `scheme:name:port`; the port is a number or a name, or empty. */
export interface ProxyName {
  scheme: 'http' | 'https';
  name: string;
  port: string;
}

/** Reads it; undefined where it is none, as apimachinery's SplitSchemeNamePort. */
export function splitProxyName(id: string): ProxyName | undefined {
  const parts = id.split(':');
  if (parts.length > 3) return undefined;
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  if (name === '' || !['', 'http', 'https'].includes(scheme)) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}

/** Gives the name of a Service's port by its number; undefined where it has none such. */
export function portName({ spec }: Service, number: number): string | undefined {
  const found = spec.ports?.find(({ port }) => port === number);
  return found === undefined ? undefined : (found.name ?? '');
}

/** Picks a ready endpoint for a named port: a random one, of a random subset that has it. Only pods are proxied to. */
export function pickEndpoint(
  { subsets = [] }: Endpoints,
  port: string,
  random: () => number,
): { node: string; ip: string; port: number } | undefined {
  const first = Math.floor(random() * subsets.length);
  for (let i = 0; i < subsets.length; i++) {
    const { addresses = [], ports = [] } = subsets[(first + i) % subsets.length] ?? {};
    const found = ports.find(({ name = '' }) => name === port);
    const pods = addresses.filter(({ targetRef }) => targetRef?.kind === 'Pod');
    const picked = pods[Math.floor(random() * pods.length)];
    if (found !== undefined && picked !== undefined) {
      return { node: picked.nodeName ?? '', ip: picked.ip, port: found.port };
    }
  }
  return undefined;
}
