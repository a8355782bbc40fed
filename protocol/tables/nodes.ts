/** The tables of nodes and what belongs to them. */

import { age, type Column, integer, kindTable, name, type Parts, text, wide } from './column.ts';
import { conditionOf, type Fields, fieldsOf, objectsOf, sizeOf, textOf } from './fields.ts';

/** Nodes. */
export const nodeTable = kindTable([
  name,
  text('Status', 'Whether the node is ready, and takes pods.', ({ object }) => nodeStatus(object)),
  text('Roles', 'What the node is for, by its labels.', rolesCell),
  age,
  text('Version', 'The version of its kubelet.', ({ status }) => textOf(fieldsOf(status.nodeInfo).kubeletVersion)),
  wide(text('Internal-IP', 'Its address inside the cluster.', ({ status }) => addressOf(status, 'InternalIP'))),
  wide(text('External-IP', 'Its address outside the cluster.', ({ status }) => addressOf(status, 'ExternalIP'))),
  known('OS-Image', 'Its operating system.', 'osImage'),
  known('Kernel-Version', 'The version of its kernel.', 'kernelVersion'),
  known('Container-Runtime', 'What runs its containers.', 'containerRuntimeVersion'),
]);

/** Sums up a node: `Ready`, `NotReady,SchedulingDisabled`. One that nobody hears of is NotReady: its condition is Unknown. */
export function nodeStatus(node: object): string {
  const { spec, status } = node as Fields;
  const ready = conditionOf(fieldsOf(status).conditions, 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return fieldsOf(spec).unschedulable === true ? `${word},SchedulingDisabled` : word;
}

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

function rolesCell({ metadata }: Parts): string {
  const roles = Object.entries(fieldsOf(metadata.labels)).map(([key, value]) =>
    key.startsWith(rolePrefix) ? key.slice(rolePrefix.length) : key === roleLabel ? textOf(value) : '',
  );
  return [...new Set(roles.filter((role) => role !== ''))].sort().join(',') || '<none>';
}

function addressOf({ addresses }: Fields, kind: string): string {
  const found = objectsOf(addresses).find(({ type }) => type === kind);
  return found === undefined ? '<none>' : textOf(found.address);
}

function known(column: string, description: string, field: string): Column<Parts> {
  return wide(text(column, description, ({ status }) => textOf(fieldsOf(status.nodeInfo)[field]) || '<unknown>'));
}

/** Leases. */
export const leaseTable = kindTable([
  name,
  text('Holder', 'Who holds it.', ({ spec }) => textOf(spec.holderIdentity)),
  age,
]);

/** RuntimeClasses. */
export const runtimeClassTable = kindTable([
  name,
  text('Handler', 'The runtime that runs the pods, as the nodes call it.', ({ object }) => textOf(object.handler)),
  age,
]);

/** CSINodes. */
export const csiNodeTable = kindTable([
  name,
  integer('Drivers', 'How many storage drivers the node has.', ({ spec }) => sizeOf(spec.drivers)),
  age,
]);
