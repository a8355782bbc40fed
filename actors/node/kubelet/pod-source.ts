/** The pods bound to this node, as the API tells of them. */

import type { Change, InformerChanged } from '../../../protocol/messages/informer.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { isMirror } from './admission.ts';
import type { Me } from './memory.ts';
import { forgetMirror, noteMirror } from './mirrors.ts';
import { considerPod, forgetPod } from './pods.ts';

/** Keeps changes for when the runtime is known: before that nobody can tell what runs already. */
export function holdPodChanges({ memory }: Me, { changes }: InformerChanged['body']): void {
  memory.held.push(...changes);
}

/** Takes changes of the pods bound to this node; new ones in the order of their creation. */
export function takePodChanges(self: Me, changes: readonly Change[]): void {
  const added = changes.filter(({ type }) => type === 'ADDED');
  if (added.length > 1) added.sort(byCreation);
  for (const { object } of added) take(self, object as Pod);
  for (const { type, object } of changes) {
    if (type === 'MODIFIED') take(self, object as Pod);
    else if (type === 'DELETED') drop(self, object as Pod);
  }
}

function take(self: Me, pod: Pod): void {
  if (isMirror(pod)) noteMirror(self, pod);
  else considerPod(self, pod);
}

function drop(self: Me, pod: Pod): void {
  if (isMirror(pod)) forgetMirror(self, pod);
  else forgetPod(self, pod);
}

function byCreation({ object: a }: Change, { object: b }: Change): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return objectKey(a) < objectKey(b) ? -1 : 1;
}
