/** The tables of who may do what: role bindings, certificate signing requests. */

import { humanDuration } from './age.ts';
import { age, kindTable, name, type Parts, text, wide } from './column.ts';
import { countOf, type Fields, fieldsOf, isGiven, objectsOf, textOf } from './fields.ts';

/** RoleBindings and ClusterRoleBindings. */
export const roleBindingTable = kindTable([
  name,
  text('Role', 'The role that is given.', ({ object }) => {
    const { kind, name: role } = fieldsOf(object.roleRef);
    return `${textOf(kind)}/${textOf(role)}`;
  }),
  age,
  wide(text('Users', 'The users who get it.', (parts) => subjectsText(parts, 'User'))),
  wide(text('Groups', 'The groups that get it.', (parts) => subjectsText(parts, 'Group'))),
  wide(text('ServiceAccounts', 'The service accounts that get it.', (parts) => subjectsText(parts, 'ServiceAccount'))),
]);

function subjectsText({ object }: Parts, kind: string): string {
  const subjects = objectsOf(object.subjects).filter((subject) => subject.kind === kind);
  return subjects.map(subjectText).join(', ');
}

function subjectText({ kind, namespace, name: subject }: Fields): string {
  return kind === 'ServiceAccount' ? `${textOf(namespace)}/${textOf(subject)}` : textOf(subject);
}

/** CertificateSigningRequests. */
export const signingRequestTable = kindTable([
  name,
  age,
  text('SignerName', 'Who is asked to sign.', ({ spec }) => textOf(spec.signerName) || '<none>'),
  text('Requestor', 'Who asks.', ({ spec }) => textOf(spec.username)),
  text('RequestedDuration', 'How long the certificate is to be valid.', ({ spec }) =>
    isGiven(spec.expirationSeconds) ? humanDuration(countOf(spec.expirationSeconds) * 1000) : '<none>',
  ),
  text('Condition', 'What has become of the request.', conditionCell),
]);

function conditionCell({ status }: Parts): string {
  const types = new Set(objectsOf(status.conditions).map(({ type }) => textOf(type)));
  const verdict = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending';
  const failed = types.has('Failed') ? ',Failed' : '';
  return `${verdict}${failed}${textOf(status.certificate) === '' ? '' : ',Issued'}`;
}
