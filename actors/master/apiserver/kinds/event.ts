/** Events and Leases: what components write about and for themselves. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, required } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesEvent, Lease } from '../../../../protocol/objects.ts';
import { nonNegative } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

/** Something that happened to an object. */
export const eventStrategy = defineStrategy<KubernetesEvent>('events', {
  nameRule: dns1123Subdomain,
  validate: validateEvent,
  allowsCreateOnUpdate: true,
});

const neededFields = ['reportingComponent', 'reportingInstance', 'action', 'reason'] as const;

function validateEvent(event: KubernetesEvent): FieldError[] {
  const { namespace = '' } = event.metadata;
  const about = event.involvedObject?.namespace ?? '';
  // Of objects in no namespace it is told in `default`.
  const agrees = about === '' ? namespace === '' || namespace === 'default' : about === namespace;
  const errors = agrees ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
  if (event.eventTime === undefined) return errors;
  return [...errors, ...neededFields.filter((field) => !event[field]).map((field) => required(field))];
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
