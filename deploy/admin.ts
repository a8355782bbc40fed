/** A user with kubectl, outside the cluster: every verb is a recorded input, and takes the virtual time it takes. */

import type { Engine } from '../engine/engine.ts';
import type { KubernetesList, PatchType } from '../protocol/messages/api.ts';
import { withMeta } from '../protocol/meta.ts';
import type { KubernetesObject, Node } from '../protocol/objects.ts';
import { groupResource } from '../protocol/resources.ts';
import { clientAddress } from '../protocol/subjects.ts';
import { Conversation } from './admin/conversation.ts';
import { type DeletionOptions, deleteOptionsOf, waitUntilGone } from './admin/deletion.ts';
import { type DrainOptions, drainNode } from './admin/drain.ts';
import { type KeyChanges, planChange } from './admin/key-changes.ts';
import type { AdminOptions, Applied, InNamespace, Selection, WriteOptions } from './admin/options.ts';
import { kindOf, type Reference, resourceNamed, targetOf } from './admin/reference.ts';
import { KubectlError, refused } from './admin/refusal.ts';
import { changeTaints } from './admin/taints.ts';
import type { Verbs } from './admin/verbs.ts';
import { planApply } from './apply.ts';
import { type Cluster, outsideMachine } from './cluster.ts';

export type { DeletionOptions } from './admin/deletion.ts';
export type { DrainOptions } from './admin/drain.ts';
export type { KeyChanges } from './admin/key-changes.ts';
export type { AdminOptions, Applied, InNamespace, Selection, WriteOptions } from './admin/options.ts';
export type { Reference } from './admin/reference.ts';
export { KubectlError } from './admin/refusal.ts';

/** How often apply reads the object again after a conflict (kubectl's `maxPatchRetry`), and when it begins to wait. */
const mostPatchTries = 5;
const patchBackoffMs = 1_000;

/**
 * A user who runs kubectl. Each call returns when the API server has answered, and lets virtual time pass until then.
 *
 * What is refused is thrown as a `KubectlError`: its message is kubectl's, its `status` the API server's.
 * A `Reference` is `rc/frontend` as on a command line, a target, or the object itself.
 */
export class Admin implements Verbs {
  readonly engine: Engine;
  readonly address: string;
  private readonly conversation: Conversation;

  constructor(cluster: Cluster, options: AdminOptions = {}) {
    const { name = 'admin', requestTimeoutMs = 60_000 } = options;
    this.engine = cluster.engine;
    this.address = clientAddress(cluster.spec.name, name);
    const puppet = this.engine.puppet(this.address, undefined, { machine: outsideMachine });
    this.conversation = new Conversation(this.engine, puppet, cluster.apiserver, requestTimeoutMs);
  }

  /** Asks the API server anything, and gives the object it answers with. @throws KubectlError */
  request<T extends KubernetesObject>(type: string, body: object, doing?: string): T {
    const answer = this.conversation.ask(type, body);
    if (answer.type === 'request.refused') throw refused(answer.body.status, doing);
    return answer.body.object as T;
  }

  /** Tells whether an API server answers now. */
  isServed(): boolean {
    try {
      this.request('object.get', { resource: 'namespaces', name: 'default' });
      return true;
    } catch (error) {
      if (error instanceof KubectlError) return error.reason === 'NotFound';
      throw error;
    }
  }

  /** As `kubectl get TYPE/NAME`. @throws KubectlError */
  get<T extends KubernetesObject>(reference: Reference, options: InNamespace = {}): T {
    return this.request('object.get', targetOf(reference, options.namespace));
  }

  /** Gets an object, or undefined where there is none. @throws KubectlError for any other refusal */
  find<T extends KubernetesObject>(reference: Reference, options: InNamespace = {}): T | undefined {
    return orUndefined(() => this.get<T>(reference, options));
  }

  /** As `kubectl get TYPE`, by any name of the resource; by namespace and name. @throws KubectlError */
  list<T extends KubernetesObject>(resource: string, selection: Selection = {}): T[] {
    const kind = resourceNamed(resource);
    const { allNamespaces = false, namespace = 'default', ...selectors } = selection;
    const where = kind.namespaced && !allNamespaces ? { namespace } : {};
    const answer = this.request('object.list', { resource: groupResource(kind), ...where, ...selectors });
    return [...((answer as unknown as KubernetesList).items as T[])];
  }

  /** As `kubectl create -f`. @throws KubectlError */
  create<T extends KubernetesObject>(object: T, options: WriteOptions = {}): T {
    const { name: _, ...collection } = targetOf(object, options.namespace);
    const body = { ...collection, ...validationOf(options), object };
    return this.request('object.create', body, errorWhen('creating', options));
  }

  /** As `kubectl apply -f`: creates, or changes only what differs from the last time and from what is there. @throws KubectlError */
  apply<T extends KubernetesObject>(object: T, options: WriteOptions = {}): Applied<T> {
    const target = targetOf(object, options.namespace);
    const placed = target.namespace === undefined ? object : withMeta(object, { namespace: target.namespace });
    for (let tries = 1; ; tries++) {
      const live = this.find<T>(target);
      const plan = planApply(placed, live);
      if (plan.do === 'create') return { did: 'created', object: this.create(plan.object, options) };
      if (plan.do === 'nothing') return { did: 'unchanged', object: live as T };
      try {
        return { did: 'configured', object: this.patch<T>(target, plan.patch, options) };
      } catch (error) {
        if (!isConflict(error) || tries > mostPatchTries) throw error;
        if (tries > 1) this.engine.runFor(patchBackoffMs);
      }
    }
  }

  /** As `kubectl replace -f`: over whatever version is there, unless the object says which. @throws KubectlError */
  replace<T extends KubernetesObject>(object: T, options: WriteOptions = {}): T {
    const target = targetOf(object, options.namespace);
    const resourceVersion = object.metadata.resourceVersion ?? this.find(target)?.metadata.resourceVersion;
    const body = { ...target, ...validationOf(options), object: withMeta(object, { resourceVersion }) };
    return this.request('object.replace', body, errorWhen('replacing', options));
  }

  /** As `kubectl patch`; a strategic merge unless told. @throws KubectlError */
  patch<T extends KubernetesObject>(
    reference: Reference,
    patch: unknown,
    options: WriteOptions & { type?: PatchType; subresource?: string } = {},
  ): T {
    const { type = 'strategic', subresource, namespace } = options;
    const target = targetOf(reference, namespace);
    const part = subresource === undefined ? {} : { subresource };
    const body = { ...target, ...part, ...validationOf(options), patchType: type, patch };
    return this.request('object.patch', body, errorWhen('applying patch', options));
  }

  /** As `kubectl delete`, which does not wait unless told to here. @throws KubectlError */
  delete(reference: Reference, options: InNamespace & DeletionOptions = {}): void {
    const target = targetOf(reference, options.namespace);
    const before = options.wait ? this.find(target) : undefined;
    this.request('object.delete', { ...target, options: deleteOptionsOf(options) });
    if (before !== undefined) waitUntilGone(this, [before], options.timeoutMs);
  }

  /** As `kubectl delete TYPE --selector`: all that match, one by one. Gives what it deleted. @throws KubectlError */
  deleteAll(resource: string, selection: Selection & DeletionOptions = {}): KubernetesObject[] {
    const { allNamespaces, namespace, labelSelector, fieldSelector, ...options } = selection;
    const given = { allNamespaces, namespace, labelSelector, fieldSelector };
    const objects = this.list(resource, definedOf(given));
    for (const object of objects) this.delete(object, options);
    return objects;
  }

  /** As `kubectl scale --replicas`. @throws KubectlError */
  scale(reference: Reference, replicas: number, options: InNamespace = {}): void {
    if (!Number.isInteger(replicas) || replicas < 0) {
      const flag = 'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0';
      throw new KubectlError(`error: ${flag}`);
    }
    this.patch(reference, { spec: { replicas } }, { ...options, type: 'merge', subresource: 'scale' });
  }

  /** As `kubectl label`; null takes a label away. @throws KubectlError when a label has another value and `overwrite` is off */
  label<T extends KubernetesObject>(
    reference: Reference,
    labels: KeyChanges,
    options: InNamespace & { overwrite?: boolean } = {},
  ): T {
    return this.changeKeys(reference, 'labels', labels, options);
  }

  /** As `kubectl annotate`; null takes an annotation away. @throws KubectlError as `label` */
  annotate<T extends KubernetesObject>(
    reference: Reference,
    annotations: KeyChanges,
    options: InNamespace & { overwrite?: boolean } = {},
  ): T {
    return this.changeKeys(reference, 'annotations', annotations, options);
  }

  /** As `kubectl cordon`: no further pod is placed on the node. @throws KubectlError */
  cordon(node: string): void {
    this.setUnschedulable(node, true);
  }

  /** As `kubectl uncordon`. @throws KubectlError */
  uncordon(node: string): void {
    this.setUnschedulable(node, false);
  }

  /**
   * As `kubectl drain`: cordons the node, evicts its pods and waits until they are gone. Gives the pods it evicted.
   *
   * @throws KubectlError when pods are in the way that need an option to be evicted, or time runs out
   */
  drain(node: string, options: DrainOptions = {}): KubernetesObject[] {
    this.cordon(node);
    return drainNode(this, node, options);
  }

  /**
   * As `kubectl taint nodes`: `key=value:Effect` puts a taint on the node; `key:Effect-` and `key-` take taints away.
   *
   * @throws KubectlError when a taint is malformed, is there already and `overwrite` is off, or is not there to be taken away
   */
  taint(node: string, taints: readonly string[], options: { overwrite?: boolean } = {}): void {
    const before = this.get<Node>(`node/${node}`);
    const after = changeTaints(before, taints, options.overwrite ?? false);
    this.patch(before, { spec: { taints: after.length === 0 ? null : after } });
  }

  private changeKeys<T extends KubernetesObject>(
    reference: Reference,
    field: 'labels' | 'annotations',
    changes: KeyChanges,
    options: InNamespace & { overwrite?: boolean },
  ): T {
    const before = this.get<T>(reference, options);
    const patch = planChange(before, field, changes, options.overwrite ?? false);
    return patch === undefined ? before : this.patch(before, patch, { type: 'merge' });
  }

  private setUnschedulable(node: string, wanted: boolean): void {
    const before = this.get<Node>(`node/${node}`);
    if ((before.spec?.unschedulable ?? false) === wanted) return;
    this.patch(before, { spec: { unschedulable: wanted ? true : null } });
  }
}

/** Writes what a verb did as kubectl does: `replicationcontroller/frontend created`, `deployment.apps/web configured`. */
export function outcomeLine(object: KubernetesObject, did: string): string {
  const { singular, group } = kindOf(object);
  return `${group === '' ? singular : `${singular}.${group}`}/${object.metadata.name} ${did}`;
}

const validations = { strict: 'Strict', warn: 'Warn', ignore: 'Ignore' } as const;

function validationOf({ validate = 'strict' }: WriteOptions): { fieldValidation: 'Strict' | 'Warn' | 'Ignore' } {
  return { fieldValidation: validations[validate] };
}

/** What kubectl puts before a refusal of something that came from a file. */
function errorWhen(doing: string, { source }: WriteOptions): string {
  return source === undefined ? '' : `error when ${doing} "${source}"`;
}

function isConflict(error: unknown): boolean {
  return error instanceof KubectlError && error.reason === 'Conflict';
}

function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof KubectlError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

function definedOf<T extends object>(fields: T): { [Field in keyof T]?: NonNullable<T[Field]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
