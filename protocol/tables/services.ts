/** The tables of services and of the addresses behind them. */

import { age, kindTable, name, type Parts, text, wide } from './column.ts';
import { countOf, type Fields, fieldsOf, isGiven, listOf, objectsOf, textOf, textsOf } from './fields.ts';
import { formatLabels } from './labels.ts';

/** Services. */
export const serviceTable = kindTable([
  name,
  text('Type', 'How the service is exposed.', ({ spec }) => textOf(spec.type)),
  text('Cluster-IP', 'Its address inside the cluster.', ({ spec }) => textsOf(spec.clusterIPs)[0] ?? '<none>'),
  text('External-IP', 'Its addresses outside the cluster.', externalCell),
  text('Port(s)', 'The ports it listens on.', ({ spec }) => objectsOf(spec.ports).map(portText).join(',') || '<none>'),
  age,
  wide(text('Selector', 'Which pods are behind it, by their labels.', ({ spec }) => formatLabels(spec.selector))),
]);

/** `80/TCP`, or `80:30080/TCP` where it is open on the nodes. */
function portText({ port, nodePort, protocol }: Fields): string {
  const ports = countOf(nodePort) > 0 ? `${countOf(port)}:${countOf(nodePort)}` : `${countOf(port)}`;
  return `${ports}/${textOf(protocol) || 'TCP'}`;
}

function externalCell({ spec, status }: Parts): string {
  const given = textsOf(spec.externalIPs);
  switch (spec.type) {
    case 'ExternalName':
      return textOf(spec.externalName);
    case 'LoadBalancer':
      return [...balancedAddresses(status), ...given].join(',') || '<pending>';
    case 'ClusterIP':
    case 'NodePort':
      return given.join(',') || '<none>';
    default:
      return '<unknown>';
  }
}

/** The addresses that a load balancer has given, sorted, each once. */
export function balancedAddresses({ loadBalancer }: Fields): string[] {
  const all = objectsOf(fieldsOf(loadBalancer).ingress).map(({ ip, hostname }) => textOf(ip) || textOf(hostname));
  return [...new Set(all.filter((address) => address !== ''))].sort();
}

/** How many addresses are written out. */
const most = 3;

/** Writes the first few of a list, and how many more there are. */
export function firstOf(all: readonly string[]): string {
  const shown = all.slice(0, most).join(',');
  return all.length > most ? `${shown} + ${all.length - most} more...` : shown;
}

/** Endpoints. */
export const endpointsTable = kindTable([
  name,
  text('Endpoints', 'The addresses that are ready.', ({ object }) => endpointsCell(listOf(object.subsets))),
  age,
]);

/** Subsets whose addresses are all not ready give an empty cell. */
function endpointsCell(subsets: readonly unknown[]): string {
  return subsets.length === 0 ? '<none>' : firstOf(subsets.flatMap((subset) => addressesOf(fieldsOf(subset))));
}

/** Every address with every port; without ports, as a headless Service may be, the addresses alone. */
function addressesOf({ addresses, ports }: Fields): string[] {
  const ips = objectsOf(addresses).map(({ ip }) => textOf(ip));
  const numbers = objectsOf(ports).map(({ port }) => countOf(port));
  if (numbers.length === 0) return ips;
  return numbers.flatMap((port) => ips.map((ip) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`));
}

/** EndpointSlices. */
export const endpointSliceTable = kindTable([
  name,
  text('AddressType', 'What kind of addresses it has.', ({ object }) => textOf(object.addressType)),
  text(
    'Ports',
    'The ports of its endpoints.',
    ({ object }) => firstOf(objectsOf(object.ports).map(slicePort)) || '<unset>',
  ),
  text(
    'Endpoints',
    'The addresses of its endpoints, ready or not.',
    ({ object }) => firstOf(objectsOf(object.endpoints).flatMap(({ addresses }) => textsOf(addresses))) || '<unset>',
  ),
  age,
]);

/** A port by number, else by name; one that has neither means all. */
function slicePort(port: Fields): string {
  if (isGiven(port.port)) return `${countOf(port.port)}`;
  return isGiven(port.name) ? textOf(port.name) : '*';
}
