/** Groups of the Kubernetes community are not for everybody: a definition in one says who approved of it. */

import type { CustomResourceDefinition } from '../../../../../protocol/custom/definition.ts';
import { conditionOf } from '../../../../../protocol/custom/definition.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid, quoted, required } from '../../../../../protocol/field-errors.ts';
import type { Said } from './conditions.ts';

const annotation = 'api-approved.kubernetes.io';
const proposal = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** How a definition stands with the community. */
type Approval = 'invalid' | 'approved' | 'bypassed' | 'missing';

function isProtected(group: string): boolean {
  return /(^|\.)(k8s|kubernetes)\.io$/.test(group);
}

function approvalOf({ metadata }: CustomResourceDefinition): [Approval, string] {
  const said = metadata.annotations?.[annotation] ?? '';
  const must = `protected groups must have approval annotation ${quoted(annotation)}`;
  if (said === '') return ['missing', `${must}, ${proposal}`];
  if (said.startsWith('unapproved')) return ['bypassed', `not approved: ${quoted(said)}`];
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+/i.test(said)) return ['approved', `approved in ${said}`];
  return ['invalid', `${must} with either a URL or a reason starting with "unapproved", ${proposal}`];
}

/** Refuses a definition in a protected group that nobody approved of. */
export function approvalErrors(crd: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  if (!isProtected(crd.spec.group)) return [];
  const [approval, reason] = approvalOf(crd);
  if (old !== undefined && approvalOf(old)[0] === approval) return [];
  const path = `metadata.annotations[${annotation}]`;
  if (approval === 'invalid') return [invalid(path, crd.metadata.annotations?.[annotation], reason)];
  return approval === 'missing' ? [required(path, reason)] : [];
}

const reasons: Readonly<Record<Approval, [status: string, reason: string]>> = {
  invalid: ['False', 'InvalidAnnotation'],
  bypassed: ['False', 'UnapprovedAnnotation'],
  approved: ['True', 'ApprovedAnnotation'],
  missing: ['False', 'MissingAnnotation'],
};

/** Gives the condition that a definition in a protected group should have and has not; undefined for any other. */
export function approvalCondition(crd: CustomResourceDefinition): Said | undefined {
  if (!isProtected(crd.spec.group)) return undefined;
  const [approval, message] = approvalOf(crd);
  const [status, reason] = reasons[approval];
  const type = 'KubernetesAPIApprovalPolicyConformant';
  const known = conditionOf(crd, type);
  const isSaid = known?.status === status && known.reason === reason && known.message === message;
  return isSaid ? undefined : { type, status, reason, message };
}
