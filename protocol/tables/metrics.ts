/** The tables of what pods and nodes use, as metrics-server makes them. */

import { type Column, kindTable, name, type Parts, text } from './column.ts';
import { fieldsOf, objectsOf, textOf } from './fields.ts';
import { amountOf, sumOf } from './quantities.ts';

const measured = text('Window', 'How long it was measured.', fieldNamed('window'), 'duration');

function fieldNamed(field: string): (parts: Parts) => string {
  return ({ object }) => textOf(object[field]);
}

function used(resource: string, description: string, cell: (parts: Parts, resource: string) => string): Column<Parts> {
  return text(resource, description, (parts) => cell(parts, resource), 'quantity');
}

/** NodeMetrics. */
export const nodeMetricsTable = kindTable([
  name,
  used('cpu', 'How much of its processors is used.', ({ object }, resource) => amountOf(object.usage, resource)),
  used('memory', 'How much of its memory is used.', ({ object }, resource) => amountOf(object.usage, resource)),
  measured,
]);

/** PodMetrics: what all containers of a pod use together. */
export const podMetricsTable = kindTable([
  name,
  used('cpu', 'How many processors its containers use.', sumOfContainers),
  used('memory', 'How much memory its containers use.', sumOfContainers),
  measured,
]);

function sumOfContainers({ object }: Parts, resource: string): string {
  return sumOf(objectsOf(object.containers).map(({ usage }) => fieldsOf(usage)[resource]));
}
