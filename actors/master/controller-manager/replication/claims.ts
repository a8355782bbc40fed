/** Which pods a controller owns, which it takes over and which it lets go (`PodControllerRefManager`). */

import { controllerOf, controllerReference, isDeleting } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Pod } from '../../../../protocol/objects.ts';
import { matchesLabels, type Selector } from '../../../../protocol/selectors.ts';
import { patchTo } from '../controller/patches.ts';
import type { Call } from '../controller/sync.ts';

/** The verdict on the pods an owner may have to do with. */
export interface Claims {
  /** It controls these, and they match. */
  readonly owned: readonly Pod[];
  /** Nobody controls these, and they match. */
  readonly adopt: readonly Pod[];
  /** It controls these, and they match no more. */
  readonly release: readonly Pod[];
}

/** Decides on each pod. An owner that is being deleted neither takes nor gives. */
export function claimPods(owner: KubernetesObject, selector: Selector, pods: Iterable<Pod>): Claims {
  const claims = { owned: [] as Pod[], adopt: [] as Pod[], release: [] as Pod[] };
  for (const pod of pods) {
    const controller = controllerOf(pod);
    const isMatch = matchesLabels(selector, pod.metadata.labels);
    if (controller !== undefined && controller.uid !== owner.metadata.uid) continue;
    if (controller !== undefined && isMatch) claims.owned.push(pod);
    else if (isDeleting(owner)) continue;
    else if (controller !== undefined) claims.release.push(pod);
    else if (isMatch && !isDeleting(pod)) claims.adopt.push(pod);
  }
  return claims;
}

/** Makes the call that takes a pod over; refused where another has it, or it is not this pod any more. */
export function adopt(owner: KubernetesObject, pod: Pod): Call {
  const { uid } = pod.metadata;
  return patchTo('pods', pod, { metadata: { ownerReferences: [controllerReference(owner)], uid } });
}

/** Makes the call that lets a pod go. */
export function release(owner: KubernetesObject, pod: Pod): Call {
  const { uid } = pod.metadata;
  const reference = { $patch: 'delete', uid: owner.metadata.uid };
  return patchTo('pods', pod, { metadata: { ownerReferences: [reference], uid } });
}
