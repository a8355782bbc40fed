/** Events and Leases: what components write about and for themselves. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, required } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain, qualifiedName } from '../../../../protocol/names.ts';
import type { KubernetesEvent, Lease } from '../../../../protocol/objects.ts';
import { breaches, nonNegative } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

/** Something that happened to an object. */
export const eventStrategy = defineStrategy<KubernetesEvent>('events', {
  nameRule: dns1123Subdomain,
  validate: validateEvent,
  allowsCreateOnUpdate: true,
});

/** What an Event that has an `eventTime` must say, and how many characters that may have. */
const boundedFields = [
  ['reportingInstance', 128],
  ['action', 128],
  ['reason', 128],
] as const;
const longestMessage = 1024;

function validateEvent(event: KubernetesEvent): FieldError[] {
  const { namespace = '' } = event.metadata;
  const about = event.involvedObject?.namespace ?? '';
  const hasTime = event.eventTime !== undefined;
  const errors = agrees(about, namespace, hasTime)
    ? []
    : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
  if (!hasTime) return errors;
  const { reportingComponent = '' } = event;
  if (reportingComponent === '') errors.push(required('reportingComponent'));
  errors.push(...breaches(qualifiedName, reportingComponent, 'reportingComponent'));
  for (const [field, most] of boundedFields) {
    if (!event[field]) errors.push(required(field));
    else errors.push(...tooManyCharacters(event[field], most, field));
  }
  return [...errors, ...tooManyCharacters(event.message, longestMessage, 'message')];
}

/** An Event lies in the namespace of what it is about; of what is in none it is told in `default`. */
function agrees(about: string, namespace: string, hasTime: boolean): boolean {
  if (hasTime) return about !== '' || namespace === 'default' || namespace === 'kube-system';
  return about === '' ? namespace === '' || namespace === 'default' : about === namespace;
}

function tooManyCharacters(text: string | undefined, most: number, path: string): FieldError[] {
  return (text?.length ?? 0) > most ? [invalid(path, '', `can have at most ${most} characters`)] : [];
}

/** Who leads, and until when. */
export const leaseStrategy = defineStrategy<Lease>('leases.coordination.k8s.io', {
  nameRule: dns1123Subdomain,
  validate: validateLease,
  allowsCreateOnUpdate: true,
  allowsUnconditionalUpdate: false,
});

function validateLease({ spec = {} }: Lease): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions = 0 } = spec;
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  return [...errors, ...nonNegative(leaseTransitions, 'spec.leaseTransitions')];
}
