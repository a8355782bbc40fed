/** How the kubelet makes its node known to the API server. */

import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { Node } from '../../../protocol/objects.ts';
import { createObject, getObject, patchObject, reasonOf } from '../../client-go/api-calls.ts';
import { type Me, tellUntold } from './memory.ts';
import { makeNode, nodeLabels } from './node-status.ts';
import { lookAtConditions, nodeFacts } from './node-writer.ts';

const options = { deadlineMs: 10_000, retries: 3, retryMs: 2500, note: { about: 'node' } };

/** Registers the node. */
export function createNode(self: Me): void {
  lookAtConditions(self);
  const node = makeNode(nodeFacts(self));
  createObject(self, self.memory.input.apiserver, { resource: 'nodes' }, node, options);
}

/** Tells whether registering failed for the node is there already: from an earlier life. */
export function isAdopted(_self: Me, event: RequestRefused): boolean {
  return (event.note as { about?: string } | undefined)?.about === 'node' && reasonOf(event) === 'AlreadyExists';
}

/** Reads the node that is there. */
export function askNode(self: Me): void {
  const target = { resource: 'nodes', name: self.memory.input.node.name };
  getObject(self, self.memory.input.apiserver, target, options);
}

/** The labels that a kubelet puts back where they differ; any other belongs to who changed it last. */
const ownLabels = [
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
];

function labelsToKeep(self: Me): Record<string, string> {
  const wanted = nodeLabels(self.memory.input.node);
  return Object.fromEntries(ownLabels.flatMap((key) => (wanted[key] === undefined ? [] : [[key, wanted[key]]])));
}

/** Compares it with what this machine would register: the labels that are the kubelet's own. */
export function judgeNode(self: Me, event: RequestSucceeded): void {
  const node = event.body.object as Node;
  const labels = node.metadata.labels ?? {};
  knowNode(self, node);
  const differs = Object.entries(labelsToKeep(self)).some(([key, value]) => labels[key] !== value);
  self.raise({ type: differs ? 'node.differs' : 'node.registered' });
}

/** Puts the kubelet's own labels back. */
export function updateNode(self: Me): void {
  const { node, apiserver } = self.memory.input;
  const patch = { metadata: { labels: labelsToKeep(self) } };
  patchObject(self, apiserver, { resource: 'nodes', name: node.name }, patch, options);
}

/** Takes it that the node is known, as it was written. */
export function noteRegistered(self: Me, event: RequestSucceeded): void {
  const { memory } = self;
  memory.registrationTries = 0;
  knowNode(self, event.body.object as Node);
  self.raise({ type: 'node.registered' });
}

/** Takes the node as it is known from now on; what could not be told before it was, is told now. */
function knowNode(self: Me, node: Node): void {
  const { memory } = self;
  const isNew = memory.node === undefined;
  memory.node ??= node;
  tellUntold(self);
  if (isNew && memory.wasReady) self.raise({ type: 'node.readied' });
}

/** Counts a failure. */
export function failRegistration({ memory }: Me): void {
  memory.registrationTries += 1;
}

/** Gives the ms until registering is tried again: 200 ms doubling to 7 s (kubelet's registerWithAPIServer). */
export function registrationBackOffMs({ memory }: Me): number {
  return Math.min(100 * 2 ** memory.registrationTries, 7000);
}
