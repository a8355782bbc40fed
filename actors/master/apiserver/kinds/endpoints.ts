/** Endpoints and EndpointSlices. */

import type * as discovery from 'kubernetes-types/discovery/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, notSupported, required, tooMany } from '../../../../protocol/field-errors.ts';
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../../protocol/names.ts';
import type { EndpointAddress, Endpoints, KubernetesObject } from '../../../../protocol/objects.ts';
import { oneOf, portErrors, protocols } from './container-validation.ts';
import { fill, refit, refitEach } from './fill.ts';
import { isIPv4, isIPv6, validateIP, validateNonSpecialIP } from './ip-validation.ts';
import { breaches, immutable } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

/** Endpoints may be written by hand, for a Service without selector. */
export const endpointsStrategy = defineStrategy<Endpoints>('endpoints', {
  nameRule: dns1123Subdomain,
  defaults: (endpoints) =>
    refit(endpoints, 'subsets', (subsets) =>
      refitEach(subsets, (subset) =>
        refit(subset, 'ports', (ports) => refitEach(ports, (port) => fill(port, { protocol: 'TCP' }))),
      ),
    ),
  validate: validateEndpoints,
  allowsCreateOnUpdate: true,
});

function validateEndpoints({ subsets = [] }: Endpoints): FieldError[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const path = `subsets[${i}]`;
    const errors: FieldError[] = [];
    if (addresses.length + notReadyAddresses.length === 0) {
      errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
    }
    errors.push(...addresses.flatMap((one, j) => validateAddress(one, `${path}.addresses[${j}]`)));
    errors.push(...notReadyAddresses.flatMap((one, j) => validateAddress(one, `${path}.notReadyAddresses[${j}]`)));
    ports.forEach((port, j) => {
      const here = `${path}.ports[${j}]`;
      if (port.name) errors.push(...breaches(dns1123Label, port.name, `${here}.name`));
      else if (ports.length > 1) errors.push(required(`${here}.name`));
      errors.push(
        ...portErrors(port.port ?? 0, `${here}.port`),
        ...oneOf(port.protocol, protocols, `${here}.protocol`),
      );
      if (port.appProtocol !== undefined)
        errors.push(...breaches(qualifiedName, port.appProtocol, `${here}.appProtocol`));
    });
    return errors;
  });
}

function validateAddress(address: EndpointAddress, path: string): FieldError[] {
  const errors = validateIP(address.ip ?? '', `${path}.ip`);
  if (address.hostname) errors.push(...breaches(dns1123Label, address.hostname, `${path}.hostname`));
  if (address.nodeName !== undefined) errors.push(...breaches(dns1123Subdomain, address.nodeName, `${path}.nodeName`));
  return [...errors, ...validateNonSpecialIP(address.ip ?? '', `${path}.ip`)];
}

type EndpointSlice = Omit<discovery.EndpointSlice, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const mostEndpoints = 1000;
const mostPorts = 100;
const mostAddresses = 100;

/** A slice of the endpoints of a Service. */
export const endpointSliceStrategy = defineStrategy<EndpointSlice>('endpointslices.discovery.k8s.io', {
  nameRule: dns1123Subdomain,
  defaults: (slice) =>
    refit(slice, 'ports', (ports) =>
      refitEach(ports, (port) => ({ ...fill(port, { protocol: 'TCP' }), name: port.name ?? '' })),
    ),
  generationOf: ({ endpoints, ports, addressType }) => ({ endpoints, ports, addressType }),
  validate: validateSlice,
  validateUpdate: (slice, old) => immutable(slice.addressType, old.addressType, 'addressType'),
  allowsCreateOnUpdate: true,
});

function validateSlice({ addressType = '', endpoints = [], ports = [] }: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  if (!addressType) errors.push(required('addressType'));
  else if (!addressTypes.includes(addressType)) errors.push(notSupported('addressType', addressType, addressTypes));
  if (endpoints.length > mostEndpoints) errors.push(tooMany('endpoints', endpoints.length, mostEndpoints));
  endpoints.forEach(({ addresses = [], hostname, nodeName }, i) => {
    const path = `endpoints[${i}]`;
    if (addresses.length === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
    if (addresses.length > mostAddresses) errors.push(tooMany(`${path}.addresses`, addresses.length, mostAddresses));
    addresses.forEach((address, j) => {
      errors.push(...validateSliceAddress(address, addressType, `${path}.addresses[${j}]`));
    });
    if (nodeName !== undefined) errors.push(...breaches(dns1123Subdomain, nodeName, `${path}.nodeName`));
    if (hostname !== undefined) errors.push(...breaches(dns1123Label, hostname, `${path}.hostname`));
  });
  return [...errors, ...validateSlicePorts(ports)];
}

function validateSliceAddress(address: string, type: string, path: string): FieldError[] {
  if (type === 'FQDN') return breaches(dns1123Subdomain, address, path);
  const isRight = type === 'IPv4' ? isIPv4(address) : isIPv6(address);
  if (!isRight) return [invalid(path, address, `must be a valid ${type} address`)];
  return validateNonSpecialIP(address, path);
}

function validateSlicePorts(ports: readonly discovery.EndpointPort[]): FieldError[] {
  const errors: FieldError[] = [];
  if (ports.length > mostPorts) errors.push(tooMany('ports', ports.length, mostPorts));
  const names = ports.map(({ name = '' }) => name);
  ports.forEach((port, i) => {
    const path = `ports[${i}]`;
    const { name = '' } = port;
    if (name !== '') errors.push(...breaches(dns1123Label, name, `${path}.name`).slice(0, 1));
    if (names.indexOf(name) < i) errors.push({ type: 'Duplicate', field: `${path}.name`, value: name, detail: '' });
    errors.push(...oneOf(port.protocol, protocols, `${path}.protocol`));
  });
  return errors;
}
