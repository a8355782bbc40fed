/** A controller on a stage: its informers and the API server are played by the test. */

import { type Heard, type Stage, stage } from '../../../../engine/testing/stage.ts';
import { defaultsOf } from '../../../../protocol/flags.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import { objectKey } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { findKind, groupResource } from '../../../../protocol/resources.ts';
import { concerns } from '../../../client-go/informer/interest.ts';
import { defineController } from '../controller/actor.ts';
import { informerAddress } from '../controller/informer-address.ts';
import type { ControllerMemory, ControllerRule } from '../controller/rule.ts';
import { type ControllerManagerConfig, flags } from '../flags.ts';

const manager = 'c.master.controller-manager.0';

/** Puts a controller on a stage with what its informers know at first, and lets them be synced. */
export function play<Known>(
  rule: ControllerRule<Known>,
  objects: readonly KubernetesObject[] = [],
  config: Partial<ControllerManagerConfig> = {},
): Play<Known> {
  const one = new Play(rule, config);
  for (const object of objects) one.add(object);
  one.sync();
  return one;
}

/** A controller, and the verbs of a test about it. */
export class Play<Known> {
  readonly stage: Stage<ControllerMemory<Known>>;
  /** The resources whose informers it asked to be told by. */
  readonly subscribed: readonly string[];
  /** What the informers have told, by resource and key. */
  private readonly told = new Map<string, KubernetesObject>();
  private readonly rule: ControllerRule<Known>;
  private readonly written: Heard[] = [];

  constructor(rule: ControllerRule<Known>, config: Partial<ControllerManagerConfig> = {}) {
    this.rule = rule;
    this.stage = stage(defineController(rule), {
      address: `${manager}.${rule.kind}`,
      input: { apiserver: 'c.master.apiserver', config: { ...defaultsOf(flags), ...config } },
    });
    this.subscribed = this.stage.take('informer.subscribe').map(({ to }) => to.slice(to.lastIndexOf('.') + 1));
  }

  // The informers.

  /** Tells of a new object. */
  add<T extends KubernetesObject>(object: T): T {
    return this.tell('ADDED', object);
  }

  /** Tells of a changed object; what it was before is remembered. */
  change<T extends KubernetesObject>(object: T): T {
    return this.tell('MODIFIED', object);
  }

  /** Tells that an object is gone. */
  remove<T extends KubernetesObject>(object: T): T {
    return this.tell('DELETED', object);
  }

  /** Tells that all there was has been told. */
  sync(): void {
    for (const resource of this.rule.watched) this.say(resource, 'informer.synced', { resource });
  }

  private tell<T extends KubernetesObject>(type: Change['type'], object: T): T {
    const resource = resourceOf(object);
    const key = `${resource} ${objectKey(object)}`;
    const old = this.told.get(key);
    if (type === 'DELETED') this.told.delete(key);
    else this.told.set(key, object);
    const change: Change = { type, object, ...(type === 'MODIFIED' && old !== undefined ? { old } : {}) };
    const interest = this.rule.interest?.(resource);
    if (interest !== undefined && !concerns(interest, change)) return object;
    this.say(resource, 'informer.changed', { resource, changes: [change] });
    return object;
  }

  private say(resource: string, type: string, body: unknown): void {
    this.stage.send(type, body, { from: informerAddress(manager, resource) });
    this.writeEvents();
  }

  // The API server.

  /** Takes what was asked of the API server since the last time, but for the writing of events, which is done at once. */
  asked(): Heard[] {
    this.writeEvents();
    return this.stage.take();
  }

  private writeEvents(): void {
    for (;;) {
      const { sent } = this.stage;
      const writes = sent.filter(isEventWrite);
      if (writes.length === 0) return;
      this.stage.sent = sent.filter((message) => !isEventWrite(message));
      this.written.push(...writes);
      for (const write of writes) this.answer(write, write.body.object ?? { metadata: {} });
    }
  }

  /** Takes the one thing that was asked. @throws Error when it is none or more */
  askedOne(): Heard {
    const calls = this.asked();
    const [call] = calls;
    if (call === undefined || calls.length > 1) throw new Error(`asked ${calls.length} times: ${told(calls)}`);
    return call;
  }

  /** Answers that it is done. */
  ok(call: Heard | undefined, object: unknown = { metadata: {} }): void {
    this.answer(call, object);
    this.writeEvents();
  }

  private answer(call: Heard | undefined, object: unknown): void {
    this.stage.answer(call, 'request.succeeded', { code: 200, object });
  }

  /** Refuses. */
  refuse(call: Heard | undefined, status: Status): void {
    this.stage.answer(call, 'request.refused', { status });
    this.writeEvents();
  }

  /** The events written so far, as `reason: message`; `again` for one that is counted once more. */
  events(): string[] {
    return this.written.map(({ body }) => (body.object ? `${body.object.reason}: ${body.object.message}` : 'again'));
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.stage.advance(ms);
    this.writeEvents();
  }
}

function isEventWrite({ type, body }: Heard): boolean {
  return body?.resource === 'events' && (type === 'object.create' || type === 'object.patch');
}

/** Tells calls by verb, resource, name and subresource, such as `patch pods/a status`. */
export function told(calls: readonly Heard[]): string[] {
  return calls.map(({ type, body }) => {
    const verb = type.replace('object.', '');
    const named = body.name === undefined ? body.resource : `${body.resource}/${body.name}`;
    return body.subresource === undefined ? `${verb} ${named}` : `${verb} ${named} ${body.subresource}`;
  });
}

function resourceOf({ apiVersion, kind }: KubernetesObject): string {
  const found = findKind(apiVersion, kind);
  if (found === undefined) throw new Error(`no kind ${apiVersion} ${kind}`);
  return groupResource(found);
}
