/** A scheduler on a stage, for tests: informers, API server and leader election are played by hand. */

import { type Heard, type Stage, stage } from '../../../../engine/testing/stage.ts';
import { parseFlags } from '../../../../protocol/flags.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import type { KubernetesObject, Pod } from '../../../../protocol/objects.ts';
import { findKind, groupResource, type ResourceKind } from '../../../../protocol/resources.ts';
import { success } from '../../../../protocol/status.ts';
import { scheduler } from '../actor.ts';
import { flags } from '../flags.ts';
import { onNode } from './sample-objects.ts';

const apiserver = 'c.master.apiserver';

/** A scheduler and those it talks to. */
export class SchedulerWorld {
  readonly s: Stage;
  private readonly known = new Map<string, KubernetesObject>();

  constructor(config: Record<string, unknown> = {}) {
    this.s = stage(scheduler, { input: { apiserver, config: parseFlags(flags, config) } });
  }

  /** Tells of objects as the informers do. */
  see(...objects: KubernetesObject[]): this {
    return this.tell(objects.map((object) => ({ type: this.known.has(idOf(object)) ? 'MODIFIED' : 'ADDED', object })));
  }

  lose(...objects: KubernetesObject[]): this {
    return this.tell(objects.map((object) => ({ type: 'DELETED', object })));
  }

  private tell(changes: Change[]): this {
    for (const resource of new Set(changes.map(({ object }) => resourceOf(object)))) {
      const some = changes.filter(({ object }) => resourceOf(object) === resource);
      for (const { type, object } of some) {
        if (type === 'DELETED') this.known.delete(idOf(object));
        else this.known.set(idOf(object), object);
      }
      this.s.send('informer.changed', { resource, changes: some }, { from: `${this.s.address}.informer.${resource}` });
    }
    return this;
  }

  sync(): this {
    for (const { input, kind, address } of this.s.spawned.splice(0)) {
      if (kind === 'informer') this.s.send('informer.synced', { resource: input.resource }, { from: address });
    }
    return this;
  }

  lead(): this {
    this.sync();
    this.s.send('leadership.acquired', { transitions: 0 }, { from: `${this.s.address}.leader-election` });
    return this;
  }

  /** What it wants bound, as `pod -> node`; each is done, and the informer shows it, if told so. */
  bindings(isDone = true): string[] {
    return this.s.take('object.create').flatMap((message) => {
      if (message.body.subresource !== 'binding') {
        this.s.sent.push(message);
        return [];
      }
      const { metadata, target } = message.body.object;
      if (isDone) this.bound(message);
      return [`${metadata.name} -> ${target.name}`];
    });
  }

  bound(message: Heard): void {
    const { metadata, target } = message.body.object;
    const object = this.known.get(`Pod ${metadata.name}`) as Pod;
    this.s.answer(message, 'request.succeeded', { code: 201, object: success() as never });
    this.see(onNode(object, target.name));
  }

  /** The events it told, as `Reason: message`. */
  events(): string[] {
    const events = this.s.sent.filter(({ body }) => body?.resource === 'events');
    this.s.sent = this.s.sent.filter((message) => !events.includes(message));
    return events.map(({ type, body }) =>
      type === 'object.create' ? `${body.object.reason}: ${body.object.message}` : `again: ${body.patch.message}`,
    );
  }
}

const resourceOf = ({ apiVersion, kind }: KubernetesObject) =>
  groupResource(findKind(apiVersion, kind) as ResourceKind);
const idOf = (object: KubernetesObject) => `${object.kind} ${object.metadata.name}`;
