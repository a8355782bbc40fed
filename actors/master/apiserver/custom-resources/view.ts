/** Custom objects on their way out and in: asked for in one version, stored in another. Built-in kinds pass as they are. */

import type { ObjectChanged } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import type { Watcher } from '../watch/watcher-index.ts';
import { shownIn, storedForm } from './coerce.ts';
import type { CustomKind } from './kinds.ts';

/** Of what, and in which version, a request or a watch is. */
export interface Viewer {
  readonly custom: CustomKind | undefined;
  readonly kind: ResourceKind;
}

/** Gives an object of etcd as a request sees it. */
export function seenBy({ custom, kind }: Viewer, object: KubernetesObject): KubernetesObject {
  return custom === undefined ? object : shownIn(custom, kind.version, object);
}

/** Gives several. */
export function allSeenBy(viewer: Viewer, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return viewer.custom === undefined ? objects : objects.map((object) => seenBy(viewer, object));
}

/** Gives what is to be stored of an object that a request made. */
export function storedBy({ custom }: Viewer, object: KubernetesObject): KubernetesObject {
  return custom === undefined ? object : storedForm(custom, object);
}

/** Gives a watch's event as its reader sees it. */
export function toldTo(
  { custom, selection }: Pick<Watcher, 'custom' | 'selection'>,
  told: ObjectChanged['body'],
): ObjectChanged['body'] {
  if (custom === undefined) return told;
  const object = shownIn(custom, selection.kind.version, told.object);
  return object === told.object ? told : { type: told.type, object };
}
