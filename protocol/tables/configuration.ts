/** The tables of namespaces and what is kept in them: configuration, secrets, accounts, quotas; and the cluster's own state. */

import { age, boolean, integer, kindTable, name, type Parts, text } from './column.ts';
import { conditionOf, countOf, fieldsOf, sizeOf, textOf } from './fields.ts';
import { amountOf } from './quantities.ts';

/** Namespaces. */
export const namespaceTable = kindTable([
  name,
  text('Status', 'Whether it is in use, or being emptied.', ({ status }) => textOf(status.phase)),
  age,
]);

/** Secrets. */
export const secretTable = kindTable([
  name,
  text('Type', 'What the secret is for.', ({ object }) => textOf(object.type)),
  text('Data', 'How many entries it has.', ({ object }) => sizeOf(object.data)),
  age,
]);

/** ConfigMaps. */
export const configMapTable = kindTable([
  name,
  text('Data', 'How many entries it has.', ({ object }) => sizeOf(object.data) + sizeOf(object.binaryData)),
  age,
]);

/** ServiceAccounts. */
export const serviceAccountTable = kindTable([
  name,
  text('Secrets', 'How many secrets its pods may use.', ({ object }) => sizeOf(object.secrets)),
  age,
]);

/** ResourceQuotas. */
export const resourceQuotaTable = kindTable([
  name,
  age,
  text('Request', 'What is used of what may be requested, and counted.', (parts) => quotaCell(parts, false)),
  text('Limit', 'What is used of what limits may come to.', (parts) => quotaCell(parts, true)),
]);

function quotaCell({ status }: Parts, ofLimits: boolean): string {
  return Object.keys(fieldsOf(status.hard))
    .sort()
    .filter((resource) => resource.startsWith('limits.') === ofLimits)
    .map((resource) => `${resource}: ${amountOf(status.used, resource)}/${amountOf(status.hard, resource)}`)
    .join(', ');
}

/** PriorityClasses. */
export const priorityClassTable = kindTable([
  name,
  integer('Value', 'The priority that pods of it get.', ({ object }) => countOf(object.value)),
  boolean('Global-Default', 'Whether pods that name no class get it.', ({ object }) => object.globalDefault === true),
  age,
]);

/** ComponentStatuses. */
export const componentStatusTable = kindTable([
  name,
  text('Status', 'Whether the component is healthy.', (parts) => {
    const healthy = healthOf(parts);
    return healthy === undefined ? 'Unknown' : healthy.status === 'True' ? 'Healthy' : 'Unhealthy';
  }),
  text('Message', 'What it says of its health.', (parts) => textOf(healthOf(parts)?.message)),
  text('Error', 'Why its health could not be learnt.', (parts) => textOf(healthOf(parts)?.error)),
]);

function healthOf({ object }: Parts) {
  return conditionOf(object.conditions, 'Healthy');
}
