/** The deeds of a user with kubectl. */

import { KubectlError, outcomeLine } from '../../../../deploy/admin.ts';
import type { Manifest } from '../../../../deploy/manifests.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { groupResource } from '../../../../protocol/resources.ts';
import type { Deeds, NodeChoice } from '../../format.ts';
import { type Reference, referenceOf } from '../../words.ts';
import { chooseNodes } from '../choose.ts';
import { type Stage, tell } from '../stage.ts';
import { StoryError } from '../story-error.ts';

/** kubectl apply. It is told first: what comes of it begins while it goes on. */
export function apply(stage: Stage, manifests: readonly Manifest[]): void {
  tell(stage, 'act', `kubectl apply: ${inShort(manifests)}`);
  for (const { object, kind } of manifests) {
    said(() => stage.admin.apply(object));
    const { namespace = '', name } = object.metadata;
    const reference = { kind, namespace, name };
    stage.applied.set(keyOf(reference), reference);
    see(stage, reference);
  }
}

/** ms that somebody waits to see what he has done himself. */
const blinkMs = 5_000;

/** Waits until the object is seen as it was left, so that what comes next is not judged by how it was before. */
function see({ admin, engine, view }: Stage, { kind, namespace, name }: Reference): void {
  const resource = groupResource(kind);
  if (!view.isLive(resource)) return;
  const left = said(() => admin.find(targetOf({ kind, namespace, name })));
  const versionOf = (object: KubernetesObject | undefined) => Number(object?.metadata.resourceVersion ?? 0);
  engine.runUntil(() => versionOf(view.find(resource, namespace, name)) >= versionOf(left), { withinMs: blinkMs });
}

/** Names a few objects; of many, tells only how many of each kind. */
function inShort(manifests: readonly Manifest[]): string {
  if (manifests.length <= 3) return manifests.map(({ object }) => outcomeLine(object, '').trim()).join(', ');
  const counts = new Map<string, number>();
  for (const { kind } of manifests) counts.set(kind.kind, (counts.get(kind.kind) ?? 0) + 1);
  return [...counts]
    .map(([kind, count]) => `${count} ${kind}${count > 1 && !kind.endsWith('s') ? 's' : ''}`)
    .join(', ');
}

/** kubectl delete, without waiting for the end. */
export function remove(stage: Stage, given: string | readonly string[]): string[] {
  return [given].flat().map((text) => {
    const reference = known(text);
    said(() => stage.admin.delete(targetOf(reference)));
    forget(stage, reference);
    return text;
  });
}

/** kubectl scale. */
export function scale(stage: Stage, replicas: NonNullable<Deeds['scale']>): string[] {
  return Object.entries(replicas).map(([text, count]) => {
    const reference = known(text);
    said(() => stage.admin.scale(targetOf(reference), count));
    see(stage, reference);
    return `${text} to ${count}`;
  });
}

/** kubectl label --overwrite. */
export function label(stage: Stage, changes: NonNullable<Deeds['label']>): string[] {
  return Object.entries(changes).map(([text, labels]) => {
    const reference = known(text);
    said(() => stage.admin.label(targetOf(reference), labels, { overwrite: true }));
    see(stage, reference);
    const words = Object.entries(labels).map(([key, value]) => (value === null ? `${key}-` : `${key}=${value}`));
    return `${text} ${words.join(' ')}`;
  });
}

/** kubectl patch. */
export function patch(stage: Stage, patches: NonNullable<Deeds['patch']>): string[] {
  return Object.entries(patches).map(([text, change]) => {
    const reference = known(text);
    said(() => stage.admin.patch(targetOf(reference), change));
    see(stage, reference);
    return text;
  });
}

/** kubectl cordon, uncordon and drain. */
export function withNodes(stage: Stage, choice: NodeChoice, verb: 'cordon' | 'uncordon' | 'drain'): string[] {
  const nodes = chooseNodes(stage, choice);
  for (const node of nodes) {
    if (verb === 'drain') said(() => stage.admin.drain(node, { ignoreDaemonsets: true, deleteEmptydirData: true }));
    else said(() => stage.admin[verb](node));
  }
  return nodes;
}

/** What is deleted need not be ready any more, nor anything in a namespace that is. */
function forget({ applied }: Stage, gone: Reference): void {
  for (const [key, one] of applied) {
    const isInside = gone.kind.kind === 'Namespace' && one.namespace === gone.name;
    if (isInside || key === keyOf(gone)) applied.delete(key);
  }
}

function keyOf({ kind, namespace, name }: Reference): string {
  return `${groupResource(kind)} ${namespace}/${name}`;
}

/** A kind was checked when the story was read. */
function known(text: string): Reference {
  const reference = referenceOf(text);
  if (reference === undefined) throw new StoryError(`there is no kind as in "${text}"`);
  return reference;
}

function targetOf({ kind, namespace, name }: Reference) {
  return { resource: groupResource(kind), name, ...(namespace !== '' && { namespace }) };
}

/** A refusal stops the story: kubectl's words say why. */
function said<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof KubectlError) throw new StoryError(error.message);
    throw error;
  }
}
