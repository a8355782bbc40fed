/** Choosing the ClusterIP and the NodePorts that a Service leaves open. */

import type { Service, ServicePort, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { needsClusterIP, needsNodePorts } from '../kinds/service-shape.ts';
import type { Memory } from '../memory.ts';
import { pickAddress } from './cluster-ip.ts';
import { pickPort } from './node-port.ts';
import { addressPrefix, portPrefix } from './service-claims.ts';

/** What choosing needs to know: the ranges, what is taken as far as this server has heard, and chance. */
export interface AllocationWorld {
  readonly memory: Pick<Memory, 'serviceIps' | 'nodePorts' | 'allocated'>;
  random(): number;
}

/** A Service with all it needs; `picked` are the keys of what was chosen here. */
export interface Allocated {
  readonly service: Service;
  readonly picked: readonly string[];
}

/** What a write begins with, before anything turned out to be taken. */
export const nothingTaken: ReadonlySet<string> = new Set();

/** Gives a Service what it needs and leaves open. `avoid` holds keys that turned out to be taken. */
export function allocate(world: AllocationWorld, given: Service, avoid: ReadonlySet<string>): Allocated | Status {
  const picked: string[] = [];
  const isTaken = (key: string) => world.memory.allocated.has(key) || avoid.has(key) || picked.includes(key);
  let { spec } = given;
  if (needsClusterIP(spec) && !spec.clusterIP && !spec.clusterIPs?.length) {
    const address = pickAddress(
      world.memory.serviceIps,
      (one) => isTaken(addressPrefix + one),
      () => world.random(),
    );
    if (address === undefined) return failure.internalError('failed to allocate a serviceIP: range is full');
    picked.push(addressPrefix + address);
    spec = { ...spec, clusterIP: address, clusterIPs: [address] };
  }
  const choosePort = (used: ReadonlySet<number>): number | undefined => {
    const port = pickPort(
      world.memory.nodePorts,
      (one) => used.has(one) || isTaken(portPrefix + one),
      () => world.random(),
    );
    if (port !== undefined) picked.push(portPrefix + port);
    return port;
  };
  const ports = needsNodePorts(spec) ? withNodePorts(spec.ports ?? [], choosePort) : spec.ports;
  if (ports === 'full') return failure.internalError('failed to allocate a nodePort: range is full');
  if (ports !== undefined && ports !== spec.ports) spec = { ...spec, ports };
  if (needsHealthPort(spec) && !spec.healthCheckNodePort) {
    const healthCheckNodePort = choosePort(new Set((spec.ports ?? []).map((port) => port.nodePort ?? 0)));
    if (healthCheckNodePort === undefined)
      return failure.internalError('failed to allocate requested HealthCheck NodePort 0: range is full');
    spec = { ...spec, healthCheckNodePort };
  }
  return { service: spec === given.spec ? given : { ...given, spec }, picked };
}

function needsHealthPort({ type, externalTrafficPolicy }: Service['spec']): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** Completes the ports; the same list where none was open, `full` where no port was free. */
function withNodePorts(
  ports: ServicePort[],
  choose: (used: ReadonlySet<number>) => number | undefined,
): ServicePort[] | 'full' {
  if (ports.every((port) => port.nodePort)) return ports;
  const used = new Set(ports.map((port) => port.nodePort ?? 0));
  // The same port over another protocol goes through the same NodePort.
  const byPort = new Map<number, number>();
  for (const { port, nodePort = 0 } of ports) if (nodePort > 0 && !byPort.has(port)) byPort.set(port, nodePort);
  const whole: ServicePort[] = [];
  for (const port of ports) {
    const nodePort = port.nodePort || (byPort.get(port.port) ?? choose(used));
    if (nodePort === undefined) return 'full';
    used.add(nodePort);
    byPort.set(port.port, nodePort);
    whole.push(port.nodePort ? port : { ...port, nodePort });
  }
  return whole;
}
