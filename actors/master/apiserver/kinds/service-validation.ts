/** The rules of Services. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, notSupported, required, verbatim } from '../../../../protocol/field-errors.ts';
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../../protocol/names.ts';
import type { Service, ServicePort } from '../../../../protocol/objects.ts';
import { oneOf, portErrors, protocols } from './container-validation.ts';
import { isIPv6, validateCIDR, validateIP, validateNonSpecialIP } from './ip-validation.ts';
import { breaches, validateLabels } from './metadata.ts';
import { validatePort } from './probe-validation.ts';
import { isExternallyAccessible, isHeadless } from './service-shape.ts';

type ServiceSpec = Service['spec'];

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const onlyForLoadBalancers = "may only be used when `type` is 'LoadBalancer'";
/** A day, as MaxClientIPServiceAffinitySeconds. */
const longestAffinity = 86_400;

/** Checks the whole of a Service. */
export function validateService({ spec }: Service): FieldError[] {
  const ports = spec.ports ?? [];
  const errors: FieldError[] = [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'));
  errors.push(...validateByType(spec));
  const names = new Set<string>();
  ports.forEach((port, i) => {
    errors.push(...validateServicePort(port, ports.length > 1, names, `spec.ports[${i}]`));
  });
  errors.push(...validateLabels(spec.selector, 'spec.selector'));
  errors.push(...validateAffinity(spec));
  errors.push(...validateAddresses(spec));
  (spec.externalIPs ?? []).forEach((ip, i) => {
    const wrong = validateIP(ip, `spec.externalIPs[${i}]`);
    errors.push(...(wrong.length > 0 ? wrong : validateNonSpecialIP(ip, `spec.externalIPs[${i}]`)));
  });
  errors.push(...oneOf(spec.type, types, 'spec.type'));
  errors.push(...validateUniquePorts(spec, ports));
  return [...errors, ...validateLoadBalancing(spec), ...validateTrafficPolicies(spec)];
}

function validateByType(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return validateExternalName(spec);
  if ((spec.type !== 'LoadBalancer' && spec.type !== 'NodePort') || !isHeadless(spec)) return [];
  return [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)];
}

function validateExternalName(spec: ServiceSpec): FieldError[] {
  const detail = 'may not be set for ExternalName services';
  const errors = (['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
    .filter((field) => (spec[field]?.length ?? 0) > 0)
    .map((field) => forbidden(`spec.${field}`, detail));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') return [...errors, required('spec.externalName')];
  return [...errors, ...breaches(dns1123Subdomain, name, 'spec.externalName')];
}

function validateServicePort(port: ServicePort, needsName: boolean, names: Set<string>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) {
    errors.push(...breaches(dns1123Label, port.name, `${path}.name`));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
  } else if (needsName) {
    errors.push(required(`${path}.name`));
  }
  errors.push(...portErrors(port.port ?? 0, `${path}.port`));
  errors.push(...oneOf(port.protocol, protocols, `${path}.protocol`));
  errors.push(...validatePort(port.targetPort, `${path}.targetPort`));
  if (port.appProtocol !== undefined) errors.push(...breaches(qualifiedName, port.appProtocol, `${path}.appProtocol`));
  return errors;
}

function validateUniquePorts(spec: ServiceSpec, ports: readonly ServicePort[]): FieldError[] {
  const [nodePorts, own] = [new Set<string>(), new Set<string>()];
  const errors: FieldError[] = [];
  ports.forEach(({ nodePort }, i) => {
    if (!nodePort || spec.type !== 'ClusterIP') return;
    errors.push(forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
  });
  ports.forEach(({ protocol, nodePort }, i) => {
    const key = `${protocol} ${nodePort}`;
    if (nodePort && nodePorts.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, nodePort));
    nodePorts.add(key);
  });
  ports.forEach(({ protocol, port }, i) => {
    const key = `${protocol} ${port}`;
    if (own.has(key)) errors.push(duplicate(`spec.ports[${i}]`, shownPort(protocol ?? '', port)));
    own.add(key);
  });
  return errors;
}

/** Shows a port as Go prints it. */
function shownPort(protocol: string, port: number): unknown {
  const target = 'intstr.IntOrString{Type:0, IntVal:0, StrVal:""}';
  return verbatim(
    `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, TargetPort:${target}, NodePort:0}`,
  );
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): FieldError[] {
  const errors = oneOf(sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity');
  const path = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None' && sessionAffinityConfig !== undefined) {
    return [...errors, forbidden(path, 'must not be set when session affinity is None')];
  }
  if (sessionAffinity !== 'ClientIP') return errors;
  const when = 'when session affinity type is ClientIP';
  if (sessionAffinityConfig === undefined) return [...errors, required(path, when)];
  const seconds = sessionAffinityConfig.clientIP?.timeoutSeconds;
  if (seconds === undefined) return [...errors, required(`${path}.clientIP.timeoutSeconds`, when)];
  if (seconds > 0 && seconds <= longestAffinity) return errors;
  const span = `must be greater than 0 and less than ${longestAffinity}`;
  return [...errors, invalid(`${path}.clientIP.timeoutSeconds`, seconds, span)];
}

const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

function validateAddresses(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const errors: FieldError[] = [];
  if (clusterIP === '' && clusterIPs.length > 0) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIP !== '' && clusterIPs.length === 0) {
    errors.push(required('spec.clusterIPs'));
  } else if (clusterIP !== '' && clusterIPs[0] !== clusterIP) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'));
  }
  ipFamilies.forEach((family, i) => {
    const path = `spec.ipFamilies[${i}]`;
    if (family !== 'IPv4' && family !== 'IPv6') errors.push(notSupported(path, family, ['IPv4', 'IPv6']));
    if (ipFamilies.indexOf(family) < i) errors.push(duplicate(path, family));
  });
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, policies));
  }
  return [...errors, ...validateClusterIPs(clusterIPs, ipFamilies)];
}

function validateClusterIPs(clusterIPs: readonly string[], families: readonly string[]): FieldError[] {
  if (clusterIPs[0] === 'None') {
    if (clusterIPs.length === 1) return [];
    return [invalid('spec.clusterIPs', clusterIPs, "'None' must be the first and only value")];
  }
  const errors = clusterIPs.flatMap((ip, i) => validateIP(ip, `spec.clusterIPs[${i}]`));
  if (clusterIPs.length > 2) errors.push(invalid('spec.clusterIPs', clusterIPs, 'may only hold up to 2 values'));
  if (errors.length > 0) return errors;
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(isIPv6)).size === 1) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  clusterIPs.forEach((ip, i) => {
    const expected = families[i];
    if (expected === undefined || (expected === 'IPv6') === isIPv6(ip)) return;
    const detail = `expected an ${expected} value as indicated by \`ipFamilies[${i}]\``;
    errors.push(invalid(`spec.clusterIPs[${i}]`, ip, detail));
  });
  return errors;
}

function validateLoadBalancing(spec: ServiceSpec): FieldError[] {
  const isLoadBalancer = spec.type === 'LoadBalancer';
  const errors: FieldError[] = [];
  const ranges = spec.loadBalancerSourceRanges ?? [];
  // Kubernetes spells this path with a capital.
  const rangesPath = 'spec.LoadBalancerSourceRanges';
  if (ranges.length > 0 && !isLoadBalancer) errors.push(forbidden(rangesPath, onlyForLoadBalancers));
  errors.push(...ranges.flatMap((range, i) => validateCIDR(range.trim(), `${rangesPath}[${i}]`)));
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isLoadBalancer) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', onlyForLoadBalancers));
  }
  if (spec.loadBalancerClass === undefined) return errors;
  if (!isLoadBalancer) return [...errors, forbidden('spec.loadBalancerClass', onlyForLoadBalancers)];
  return [...errors, ...breaches(qualifiedName, spec.loadBalancerClass, 'spec.loadBalancerClass')];
}

function validateTrafficPolicies(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const external = spec.externalTrafficPolicy;
  if (isExternallyAccessible(spec)) {
    errors.push(...oneOf(external, ['Cluster', 'Local'], 'spec.externalTrafficPolicy'));
  } else if (external) {
    errors.push(invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services'));
  }
  if (spec.healthCheckNodePort && !(spec.type === 'LoadBalancer' && external === 'Local')) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', spec.healthCheckNodePort, detail));
  }
  const internal = spec.internalTrafficPolicy;
  if (spec.type !== 'ExternalName' || internal !== undefined) {
    errors.push(...oneOf(internal, ['Cluster', 'Local'], 'spec.internalTrafficPolicy'));
  }
  const distribution = spec.trafficDistribution;
  if (distribution !== undefined && distribution !== 'PreferClose') {
    errors.push(notSupported('spec.trafficDistribution', distribution, ['PreferClose']));
  }
  return errors;
}

/** Checks what an update changed: an address, once given, stays. */
export function validateServiceChange({ spec }: Service, { spec: old }: Service): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  const [ips, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  const errors: FieldError[] = [];
  if (!(isHeadless(spec) && isHeadless(old))) {
    if (before.length > 0 && ips.length === 0) {
      errors.push(invalid('spec.clusterIPs[0]', ips, 'primary clusterIP can not be unset'));
    } else if (before.length > 0 && ips[0] !== before[0]) {
      errors.push(invalid('spec.clusterIPs[0]', ips, 'may not change once set'));
    }
  }
  const [families, oldFamilies] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const staysFamily = isHeadless(spec) || isHeadless(old) || families.length === 0 || oldFamilies.length === 0;
  if (!staysFamily && families[0] !== oldFamilies[0]) {
    errors.push(invalid('spec.ipFamilies[0]', families, 'may not change once set'));
  }
  if (spec.type === 'LoadBalancer' && old.type === 'LoadBalancer' && spec.loadBalancerClass !== old.loadBalancerClass) {
    errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'));
  }
  return errors;
}

/** Checks the addresses a load balancer gave. */
export function validateServiceStatus({ spec, status }: Service): FieldError[] {
  const ingress = status?.loadBalancer?.ingress ?? [];
  const path = 'status.loadBalancer.ingress';
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return ingress.flatMap(({ ip, hostname }, i) => [
    ...(ip ? validateIP(ip, `${path}[${i}].ip`) : []),
    ...(hostname ? breaches(dns1123Subdomain, hostname, `${path}[${i}].hostname`) : []),
  ]);
}
