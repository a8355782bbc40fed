/** Custom resources in the graph: an informer for each, from when its definition is served until it is not. */

import type { Change, InformerInput, InformerSubscribe, Interest } from '../../../../protocol/messages/informer.ts';
import type { OwnerReference } from '../../../../protocol/objects.ts';
import { apiVersionOf, findKind, type ResourceKind } from '../../../../protocol/resources.ts';
import { childAddress } from '../../../../protocol/subjects.ts';
import { takeDefinition } from '../controller/custom-kinds.ts';
import type { Me } from '../controller/rule.ts';
import { type Graph, kindKey } from './graph.ts';

type Collector = Me<Graph>;

/** It asks the API server for the rest of an object before it acts. */
export const interest: Interest = {
  fields: ['metadata.ownerReferences', 'metadata.finalizers', 'metadata.deletionTimestamp'],
};

/** Takes in a change of a definition: begins, or ends, to watch its objects. Gives those that are gone with it, by uid. */
export function followDefinition(self: Collector, change: Change): readonly string[] {
  const { custom } = self.memory.known;
  const resource = change.object.metadata.name;
  const wasServed = custom.has(resource);
  takeDefinition(custom, change);
  const kind = custom.get(resource);
  if (kind === undefined) return wasServed ? leave(self, resource) : [];
  noteScope(self.memory.known, kind);
  if (!wasServed) follow(self, resource);
  return [];
}

function noteScope({ clusterWide }: Graph, kind: ResourceKind): void {
  const key = kindKey({ apiVersion: apiVersionOf(kind), kind: kind.kind });
  if (kind.namespaced) clusterWide.delete(key);
  else clusterWide.add(key);
}

function informerOf({ address }: Collector, resource: string): string {
  return childAddress(address, 'informer', resource);
}

function follow(self: Collector, resource: string): void {
  const { apiserver } = self.memory.input;
  const input: InformerInput = { resource, apiserver, isShared: true };
  self.spawn(informerOf(self, resource), 'informer', input);
  self.send<InformerSubscribe>(informerOf(self, resource), 'informer.subscribe', interest);
}

/** A resource that is served no more has no objects: its definition went after them. */
function leave(self: Collector, resource: string): readonly string[] {
  self.stop(informerOf(self, resource));
  const items = [...self.memory.known.items.values()];
  return items.filter((item) => item.resource === resource).map(({ uid }) => uid);
}

/** Finds the kind of an owner; one of a custom resource is found whatever version is spoken of. */
export function ownerKind({ custom }: Graph, owner: OwnerReference): ResourceKind | undefined {
  const builtIn = findKind(owner.apiVersion, owner.kind);
  if (builtIn !== undefined) return builtIn;
  for (const kind of custom.values()) {
    if (kindKey({ apiVersion: apiVersionOf(kind), kind: kind.kind }) === kindKey(owner)) return kind;
  }
  return undefined;
}
