/** Reviews: questions put as objects, which are answered and never stored. */

import type * as authorization from 'kubernetes-types/authorization/v1.js';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid } from '../../../../protocol/field-errors.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { Strategy } from './strategy.ts';
import { defineStrategy } from './strategy.ts';

export type AccessReview = KubernetesObject & { spec?: Partial<authorization.SubjectAccessReviewSpec> };

const authorizationGroup = 'authorization.k8s.io';
const authenticationGroup = 'authentication.k8s.io';

function review(resource: string, validate: (object: AccessReview) => FieldError[]): Strategy<AccessReview> {
  return { ...defineStrategy<AccessReview>(resource, { nameRule: () => [] }), validateCreate: validate };
}

/** What each review must be like (pkg/apis/authorization/validation). */
export const reviewStrategies: readonly Strategy<AccessReview>[] = [
  review(`selfsubjectaccessreviews.${authorizationGroup}`, (one) => [...attributeErrors(one), ...metaErrors(one)]),
  review(`subjectaccessreviews.${authorizationGroup}`, (one) => [...subjectErrors(one), ...metaErrors(one)]),
  review(`localsubjectaccessreviews.${authorizationGroup}`, (one) => [...subjectErrors(one), ...localErrors(one)]),
  review(`selfsubjectrulesreviews.${authorizationGroup}`, () => []),
  review(`selfsubjectreviews.${authenticationGroup}`, () => []),
  review(`tokenreviews.${authenticationGroup}`, () => []),
];

function attributeErrors({ spec = {} }: AccessReview): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [invalid('spec.nonResourceAttributes', nonResourceAttributes, detail)];
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalid('spec.resourceAttributes', undefined, detail)];
}

function subjectErrors(one: AccessReview): FieldError[] {
  const { user = '', groups = [] } = one.spec ?? {};
  const isNobody = user === '' && groups.length === 0;
  return isNobody
    ? [...attributeErrors(one), invalid('spec.user', user, 'at least one of user or group must be specified')]
    : attributeErrors(one);
}

function metaErrors({ metadata }: AccessReview): FieldError[] {
  return isBare(metadata, {}) ? [] : [invalid('metadata', metadata, 'must be empty')];
}

function localErrors({ metadata, spec = {} }: AccessReview): FieldError[] {
  const { namespace = '' } = metadata;
  const { resourceAttributes, nonResourceAttributes } = spec;
  const errors = isBare(metadata, { namespace })
    ? []
    : [invalid('metadata', metadata, 'must be empty except for namespace')];
  const asked = resourceAttributes?.namespace ?? '';
  if (resourceAttributes !== undefined && asked !== namespace) {
    errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  if (nonResourceAttributes === undefined) return errors;
  const detail = 'disallowed on this kind of request';
  return [...errors, invalid('spec.nonResourceAttributes', nonResourceAttributes, detail)];
}

function isBare({ managedFields: _, ...rest }: Partial<KubernetesObject['metadata']>, allowed: object): boolean {
  return deepEqual(rest, allowed);
}
