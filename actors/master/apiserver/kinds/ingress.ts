/** Ingresses and IngressClasses: how Services are reached from outside by HTTP. */

import type * as networking from 'kubernetes-types/networking/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required, tooLong } from '../../../../protocol/field-errors.ts';
import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  portName,
  portNumber,
  wildcardSubdomain,
} from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { fill, refit } from './fill.ts';
import { isIPv4, isIPv6, validateIP } from './ip-validation.ts';
import { breaches, immutable } from './metadata.ts';
import { pathSegment } from './path-segment.ts';
import { defineStrategy } from './strategy.ts';

type Ingress = Omit<networking.Ingress, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type IngressClass = Omit<networking.IngressClass, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Reference = Partial<networking.IngressClassParametersReference>;

const classAnnotation = 'kubernetes.io/ingress.class';

/** Which hosts and paths lead to which Service. */
export const ingressStrategy = defineStrategy<Ingress>('ingresses.networking.k8s.io', {
  nameRule: dns1123Subdomain,
  defaults: (ingress) => fill(ingress, { spec: {} }),
  firstStatus: () => ({ loadBalancer: {} }),
  generationOf: ({ spec }) => spec,
  validate: validateIngress,
  validateCreate: ({ metadata, spec }) => {
    const [old, name] = [metadata.annotations?.[classAnnotation], spec?.ingressClassName];
    if (old === undefined || name === undefined || old === name) return [];
    const detail = 'must match `ingressClassName` when both are specified';
    return [invalid(`annotations.${classAnnotation}`, old, detail)];
  },
  validateStatus: validateIngressStatus,
});

function validateIngress({ spec = {} }: Ingress): FieldError[] {
  const { rules = [], tls = [], defaultBackend, ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && defaultBackend === undefined) {
    errors.push(invalid('spec', rules, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend !== undefined) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'));
  errors.push(...rules.flatMap((rule, i) => validateIngressRule(rule, `spec.rules[${i}]`)));
  tls.forEach(({ hosts = [], secretName }, i) => {
    hosts.forEach((host, at) => {
      errors.push(...breaches(hostRule(host), host, `spec.tls[${i}].hosts[${at}]`));
    });
    if (secretName) errors.push(...breaches(dns1123Subdomain, secretName, `spec.tls[${i}].secretName`));
  });
  if (ingressClassName === undefined) return errors;
  return [...errors, ...breaches(dns1123Subdomain, ingressClassName, 'spec.ingressClassName')];
}

function hostRule(host: string) {
  return host.includes('*') ? wildcardSubdomain : dns1123Subdomain;
}

function validateIngressRule({ host = '', http }: networking.IngressRule, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (host !== '') {
    if (isAddress(host)) errors.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'));
    errors.push(...breaches(hostRule(host), host, `${path}.host`));
  }
  if (http === undefined) return errors;
  const paths = http.paths ?? [];
  if (paths.length === 0) errors.push(required(`${path}.http.paths`));
  return [...errors, ...paths.flatMap((one, i) => validatePath(one, `${path}.http.paths[${i}]`))];
}

function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const sequencesRefused = ['//', '/./', '/../', '%2f', '%2F'];
const endsRefused = ['/..', '/.'];

function validatePath(one: Partial<networking.HTTPIngressPath>, field: string): FieldError[] {
  const { pathType, path = '' } = one;
  if (pathType === undefined) return [required(`${field}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const refuse = (detail: string) => errors.push(invalid(`${field}.path`, path, detail));
  if (!pathTypes.includes(pathType)) errors.push(notSupported(`${field}.pathType`, pathType, pathTypes));
  else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) refuse('must be an absolute path');
  } else {
    if (!path.startsWith('/')) refuse('must be an absolute path');
    for (const text of sequencesRefused) if (path.includes(text)) refuse(`must not contain '${text}'`);
    for (const text of endsRefused) if (path.endsWith(text)) refuse(`cannot end with '${text}'`);
  }
  return [...errors, ...validateBackend(one.backend ?? {}, `${field}.backend`)];
}

function validateBackend({ resource, service }: networking.IngressBackend, path: string): FieldError[] {
  if (resource !== undefined && service !== undefined) {
    return [invalid(path, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) return validateReference(resource, `${path}.resource`);
  if (service === undefined) return [invalid(path, '', 'resource or service backend is required')];
  const { name = '', port = {} } = service as Partial<networking.IngressServiceBackend>;
  const errors =
    name === '' ? [required(`${path}.service.name`)] : breaches(dns1035Label, name, `${path}.service.name`);
  if (port.name && port.number) return [...errors, invalid(path, '', 'cannot set both port name & port number')];
  if (port.name) return [...errors, ...breaches(portName, port.name, `${path}.service.port.name`)];
  if (!port.number) return [...errors, required(path, 'port name or number is required')];
  const wrong = portNumber(port.number).map((message) => invalid(`${path}.service.port.number`, port.number, message));
  return [...errors, ...wrong];
}

function validateReference({ apiGroup, kind = '', name = '' }: Reference, path: string): FieldError[] {
  const errors = apiGroup === undefined ? [] : breaches(dns1123Subdomain, apiGroup, `${path}.apiGroup`);
  for (const [field, text] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    errors.push(...(text === '' ? [required(`${path}.${field}`)] : breaches(pathSegment, text, `${path}.${field}`)));
  }
  return errors;
}

function validateIngressStatus({ status }: Ingress): FieldError[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const path = `status.loadBalancer.ingress[${i}]`;
    const errors = ip ? validateIP(ip, `${path}.ip`) : [];
    if (!hostname) return errors;
    errors.push(...breaches(dns1123Subdomain, hostname, `${path}.hostname`));
    if (!isAddress(hostname)) return errors;
    return [...errors, invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address')];
  });
}

const longestController = 250;

/** Which controller answers for an Ingress. */
export const ingressClassStrategy = defineStrategy<IngressClass>('ingressclasses.networking.k8s.io', {
  nameRule: dns1123Subdomain,
  defaults: (one) =>
    refit(one, 'spec', (spec) => refit(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' }))),
  generationOf: ({ spec }) => spec,
  validate: validateClass,
  validateUpdate: (one, old) => immutable(one.spec?.controller, old.spec?.controller, 'spec.controller'),
});

function validateClass({ spec = {} }: IngressClass): FieldError[] {
  const { controller = '', parameters } = spec;
  const errors: FieldError[] = [];
  if (controller === '') errors.push(required('spec.controller'));
  else {
    if (controller.length > longestController) errors.push(tooLong('spec.controller', longestController));
    errors.push(...validatePrefixedPath(controller, 'spec.controller'));
  }
  return parameters === undefined ? errors : [...errors, ...validateParameters(parameters, 'spec.parameters')];
}

/** Checks a path that begins with a domain, as `acme.io/foo`. */
function validatePrefixedPath(text: string, path: string): FieldError[] {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) {
    return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const [host, rest] = [text.slice(0, slash), text.slice(slash + 1)];
  const errors = breaches(dns1123Subdomain, host, path);
  const pattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  if (new RegExp(`^${pattern}$`).test(rest)) return errors;
  return [...errors, invalid(path, rest, `Invalid path (regex used for validation is '${pattern}')`)];
}

const scopes = ['Cluster', 'Namespace'];

function validateParameters(parameters: Reference, path: string): FieldError[] {
  const { scope, namespace } = parameters;
  const errors = validateReference(parameters, path);
  if (scope === undefined) return [...errors, required(`${path}.scope`)];
  if (!scopes.includes(scope)) return [...errors, notSupported(`${path}.scope`, scope, scopes)];
  if (scope === 'Cluster') {
    if (namespace === undefined) return errors;
    return [...errors, forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'")];
  }
  if (namespace !== undefined) return [...errors, ...breaches(dns1123Label, namespace, `${path}.namespace`)];
  return [...errors, required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'")];
}
