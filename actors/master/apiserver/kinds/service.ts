/** Services: their defaults, what an update keeps, and their addresses. Allocation is not done here. */

import { dns1035Label } from '../../../../protocol/names.ts';
import type { Service, ServicePort } from '../../../../protocol/objects.ts';
import { fill, refit, refitEach, without } from './fill.ts';
import { isExternallyAccessible, isHeadless, needsClusterIP, needsNodePorts } from './service-shape.ts';
import { validateService, validateServiceChange, validateServiceStatus } from './service-validation.ts';
import { defineStrategy } from './strategy.ts';

type ServiceSpec = Service['spec'];

/** A Service has a ClusterIP unless it only names something outside. */
export const serviceStrategy = defineStrategy<Service>('services', {
  nameRule: dns1035Label,
  defaults: (service) => refit(fill(service, { spec: {} }), 'spec', defaultSpec),
  firstStatus: () => ({ loadBalancer: {} }),
  prepareCreate: (service) => refit(service, 'spec', (spec) => withFamilies(normalizeClusterIPs(spec))),
  prepareUpdate: (service, old) => refit(service, 'spec', (spec) => keepAllocations(spec, old.spec)),
  validate: validateService,
  validateUpdate: validateServiceChange,
  validateStatus: validateServiceStatus,
  allowsCreateOnUpdate: true,
});

function defaultSpec(given: ServiceSpec): ServiceSpec {
  let spec = fill(given, { sessionAffinity: 'None', type: 'ClusterIP' });
  spec = refit(spec, 'ports', (ports) => refitEach(ports, defaultPort));
  if (spec.sessionAffinity === 'None') spec = without(spec, 'sessionAffinityConfig');
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    // Three hours, as DefaultClientIPServiceAffinitySeconds.
    spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } };
  }
  if (isExternallyAccessible(spec)) spec = fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type !== 'ExternalName') spec = fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec.type === 'LoadBalancer') spec = fill(spec, { allocateLoadBalancerNodePorts: true });
  return spec;
}

function defaultPort(port: ServicePort): ServicePort {
  const filled = fill(port, { protocol: 'TCP', targetPort: port.port });
  return filled.targetPort === 0 ? { ...filled, targetPort: port.port } : filled;
}

/** Lets the older field of one address and the newer list agree, where a client knows only the one. */
function normalizeClusterIPs(spec: ServiceSpec): ServiceSpec {
  if (!spec.clusterIP) return without(spec, 'clusterIP');
  return spec.clusterIPs === undefined || spec.clusterIPs.length === 0
    ? { ...spec, clusterIPs: [spec.clusterIP] }
    : spec;
}

/** This cluster has IPv4 only; endpoints given by hand to a headless Service may be of either family. */
function withFamilies(spec: ServiceSpec): ServiceSpec {
  if (spec.type === 'ExternalName') return spec;
  if (isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0) {
    return fill(spec, { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' });
  }
  const filled = fill(spec, { ipFamilies: ['IPv4'] });
  // Dual stack is only preferred, and there is one stack: SingleStack it is.
  return fill(filled, { ipFamilyPolicy: 'SingleStack' });
}

/** Keeps what was allocated where an update leaves it out, and gives up what the new type does not have. */
function keepAllocations(given: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let spec = given;
  if (needsClusterIP(spec) && needsClusterIP(old)) spec = fill(spec, addressesOf(spec, old));
  if (needsNodePorts(spec) && needsNodePorts(old))
    spec = refit(spec, 'ports', (ports) => keepNodePorts(ports, old.ports ?? []));
  if (needsHealthCheck(spec) && needsHealthCheck(old)) spec = fill(spec, pick(old, 'healthCheckNodePort'));
  if (spec.type !== 'ExternalName') spec = fill(spec, { ...pick(old, 'ipFamilies'), ...pick(old, 'ipFamilyPolicy') });
  return withFamilies(normalizeClusterIPs(dropForeign(syncClusterIPs(spec, old), old)));
}

function pick<Field extends keyof ServiceSpec>(spec: ServiceSpec, field: Field): Partial<ServiceSpec> {
  return spec[field] === undefined ? {} : { [field]: spec[field] };
}

function addressesOf(spec: ServiceSpec, old: ServiceSpec): Partial<ServiceSpec> {
  const isSame = !spec.clusterIP || spec.clusterIP === old.clusterIP;
  return { ...pick(old, 'clusterIP'), ...(isSame && pick(old, 'clusterIPs')) };
}

/** Where a client changed the one address only, the list follows. */
function syncClusterIPs(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const changed = spec.clusterIP !== old.clusterIP && spec.clusterIPs?.join() === old.clusterIPs?.join();
  if (!changed) return spec;
  return spec.clusterIP ? { ...spec, clusterIPs: [spec.clusterIP] } : without(spec, 'clusterIPs');
}

function needsHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

function keepNodePorts(ports: ServicePort[], old: readonly ServicePort[]): ServicePort[] {
  const taken = new Set(ports.map((port) => port.nodePort));
  return refitEach(ports, (port) => {
    if (port.nodePort) return port;
    const before = old.find((one) => one.port === port.port && one.protocol === port.protocol);
    return before?.nodePort && !taken.has(before.nodePort) ? { ...port, nodePort: before.nodePort } : port;
  });
}

/** A client that only changes the type need not clear what the old type had. */
function dropForeign(given: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let spec = given;
  if (needsClusterIP(old) && !needsClusterIP(spec) && spec.clusterIP === old.clusterIP) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
      spec = without(spec, field);
  }
  if (needsNodePorts(old) && !needsNodePorts(spec) && haveSameNodePorts(spec, old)) {
    spec = refit(spec, 'ports', (ports) => refitEach(ports, (port) => without(port, 'nodePort')));
  }
  if (
    isExternallyAccessible(old) &&
    !isExternallyAccessible(spec) &&
    spec.externalTrafficPolicy === old.externalTrafficPolicy
  ) {
    spec = without(spec, 'externalTrafficPolicy');
  }
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass', 'healthCheckNodePort'] as const) {
      if (spec[field] === old[field]) spec = without(spec, field);
    }
  }
  return spec;
}

function haveSameNodePorts(spec: ServiceSpec, old: ServiceSpec): boolean {
  const nodePorts = (one: ServiceSpec) => (one.ports ?? []).map((port) => port.nodePort).filter((port) => port);
  const before = new Set(nodePorts(old));
  return nodePorts(spec).every((port) => before.has(port));
}
