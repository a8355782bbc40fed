/** What watches are sent, and that it is made once for all who are told the same. */

import { describe, expect, it } from 'vitest';
import type { Message } from '../../protocol/message.ts';
import type { ObjectChanged } from '../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import type { StreamReading } from '../cluster-link.ts';
import { watchAnswer } from '../watching.ts';
import type { Form } from './forms.ts';
import { eventsWritten } from './written-events.ts';

const plain: Form = {
  as: '',
  asVersion: '',
  includeObject: 'Metadata',
  kind: { group: '', version: 'v1', kind: 'ConfigMap' },
};
const table: Form = { ...plain, as: 'Table', asVersion: 'v1' };
const now = () => 0;

function added(name: string): ObjectChanged['body'] {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { a: 'b' } };
  return { type: 'ADDED', object: object as unknown as KubernetesObject };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('an event', () => {
  it('is a line of JSON, the same bytes for every watch that is told it', () => {
    const event = added('a');
    const [one, other] = [eventsWritten(plain, 'json', now), eventsWritten(plain, 'json', now)];
    expect(JSON.parse(text(one(event)))).toEqual({ type: 'ADDED', object: event.object });
    expect(text(one(event)).endsWith('}\n')).toBe(true);
    expect(other(event)).toBe(one(event));
  });

  it('is told by its own type, whatever another event said of the same object', () => {
    const event = added('a');
    const write = eventsWritten(plain, 'json', now);
    write(event);
    expect(JSON.parse(text(write({ ...event, type: 'MODIFIED' })))).toMatchObject({ type: 'MODIFIED' });
  });

  it('is another thing in another format', () => {
    const event = added('a');
    const [line, frame] = [eventsWritten(plain, 'json', now)(event), eventsWritten(plain, 'protobuf', now)(event)];
    expect(frame).not.toEqual(line);
    expect(eventsWritten(plain, 'protobuf', now)(event)).toBe(frame);
  });

  it('of a table belongs to its watch alone: only the first tells the columns', () => {
    const [one, other] = [eventsWritten(table, 'json', now), eventsWritten(table, 'json', now)];
    const columns = (bytes: Uint8Array) => JSON.parse(text(bytes)).object.columnDefinitions?.length ?? 0;
    const event = added('a');
    expect([columns(one(event)), columns(one(event))]).toEqual([expect.any(Number), 0]);
    expect(columns(other(event))).toBeGreaterThan(0);
  });
});

describe('a watch that is behind', () => {
  it('is told all at once, in order, and so is the next', async () => {
    const [a, b, c] = [added('a'), added('b'), added('c')];
    const told = async (events: readonly ObjectChanged['body'][]) => {
      const { body } = await watchAnswer(readingOf(events), eventsWritten(plain, 'json', now), 'application/json');
      const all: string[] = [];
      for await (const piece of body as AsyncIterable<Uint8Array>) all.push(text(piece));
      const lines = all
        .join('')
        .split('\n')
        .filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line).object.metadata.name);
    };
    expect(await told([a, b, c])).toEqual(['a', 'b', 'c']);
    expect(await told([a, b, c])).toEqual(['a', 'b', 'c']);
    expect(await told([a, c, b])).toEqual(['a', 'c', 'b']);
    expect(await told([a, b])).toEqual(['a', 'b']);
  });
});

/** A reading that has all its events at once, and ends. */
function readingOf(events: readonly ObjectChanged['body'][]): StreamReading {
  const waiting = events.map((body) => ({ type: 'object.changed', body }) as unknown as Message);
  return {
    ending: undefined,
    close: () => {},
    next: async () => waiting.splice(0),
    async *[Symbol.asyncIterator]() {
      yield* waiting;
    },
  };
}
