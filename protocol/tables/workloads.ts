/** The tables of what keeps pods running: replicationcontrollers, replicasets, deployments, statefulsets, daemonsets. */

import { age, type Column, integer, kindTable, name, type Parts, text, wide } from './column.ts';
import { countOf, fieldsOf, isGiven, objectsOf, textOf } from './fields.ts';
import { formatLabels, selectorCell, selectorText } from './labels.ts';
import { containerImages, containerNames } from './pods.ts';

/** What a template's containers are, for any kind that has its template in its spec. */
export const containers: readonly Column<Parts>[] = [
  wide(text('Containers', 'The names of the containers.', ({ spec }) => containerNames(spec.template))),
  wide(text('Images', 'The images of the containers.', ({ spec }) => containerImages(spec.template))),
];

const selected = 'Which pods are meant, by their labels.';

/** The selector of a kind that has a label selector in its spec. */
export const selector = wide(text('Selector', selected, ({ spec }) => selectorCell(spec.selector)));

const counts: readonly Column<Parts>[] = [
  integer('Desired', 'How many pods there are to be.', ({ spec }) => countOf(spec.replicas)),
  integer('Current', 'How many pods there are.', ({ status }) => countOf(status.replicas)),
  integer('Ready', 'How many pods are ready.', ({ status }) => countOf(status.readyReplicas)),
];

/** ReplicationControllers. */
export const replicationControllerTable = kindTable([
  name,
  ...counts,
  age,
  ...containers,
  wide(text('Selector', selected, ({ spec }) => formatLabels(spec.selector))),
]);

/** ReplicaSets. */
export const replicaSetTable = kindTable([name, ...counts, age, ...containers, selector]);

const readyOfDesired = text(
  'Ready',
  'How many pods are ready, of how many there are to be.',
  ({ spec, status }) => `${countOf(status.readyReplicas)}/${countOf(spec.replicas)}`,
);

/** Deployments. */
export const deploymentTable = kindTable([
  name,
  readyOfDesired,
  text('Up-to-date', 'How many pods are of the latest template.', ({ status }) => countOf(status.updatedReplicas)),
  text('Available', 'How many pods have been ready for long enough.', ({ status }) =>
    countOf(status.availableReplicas),
  ),
  age,
  ...containers,
  wide(text('Selector', selected, ({ spec }) => selectorText(spec.selector, '<invalid>'))),
]);

/** StatefulSets. */
export const statefulSetTable = kindTable([name, readyOfDesired, age, ...containers]);

/** DaemonSets. */
export const daemonSetTable = kindTable([
  name,
  integer('Desired', 'How many nodes are to run the pod.', ({ status }) => countOf(status.desiredNumberScheduled)),
  integer('Current', 'How many of these nodes run it.', ({ status }) => countOf(status.currentNumberScheduled)),
  integer('Ready', 'On how many of these nodes it is ready.', ({ status }) => countOf(status.numberReady)),
  integer('Up-to-date', 'How many nodes run it by the latest template.', ({ status }) =>
    countOf(status.updatedNumberScheduled),
  ),
  integer('Available', 'On how many nodes it has been ready for long enough.', ({ status }) =>
    countOf(status.numberAvailable),
  ),
  text('Node Selector', 'Which nodes are meant, by their labels.', ({ spec }) =>
    formatLabels(fieldsOf(fieldsOf(spec.template).spec).nodeSelector),
  ),
  age,
  ...containers,
  selector,
]);

/** ControllerRevisions. */
export const controllerRevisionTable = kindTable([
  name,
  text('Controller', 'Whose revision it is.', controllerCell),
  text('Revision', 'Which revision it is.', ({ object }) => countOf(object.revision)),
  age,
]);

function controllerCell({ metadata }: Parts): string {
  const owner = objectsOf(metadata.ownerReferences).find(({ controller }) => controller === true);
  if (owner === undefined || !isGiven(owner.kind)) return '<none>';
  const [version = '', ...rest] = textOf(owner.apiVersion).split('/');
  const group = rest.length === 0 ? '' : `.${version}`;
  return `${`${textOf(owner.kind)}${group}`.toLowerCase()}/${textOf(owner.name)}`;
}
