/** NetworkPolicies: which pods may talk to which. */

import type * as networking from 'kubernetes-types/networking/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain, portName, portNumber } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { parseAddress } from '../allocation/cluster-ip.ts';
import { validateLabelSelector } from './affinity-validation.ts';
import { fill, refit, refitEach } from './fill.ts';
import { validateCIDR } from './ip-validation.ts';
import { breaches } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

type NetworkPolicy = Omit<networking.NetworkPolicy, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Port = networking.NetworkPolicyPort;
type Peer = networking.NetworkPolicyPeer;

/** Who may reach a group of pods, and whom they may reach. */
export const networkPolicyStrategy = defineStrategy<NetworkPolicy>('networkpolicies.networking.k8s.io', {
  nameRule: dns1123Subdomain,
  defaults: defaultPolicy,
  generationOf: ({ spec }) => spec,
  validate: validatePolicy,
});

function defaultPolicy(policy: NetworkPolicy): NetworkPolicy {
  return refit(fill(policy, { spec: { podSelector: {} } }), 'spec', (given) => {
    const ports = (list: Port[]) => refitEach(list, (port) => fill(port, { protocol: 'TCP' }));
    let spec = refit(given, 'ingress', (rules) => refitEach(rules, (rule) => refit(rule, 'ports', ports)));
    spec = refit(spec, 'egress', (rules) => refitEach(rules, (rule) => refit(rule, 'ports', ports)));
    if ((spec.policyTypes ?? []).length > 0) return spec;
    const isOfEgress = (spec.egress ?? []).length > 0;
    return { ...spec, policyTypes: isOfEgress ? ['Ingress', 'Egress'] : ['Ingress'] };
  });
}

function validatePolicy({ spec }: NetworkPolicy): FieldError[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec ?? ({} as networking.NetworkPolicySpec);
  const errors = validateLabelSelector(podSelector, 'spec.podSelector');
  ingress.forEach(({ ports, from }, i) => {
    errors.push(...validateRule(ports, from, `spec.ingress[${i}]`, 'from'));
  });
  egress.forEach(({ ports, to }, i) => {
    errors.push(...validateRule(ports, to, `spec.egress[${i}]`, 'to'));
  });
  if (policyTypes.length > 2) {
    return [...errors, invalid('spec.policyTypes', policyTypes, 'may not specify more than two policyTypes')];
  }
  const types = ['Ingress', 'Egress'];
  policyTypes.forEach((type, i) => {
    if (!types.includes(type)) errors.push(notSupported(`spec.policyTypes[${i}]`, type, types));
  });
  return errors;
}

function validateRule(ports: Port[] = [], peers: Peer[] = [], path: string, side: string): FieldError[] {
  return [
    ...ports.flatMap((port, i) => validatePort(port, `${path}.ports[${i}]`)),
    ...peers.flatMap((peer, i) => validatePeer(peer, `${path}.${side}[${i}]`)),
  ];
}

const protocols = ['TCP', 'UDP', 'SCTP'];

function validatePort({ protocol, port, endPort }: Port, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !protocols.includes(protocol)) {
    errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  }
  const end = `${path}.endPort`;
  if (typeof port !== 'number' && endPort !== undefined) {
    const which = port === undefined ? 'not specified' : 'non-numeric';
    errors.push(invalid(end, endPort, `may not be specified when \`port\` is ${which}`));
  }
  if (typeof port === 'string') return [...errors, ...breaches(portName, port, `${path}.port`)];
  if (port === undefined) return errors;
  errors.push(...portNumber(port).map((message) => invalid(`${path}.port`, port, message)));
  if (endPort === undefined) return errors;
  if (endPort < port) errors.push(invalid(end, endPort, 'must be greater than or equal to `port`'));
  return [...errors, ...portNumber(endPort).map((message) => invalid(end, endPort, message))];
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: Peer, path: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
  ];
  if (ipBlock === undefined) {
    const isNobody = podSelector === undefined && namespaceSelector === undefined;
    return isNobody ? [required(path, 'must specify a peer')] : errors;
  }
  errors.push(...validateBlock(ipBlock, `${path}.ipBlock`));
  if (podSelector === undefined && namespaceSelector === undefined) return errors;
  return [...errors, forbidden(path, 'may not specify both ipBlock and another peer')];
}

function validateBlock({ cidr = '', except = [] }: Partial<networking.IPBlock>, path: string): FieldError[] {
  if (cidr === '') return [required(`${path}.cidr`)];
  const errors = validateCIDR(cidr, `${path}.cidr`);
  if (errors.length > 0) return errors;
  return except.flatMap((one, i) => {
    const here = `${path}.except[${i}]`;
    const wrong = validateCIDR(one, here);
    if (wrong.length > 0 || isStrictlyWithin(one, cidr)) return wrong;
    return [invalid(here, one, 'must be a strict subset of `cidr`')];
  });
}

/** Tells whether a subnet is a true part of another. */
function isStrictlyWithin(part: string, whole: string): boolean {
  const [[partAddress = '', partBits = ''], [address = '', bits = '']] = [part.split('/'), whole.split('/')];
  if (Number(partBits) <= Number(bits)) return false;
  const [from, inside] = [bitsOf(address), bitsOf(partAddress)];
  return from.length === inside.length && from.slice(0, Number(bits)) === inside.slice(0, Number(bits));
}

/** Writes an address in bits. */
function bitsOf(address: string): string {
  const number = parseAddress(address);
  if (number !== undefined) return number.toString(2).padStart(32, '0');
  const [head = '', tail] = address.split('::');
  const words = (text: string) => text.split(':').flatMap((word) => (word === '' ? [] : wordsOf(word)));
  const [first, last] = [words(head), words(tail ?? '')];
  const gap = new Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0);
  return [...first, ...gap, ...last].map((word) => word.toString(2).padStart(16, '0')).join('');
}

function wordsOf(word: string): number[] {
  const number = parseAddress(word);
  return number === undefined ? [Number.parseInt(word, 16)] : [Math.floor(number / 65536), number % 65536];
}
