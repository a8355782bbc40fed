/** The environment variables that tell a container where the Services of its namespace are. */

import type { Service, ServicePort } from '../../../protocol/objects.ts';

/** Makes `{SVC}_SERVICE_HOST`, `{SVC}_SERVICE_PORT` and the docker-link style variables of Services (kubelet's envvars). */
export function serviceVariables(services: Iterable<Service>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const service of services) addVariables(variables, service);
  return variables;
}

/** Tells whether a Service has an address of its own; a headless one, or one without, has no variables. */
export function hasClusterIP(service: Service): boolean {
  const ip = service.spec.clusterIP;
  return ip !== undefined && ip !== '' && ip !== 'None';
}

function addVariables(variables: Record<string, string>, service: Service): void {
  const ip = service.spec.clusterIP;
  const [first, ...others] = service.spec.ports ?? [];
  if (ip === undefined || !hasClusterIP(service) || first === undefined) return;
  const prefix = variableName(service.metadata.name);
  variables[`${prefix}_SERVICE_HOST`] = ip;
  variables[`${prefix}_SERVICE_PORT`] = String(first.port);
  const ports = [first, ...others];
  for (const port of ports) {
    if (port.name) variables[`${prefix}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
  }
  variables[`${prefix}_PORT`] = url(ip, first);
  for (const port of ports) addLink(variables, prefix, ip, port);
}

function addLink(variables: Record<string, string>, service: string, ip: string, port: ServicePort): void {
  const protocol = port.protocol ?? 'TCP';
  const prefix = `${service}_PORT_${port.port}_${protocol}`;
  variables[prefix] = url(ip, port);
  variables[`${prefix}_PROTO`] = protocol.toLowerCase();
  variables[`${prefix}_PORT`] = String(port.port);
  variables[`${prefix}_ADDR`] = ip;
}

function url(ip: string, port: ServicePort): string {
  return `${(port.protocol ?? 'TCP').toLowerCase()}://${ip}:${port.port}`;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
