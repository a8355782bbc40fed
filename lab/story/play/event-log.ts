/** Remembers the Events that components recorded, whether the API server took them or not. */

import type { Message } from '../../../protocol/message.ts';
import type { ObjectCreate, ObjectPatch } from '../../../protocol/messages/api.ts';
import type { KubernetesEvent } from '../../../protocol/objects.ts';
import type { EventCondition } from '../format.ts';

/** An Event, and how often what it says has happened. */
interface Logged {
  event: KubernetesEvent;
  count: number;
}

/** All Events of a run, by namespace and name. */
export class EventLog {
  private readonly logged = new Map<string, Logged>();
  private readonly tell: (event: KubernetesEvent, atMs: number) => void;

  constructor(tell: (event: KubernetesEvent, atMs: number) => void) {
    this.tell = tell;
  }

  /** Looks at a message that was sent; a request that is sent again tells nothing new. */
  see(message: Message, atMs: number): void {
    if (message.type === 'object.create') {
      const { resource, object } = (message as ObjectCreate).body;
      if (resource === 'events') this.add(object as KubernetesEvent, atMs);
    } else if (message.type === 'object.patch') {
      const { resource, namespace, name, patch } = (message as ObjectPatch).body;
      if (resource === 'events') this.count(`${namespace}/${name}`, patch);
    }
  }

  /** How often what a condition means has happened. */
  countOf({ reason, about, message }: EventCondition): number {
    let sum = 0;
    for (const { event, count } of this.logged.values()) {
      if (event.reason !== reason) continue;
      if (about !== undefined && !isAbout(event, about)) continue;
      if (message === undefined || event.message?.includes(message)) sum += count;
    }
    return sum;
  }

  /** The latest words of an Event with this reason; for what was seen instead. */
  latest(reason: string): string | undefined {
    return [...this.logged.values()].findLast(({ event }) => event.reason === reason)?.event.message;
  }

  private add(event: KubernetesEvent, atMs: number): void {
    const key = `${event.metadata.namespace}/${event.metadata.name}`;
    if (this.logged.has(key)) return;
    this.logged.set(key, { event, count: event.count ?? 1 });
    this.tell(event, atMs);
  }

  private count(key: string, patch: unknown): void {
    const one = this.logged.get(key);
    const { count } = patch as { count?: number };
    if (one !== undefined && count !== undefined) one.count = Math.max(one.count, count);
  }
}

/** Tells whether an Event is about `kind/name` (or `name`), where `*` stands for any text. */
function isAbout({ involvedObject }: KubernetesEvent, about: string): boolean {
  const name = involvedObject.name ?? '';
  const whole = `${(involvedObject.kind ?? '').toLowerCase()}/${name}`;
  const form = about
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${form}$`, 'i').test(about.includes('/') ? whole : name);
}
