/** events.k8s.io/v1: Events are stored in the older form of core/v1, which says the same in other words. */

import type * as events from 'kubernetes-types/events/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, required } from '../../../../protocol/field-errors.ts';
import type { KubernetesEvent, KubernetesObject } from '../../../../protocol/objects.ts';
import { immutable } from '../kinds/metadata.ts';
import type { Form } from './conversion.ts';

type NewEvent = Omit<events.Event, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

/** Each field of events.k8s.io/v1, and what core/v1 calls it. */
const names: readonly (readonly [keyof NewEvent, keyof KubernetesEvent])[] = [
  ['eventTime', 'eventTime'],
  ['series', 'series'],
  ['reportingController', 'reportingComponent'],
  ['reportingInstance', 'reportingInstance'],
  ['action', 'action'],
  ['reason', 'reason'],
  ['regarding', 'involvedObject'],
  ['related', 'related'],
  ['note', 'message'],
  ['type', 'type'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

const regarding = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** Events as events.k8s.io/v1 has them. */
export const eventsV1: Form<NewEvent, KubernetesEvent> = {
  store: (event) => {
    const stored: Record<string, unknown> = { apiVersion: 'v1', kind: 'Event', metadata: event.metadata };
    for (const [ours, theirs] of names) if (event[ours] !== undefined) stored[theirs] = event[ours];
    stored.involvedObject ??= {};
    return stored as unknown as KubernetesEvent;
  },
  show: (event) => {
    const shown: Record<string, unknown> = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: event.metadata,
      // Kubernetes writes the missing time as null.
      eventTime: null,
    };
    for (const [ours, theirs] of names) if (event[theirs] !== undefined) shown[ours] = event[theirs];
    return shown as unknown as NewEvent;
  },
  fields: new Map([
    ['metadata.name', 'metadata.name'],
    ['metadata.namespace', 'metadata.namespace'],
    ['reason', 'reason'],
    ['type', 'type'],
    ['reportingController', 'reportingComponent'],
    ...regarding.map((field) => [`regarding.${field}`, `involvedObject.${field}`] as const),
  ]),
  validateCreate: (event) => {
    const { source = {} } = event;
    const errors = seriesErrors(event);
    if (event.eventTime === undefined) errors.push(required('eventTime'));
    if (event.type !== 'Normal' && event.type !== 'Warning') {
      errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`));
    }
    for (const field of ['firstTimestamp', 'lastTimestamp', 'count'] as const) {
      if (event[field]) errors.push(invalid(field, '', 'needs to be unset'));
    }
    return source.component || source.host ? [...errors, invalid('source', '', 'needs to be unset')] : errors;
  },
  validateUpdate: (event, old) => [
    ...(event.series === old.series ? [] : seriesErrors(event)),
    ...lasting.flatMap(([field, name]) => immutable(event[field], old[field], name)),
  ],
};

/** What of an Event never changes, and what Kubernetes calls it when it is refused. */
const lasting: readonly (readonly [keyof KubernetesEvent, string])[] = [
  ['involvedObject', 'involvedObject'],
  ['reason', 'reason'],
  ['message', 'message'],
  ['source', 'source'],
  ['firstTimestamp', 'firstTimestamp'],
  ['lastTimestamp', 'lastTimestamp'],
  ['count', 'count'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingComponent', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
];

function seriesErrors({ series }: KubernetesEvent): FieldError[] {
  if (series === undefined) return [];
  const errors = (series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : [];
  return series.lastObservedTime === undefined ? [...errors, required('series.lastObservedTime')] : errors;
}
