/** The subsets of an Endpoints object: addresses by the ports they serve, in one canonical order. */

import type { EndpointAddress, EndpointSubset, Pod, Service, ServicePort } from '../../../../protocol/objects.ts';
import { isEnded, isReady } from '../pods/pod-state.ts';

/** A port as Endpoints name it. */
type Port = NonNullable<EndpointSubset['ports']>[number];

/** A pod that has an address behind the Service. */
interface Member {
  readonly pod: Pod;
  readonly address: EndpointAddress;
  readonly isReady: boolean;
}

/** Makes the subsets of a Service from the pods it selects. */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const members = pods
    .filter((pod) => isShown(pod, service.spec.publishNotReadyAddresses === true))
    .map((pod) => memberOf(service, pod))
    .sort(byAddress);
  const { ports = [], clusterIP } = service.spec;
  // A headless Service need not have ports.
  if (ports.length === 0) return clusterIP === 'None' && members.length > 0 ? [subset(members, [])] : [];
  return repack(portGroups(members, ports));
}

/** A pod that ends is shown only where the Service wants the unready too; one that has ended, never. */
function isShown(pod: Pod, withUnready: boolean): boolean {
  if (isEnded(pod) || !pod.status?.podIP) return false;
  return withUnready || pod.metadata.deletionTimestamp === undefined;
}

function memberOf(service: Service, pod: Pod): Member {
  const { namespace, name, uid } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const isNamed = Boolean(hostname) && subdomain === service.metadata.name;
  const address: EndpointAddress = {
    ip: pod.status?.podIP ?? '',
    ...(isNamed && hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    targetRef: { kind: 'Pod', ...(namespace !== undefined && { namespace }), name, ...(uid !== undefined && { uid }) },
  };
  return { pod, address, isReady: service.spec.publishNotReadyAddresses === true || isReady(pod) };
}

function byAddress(a: Member, b: Member): number {
  const [x, y] = [a.address.ip, b.address.ip];
  if (x !== y) return x < y ? -1 : 1;
  return (a.pod.metadata.uid ?? '') < (b.pod.metadata.uid ?? '') ? -1 : 1;
}

/** Which members serve a port, by their place in order. */
interface PortGroup {
  readonly port: Port;
  readonly members: Member[];
  readonly places: number[];
}

function portGroups(members: readonly Member[], ports: readonly ServicePort[]): PortGroup[] {
  const groups = new Map<string, PortGroup>();
  members.forEach((member, place) => {
    for (const servicePort of ports) {
      const number = targetPortOf(member.pod, servicePort);
      if (number === undefined) continue;
      const key = `${servicePort.name ?? ''} ${servicePort.protocol ?? 'TCP'} ${number} ${servicePort.appProtocol ?? ''}`;
      const group = groups.get(key) ?? { port: portOf(servicePort, number), members: [], places: [] };
      groups.set(key, group);
      group.members.push(member);
      group.places.push(place);
    }
  });
  return [...groups.values()];
}

function portOf({ name, protocol, appProtocol }: ServicePort, port: number): Port {
  return {
    ...(name !== undefined && name !== '' && { name }),
    port,
    protocol: protocol ?? 'TCP',
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

/** The port of this pod that a Service port leads to; a name is looked up among its containers' ports. */
function targetPortOf(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return port;
  if (typeof targetPort === 'number') return targetPort;
  for (const container of pod.spec.containers) {
    for (const one of container.ports ?? []) {
      if (one.name === targetPort && (one.protocol ?? 'TCP') === protocol) return one.containerPort;
    }
  }
  for (const container of pod.spec.initContainers ?? []) {
    if (container.restartPolicy !== 'Always') continue;
    for (const one of container.ports ?? []) {
      if (one.name === targetPort && (one.protocol ?? 'TCP') === protocol) return one.containerPort;
    }
  }
  return undefined;
}

/** Puts ports that the same pods serve into one subset (`RepackSubsets`). */
function repack(groups: readonly PortGroup[]): EndpointSubset[] {
  const packed = new Map<string, { members: readonly Member[]; ports: Port[] }>();
  for (const { port, members, places } of groups) {
    const key = places.join();
    const same = packed.get(key);
    if (same === undefined) packed.set(key, { members, ports: [port] });
    else same.ports.push(port);
  }
  const subsets = [...packed.values()].map(({ members, ports }) => subset(members, ports.sort(byPort)));
  return subsets.sort(bySubset);
}

function byPort(a: Port, b: Port): number {
  const [x, y] = [a.name ?? '', b.name ?? ''];
  if (x !== y) return x < y ? -1 : 1;
  if (a.port !== b.port) return a.port - b.port;
  return (a.protocol ?? '') < (b.protocol ?? '') ? -1 : 1;
}

function bySubset(a: EndpointSubset, b: EndpointSubset): number {
  const [x, y] = [a.ports?.[0], b.ports?.[0]];
  return x === undefined || y === undefined ? 0 : byPort(x, y);
}

function subset(members: readonly Member[], ports: readonly Port[]): EndpointSubset {
  const [addresses, notReadyAddresses]: [EndpointAddress[], EndpointAddress[]] = [[], []];
  for (const member of members) (member.isReady ? addresses : notReadyAddresses).push(member.address);
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ...(ports.length > 0 && { ports: [...ports] }),
  };
}
