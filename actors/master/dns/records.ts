/** What the cluster's zone holds for a name: out of Services and Endpoints. */

import type { ServiceRecord } from '../../../protocol/messages/network.ts';
import type { EndpointAddress, Endpoints, Service } from '../../../protocol/objects.ts';
import { candidates, parseName, type Question } from './names.ts';

/** Where records come from. */
export interface Zone {
  domain: string;
  service(namespace: string, name: string): Service | undefined;
  endpoints(namespace: string, name: string): Endpoints | undefined;
}

/** What was found under a name; `services` only where SRV was asked. */
export interface Records {
  name: string;
  addresses: readonly string[];
  services?: readonly ServiceRecord[];
}

/** Why there is no answer: no such name, or a name without records of that type. */
export type NoRecords = 'NXDOMAIN' | 'NOERROR';

type RecordType = 'A' | 'SRV';

/** ExternalNames that point at each other end here. */
const aliasesMax = 8;

/** Resolves a name as a pod of a namespace would, search path included. */
export function resolve(zone: Zone, asked: { name: string; namespace: string; type: RecordType }): Records | NoRecords {
  let result: NoRecords = 'NXDOMAIN';
  for (const name of candidates(asked.name, asked.namespace, zone.domain)) {
    const found = lookUp(zone, name, asked.type, 0);
    if (typeof found !== 'string') return found;
    // A name that exists without records ends the search, as resolvers do.
    if (found === 'NOERROR') return found;
    result = found;
  }
  return result;
}

function lookUp(zone: Zone, name: string, type: RecordType, aliases: number): Records | NoRecords {
  const question = parseName(name, zone.domain);
  if (question === undefined) return 'NXDOMAIN';
  // `pods insecure`: any address is believed.
  if (question.about === 'pod') return isAddress(question.ip) ? found(name, [question.ip]) : 'NXDOMAIN';
  const service = zone.service(question.namespace, question.service);
  if (service === undefined) return 'NXDOMAIN';
  if (service.spec.type === 'ExternalName') {
    const target = service.spec.externalName ?? '';
    if (isAddress(target)) return found(name, [target]);
    return aliases < aliasesMax ? lookUp(zone, target.replace(/\.$/, ''), type, aliases + 1) : 'NXDOMAIN';
  }
  return type === 'SRV' ? lookUpPorts(zone, name, question, service) : lookUpAddresses(zone, name, question, service);
}

function lookUpAddresses(zone: Zone, name: string, question: Question, service: Service): Records | NoRecords {
  if (question.about === 'pod' || question.about === 'port') return 'NOERROR';
  const { clusterIP } = service.spec;
  const isHeadless = clusterIP === 'None';
  if (question.about === 'service' && !isHeadless) {
    return clusterIP === undefined || clusterIP === '' ? 'NOERROR' : found(name, [clusterIP]);
  }
  const addresses = addressesBehind(zone, question);
  if (question.about === 'service')
    return addresses.length === 0
      ? 'NOERROR'
      : found(
          name,
          addresses.map(({ ip }) => ip),
        );
  const ips = addresses.filter((address) => hostnameOf(address) === question.hostname).map(({ ip }) => ip);
  return ips.length === 0 ? 'NXDOMAIN' : found(name, ips);
}

function lookUpPorts(zone: Zone, name: string, question: Question, service: Service): Records | NoRecords {
  if (question.about !== 'port' && question.about !== 'service') return 'NOERROR';
  const base = `${service.metadata.name}.${service.metadata.namespace ?? ''}.svc.${zone.domain}`;
  const isAsked = (port: { name?: string; protocol?: string }) =>
    question.about === 'service' ||
    (port.name === question.port && (port.protocol ?? 'TCP').toLowerCase() === question.protocol);
  const records =
    service.spec.clusterIP === 'None'
      ? (zone.endpoints(question.namespace, question.service)?.subsets ?? []).flatMap(
          ({ addresses = [], ports = [] }) =>
            ports
              .filter(isAsked)
              .flatMap(({ port }) => addresses.map((address) => ({ target: `${hostnameOf(address)}.${base}`, port }))),
        )
      : (service.spec.ports ?? []).filter(isAsked).map(({ port }) => ({ target: base, port }));
  if (records.length === 0) return question.about === 'port' ? 'NXDOMAIN' : 'NOERROR';
  return { ...found(name, []), services: records };
}

function addressesBehind(zone: Zone, question: { namespace: string; service: string }): EndpointAddress[] {
  const subsets = zone.endpoints(question.namespace, question.service)?.subsets ?? [];
  const byIp = new Map(subsets.flatMap(({ addresses = [] }) => addresses.map((address) => [address.ip, address])));
  return [...byIp.values()];
}

/** An endpoint's name under its Service: its pod's hostname, or its address with dashes. */
function hostnameOf({ hostname, ip }: EndpointAddress): string {
  return hostname || ip.replaceAll('.', '-');
}

function found(name: string, addresses: readonly string[]): Records {
  return { name, addresses };
}

function isAddress(text: string): boolean {
  return /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);
}
