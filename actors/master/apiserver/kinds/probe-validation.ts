/** Probes and life cycle hooks of containers. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { httpHeaderName, portName, portNumber } from '../../../../protocol/names.ts';
import { nonNegative } from './metadata.ts';

/** Checks the three probes of a container. */
export function validateProbes(container: core.Container, path: string): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...validateProbe(livenessProbe, `${path}.livenessProbe`),
    ...mustSucceedOnce(livenessProbe, `${path}.livenessProbe`),
    ...validateProbe(readinessProbe, `${path}.readinessProbe`),
    ...noGracePeriod(readinessProbe, `${path}.readinessProbe`),
    ...validateProbe(startupProbe, `${path}.startupProbe`),
    ...mustSucceedOnce(startupProbe, `${path}.startupProbe`),
  ];
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function validateProbe(probe: core.Probe | undefined, path: string): FieldError[] {
  if (probe === undefined) return [];
  const errors = validateHandler(probe, undefined, path);
  for (const field of counts) errors.push(...nonNegative(probe[field] ?? 0, `${path}.${field}`));
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  return errors;
}

function mustSucceedOnce(probe: core.Probe | undefined, path: string): FieldError[] {
  if (probe === undefined || probe.successThreshold === 1) return [];
  return [invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')];
}

function noGracePeriod(probe: core.Probe | undefined, path: string): FieldError[] {
  const grace = probe?.terminationGracePeriodSeconds;
  if (grace === undefined) return [];
  return [invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')];
}

/** Checks the hooks of a container. */
export function validateLifecycle(
  lifecycle: core.Lifecycle | undefined,
  graceSeconds: number | undefined,
  path: string,
): FieldError[] {
  return (['postStart', 'preStop'] as const).flatMap((hook) => {
    const handler = lifecycle?.[hook];
    return handler === undefined ? [] : validateHandler(handler, graceSeconds, `${path}.${hook}`);
  });
}

const handlerKinds = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
type Handler = Partial<
  Pick<core.Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<core.LifecycleHandler, 'sleep'>
>;

function validateHandler(handler: Handler, graceSeconds: number | undefined, path: string): FieldError[] {
  const [first, ...others] = handlerKinds.filter((kind) => handler[kind] !== undefined);
  if (first === undefined) return [required(path, 'must specify a handler type')];
  return [
    ...validateAction(handler, first, graceSeconds, `${path}.${first}`),
    ...others.map((kind) => forbidden(`${path}.${kind}`, 'may not specify more than 1 handler type')),
  ];
}

function validateAction(
  handler: Handler,
  kind: (typeof handlerKinds)[number],
  graceSeconds: number | undefined,
  path: string,
): FieldError[] {
  switch (kind) {
    case 'exec':
      return (handler.exec?.command ?? []).length === 0 ? [required(`${path}.command`)] : [];
    case 'httpGet':
      return validateHttpGet(handler.httpGet as core.HTTPGetAction, path);
    case 'tcpSocket':
      return validatePort(handler.tcpSocket?.port, `${path}.port`);
    case 'grpc':
      return validatePort(handler.grpc?.port, `${path}.port`);
    case 'sleep':
      return validateSleep(handler.sleep?.seconds ?? 0, graceSeconds, path);
  }
}

function validateHttpGet(action: core.HTTPGetAction, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!action.path) errors.push(required(`${path}.path`));
  errors.push(...validatePort(action.port, `${path}.port`));
  if (action.scheme !== 'HTTP' && action.scheme !== 'HTTPS') {
    errors.push(notSupported(`${path}.scheme`, action.scheme ?? '', ['HTTP', 'HTTPS']));
  }
  for (const { name } of action.httpHeaders ?? []) {
    errors.push(...httpHeaderName(name).map((message) => invalid(`${path}.httpHeaders`, name, message)));
  }
  return errors;
}

function validateSleep(seconds: number, graceSeconds: number | undefined, path: string): FieldError[] {
  if (graceSeconds === undefined || (seconds > 0 && seconds <= graceSeconds)) return [];
  return [
    invalid(path, seconds, `must be greater than 0 and less than terminationGracePeriodSeconds (${graceSeconds})`),
  ];
}

/** Checks a port given by number or by name. */
export function validatePort(port: number | string | undefined, path: string): FieldError[] {
  if (typeof port === 'string') return portName(port).map((message) => invalid(path, port, message));
  return portNumber(port ?? 0).map((message) => invalid(path, port ?? 0, message));
}
