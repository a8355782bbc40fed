/** The table of Events, of both groups that serve them. */

import { since } from './age.ts';
import { kindTableOf, text, wide } from './column.ts';
import { countOf, type Fields, fieldsOf, isGiven, textOf } from './fields.ts';

/** An Event in the words of either group. */
interface EventParts {
  readonly event: Fields;
  readonly about: Fields;
  readonly source: Fields;
  readonly series: Fields | undefined;
  readonly firstSeen: string;
  readonly nowMs: number;
}

function eventPartsOf(object: unknown, nowMs: number): EventParts {
  const event = fieldsOf(object);
  const first = event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime;
  return {
    event,
    about: fieldsOf(event.involvedObject ?? event.regarding),
    source: fieldsOf(event.source ?? event.deprecatedSource),
    series: isGiven(event.series) ? fieldsOf(event.series) : undefined,
    firstSeen: since(first, nowMs),
    nowMs,
  };
}

/** Events. */
export const eventTable = kindTableOf<EventParts>(eventPartsOf, [
  text('Last Seen', 'The time since it last happened.', lastSeen),
  text('Type', 'Whether it is normal, or a warning.', ({ event }) => textOf(event.type)),
  text('Reason', 'What happened, in one word.', ({ event }) => textOf(event.reason)),
  text('Object', 'What it happened to.', objectCell),
  wide(text('Subobject', 'Which part of the object it happened to.', ({ about }) => textOf(about.fieldPath))),
  wide(text('Source', 'Who tells of it.', sourceCell)),
  text('Message', 'What happened, in words.', ({ event }) => textOf(event.message ?? event.note).trim()),
  wide(text('First Seen', 'The time since it first happened.', ({ firstSeen }) => firstSeen)),
  wide(text('Count', 'How often it happened.', countCell)),
  wide(text('Name', 'The name, unique among objects of its kind and namespace.', nameCell, 'name')),
]);

function lastSeen({ event, series, firstSeen, nowMs }: EventParts): string {
  if (series !== undefined) return since(series.lastObservedTime, nowMs);
  const last = event.lastTimestamp ?? event.deprecatedLastTimestamp;
  return isGiven(last) ? since(last, nowMs) : firstSeen;
}

function objectCell({ about }: EventParts): string {
  const kind = textOf(about.kind).toLowerCase();
  return textOf(about.name) === '' ? kind : `${kind}/${textOf(about.name)}`;
}

/** Older events name their source, newer ones their reporting controller. */
function sourceCell({ event, source }: EventParts): string {
  const component = textOf(source.component) || textOf(event.reportingComponent ?? event.reportingController);
  const where = textOf(source.host) || textOf(event.reportingInstance);
  return where === '' ? component : `${component}, ${where}`;
}

/** What happened once has no count in the newer group. */
function countCell({ event, series }: EventParts): number {
  return series === undefined ? countOf(event.count ?? event.deprecatedCount) || 1 : countOf(series.count);
}

function nameCell({ event }: EventParts): string {
  return textOf(fieldsOf(event.metadata).name);
}
