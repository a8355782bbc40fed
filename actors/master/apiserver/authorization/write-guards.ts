/** What else a user from outside must be allowed to before certain objects are written. */

import type { UserInfo } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { CertificateSigningRequest } from '../kinds/certificates.ts';
import { askedBy, certificateRequests, subjectOfRequest } from '../kinds/certificates.ts';
import type { Memory } from '../memory.ts';
import type { Pending } from '../pending.ts';
import { authorize } from './authorize.ts';
import { bindingRefusal, roleRefusal } from './escalation.ts';
import { rbacResources } from './roles.ts';
import { masters } from './users.ts';

type Known = Pick<Memory, 'caches'>;

/** Refuses a write of a user's; `old` is undefined for a creation. Components of the cluster write what they must. */
export function writeRefusal(
  memory: Known,
  pending: Pending,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
): Status | undefined {
  if (pending.asker === undefined) return undefined;
  const { user } = pending.asker;
  switch (pending.resource) {
    case rbacResources.roles:
    case rbacResources.clusterRoles:
      return roleRefusal(memory, user, object, old, old === undefined ? '' : pending.name);
    case rbacResources.roleBindings:
    case rbacResources.clusterRoleBindings:
      return bindingRefusal(memory, user, object, old);
    case certificateRequests:
      return signerRefusal(memory, user, pending, object as CertificateSigningRequest, old);
    default:
      return undefined;
  }
}

/** Writes into a new object who asks for it, where that is part of it. */
export function attributed(pending: Pending, object: KubernetesObject): KubernetesObject {
  if (pending.asker === undefined || pending.resource !== certificateRequests) return object;
  return askedBy(object as CertificateSigningRequest, pending.asker.user);
}

/** The admission plugins CertificateSubjectRestriction, CertificateApproval and CertificateSigning. */
function signerRefusal(
  memory: Known,
  user: UserInfo,
  { subresource }: Pending,
  request: CertificateSigningRequest,
  old: KubernetesObject | undefined,
): Status | undefined {
  const { name = '' } = request.metadata;
  if (old === undefined) {
    return isOfMasters(request)
      ? failure.forbidden(
          certificateRequests,
          name,
          `use of ${clientSigner} signer with ${masters} group is not allowed`,
        )
      : undefined;
  }
  const before = old as CertificateSigningRequest;
  const signer = before.spec.signerName;
  const isSigned = (request.status?.certificate ?? '') !== (before.status?.certificate ?? '');
  if (subresource === 'approval' && !mayUse(memory, user, 'approve', signer)) {
    return failure.forbidden(
      certificateRequests,
      name,
      `user not permitted to approve requests with signerName "${signer}"`,
    );
  }
  if (
    subresource === 'status' &&
    (isSigned || isFailed(request) !== isFailed(before)) &&
    !mayUse(memory, user, 'sign', signer)
  ) {
    return failure.forbidden(
      certificateRequests,
      name,
      `user not permitted to sign requests with signerName "${signer}"`,
    );
  }
  return undefined;
}

const clientSigner = 'kubernetes.io/kube-apiserver-client';
/** The number of the attribute that says a group. */
const organization = 10;

function isOfMasters({ spec }: CertificateSigningRequest): boolean {
  return (
    spec.signerName === clientSigner && subjectOfRequest(spec.request)?.get(organization)?.includes(masters) === true
  );
}

function isFailed({ status }: CertificateSigningRequest): boolean {
  return status?.conditions?.some(({ type }) => type === 'Failed') === true;
}

/** A signer may be named itself, or all of its domain: `kubernetes.io/*`. */
function mayUse(memory: Known, user: UserInfo, verb: string, signer: string): boolean {
  const wildcard = `${signer.slice(0, signer.indexOf('/'))}/*`;
  const signers = { user, verb, group: 'certificates.k8s.io', resource: 'signers', subresource: '', namespace: '' };
  return [signer, wildcard].some((name) => authorize(memory, { ...signers, name }).decision === 'allow');
}

/** Refuses a user who may replace an object but not make it, where the replacement turns out to make it. */
export function creationRefusal(
  memory: Known,
  { asker, kind, resource, namespace, name }: Pending,
): Status | undefined {
  if (asker === undefined) return undefined;
  const { group, resource: plural } = kind;
  const creation = { verb: 'create', group, resource: plural, subresource: '', namespace, name };
  const { decision, reason } = authorize(memory, { user: asker.user, ...creation });
  return decision === 'allow' ? undefined : failure.forbidden(resource, name, reason);
}
