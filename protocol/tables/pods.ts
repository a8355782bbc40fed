/** The tables of pods and of templates of pods. */

import type { KindTable, Parts, RowCondition } from './column.ts';
import { age, kindTable, kindTableOf, name, partsOf, text, wide } from './column.ts';
import { conditionOf, fieldsOf, objectsOf, textOf } from './fields.ts';
import { formatLabels } from './labels.ts';
import { type PodSummary, restartsCell, summarize } from './pod-status.ts';

interface PodParts extends Parts {
  readonly summary: PodSummary;
}

function podPartsOf(object: unknown, nowMs: number): PodParts {
  const { metadata, spec, status, object: pod } = partsOf(object, nowMs);
  return { object: pod, metadata, spec, status, nowMs, summary: summarize(pod) };
}

/** Pods. */
export const podTable: KindTable = {
  ...kindTableOf<PodParts>(podPartsOf, [
    name,
    text('Ready', 'How many of the containers are ready.', ({ summary }) => `${summary.ready}/${summary.total}`),
    text('Status', 'What the containers are at, in one word.', ({ summary }) => summary.status),
    text('Restarts', 'How often containers were restarted, and when last.', ({ summary, nowMs }) =>
      restartsCell(summary, nowMs),
    ),
    age,
    wide(text('IP', 'The address of the pod.', ({ status }) => addressOf(status.podIPs))),
    wide(text('Node', 'The node the pod is on.', ({ spec }) => textOf(spec.nodeName) || '<none>')),
    wide(
      text(
        'Nominated Node',
        'The node where others are being preempted for the pod.',
        ({ status }) => textOf(status.nominatedNodeName) || '<none>',
      ),
    ),
    wide(text('Readiness Gates', 'How many of the further conditions of readiness hold.', gatesCell)),
  ]),
  conditions: (pod) => endings.get(textOf(fieldsOf(fieldsOf(pod).status).phase)),
};

const endings = new Map<string, readonly RowCondition[]>([
  ['Succeeded', [ending('Succeeded', 'The pod has completed successfully.')]],
  ['Failed', [ending('Failed', 'The pod failed.')]],
]);

function ending(reason: string, message: string): RowCondition {
  return { type: 'Completed', status: 'True', reason, message };
}

function addressOf(ips: unknown): string {
  return textOf(objectsOf(ips)[0]?.ip) || '<none>';
}

function gatesCell({ spec, status }: Parts): string {
  const gates = objectsOf(spec.readinessGates);
  if (gates.length === 0) return '<none>';
  const open = gates.filter(
    ({ conditionType }) => conditionOf(status.conditions, textOf(conditionType))?.status === 'True',
  );
  return `${open.length}/${gates.length}`;
}

/** Templates of pods. */
export const podTemplateTable = kindTable([
  name,
  text('Containers', 'The names of the containers.', ({ object }) => containerNames(object.template)),
  text('Images', 'The images of the containers.', ({ object }) => containerImages(object.template)),
  text('Pod Labels', 'The labels a pod of it gets.', ({ object }) =>
    formatLabels(fieldsOf(fieldsOf(object.template).metadata).labels),
  ),
]);

/** Writes the names of the containers of a pod template. */
export function containerNames(template: unknown): string {
  return containersOf(template)
    .map((container) => textOf(container.name))
    .join(',');
}

/** Writes the images of the containers of a pod template. */
export function containerImages(template: unknown): string {
  return containersOf(template)
    .map((container) => textOf(container.image))
    .join(',');
}

function containersOf(template: unknown) {
  return objectsOf(fieldsOf(fieldsOf(template).spec).containers);
}
