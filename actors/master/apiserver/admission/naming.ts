/** What an object that is refused is called. */

import type { KubernetesObject } from '../../../../protocol/objects.ts';

/** Gives the name by which an object is refused: before it has one, the prefix of it (apiserver's `extractResourceName`). */
export function nameForRefusal({ metadata }: KubernetesObject): string {
  return metadata.name || metadata.generateName || 'Unknown';
}
