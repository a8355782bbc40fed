/** The kinds that every group has a form of: its objects are deleted with one, and watched by the other. */

import type { ServedGroup } from '../discovery/group-priority.ts';
import type { GroupVersionKind } from './json-schema.ts';

/** Names such a kind in each version of each group, in alphabetical order. */
export function optionsKinds(groups: readonly ServedGroup[], kind: string): readonly GroupVersionKind[] {
  return groups
    .flatMap(({ name, versions }) => versions.map(({ version }) => ({ group: name, kind, version })))
    .sort((a, b) => (`${a.group}/${a.version}` < `${b.group}/${b.version}` ? -1 : 1));
}
