/** `kubectl label` and `kubectl annotate`: keys set, kept and taken away. */

import type { KubernetesObject } from '../../protocol/objects.ts';
import { KubectlError } from './refusal.ts';

/** Values by key; null takes the key away. */
export type KeyChanges = Readonly<Record<string, string | null>>;

/**
 * Makes the merge patch that changes labels or annotations; undefined where nothing would change.
 *
 * @throws KubectlError when a key has another value already and that may not be overwritten
 */
export function planChange(
  { metadata }: KubernetesObject,
  field: 'labels' | 'annotations',
  changes: KeyChanges,
  overwrite: boolean,
): object | undefined {
  const before = metadata[field] ?? {};
  const changed = Object.entries(changes).filter(([key, value]) => (before[key] ?? null) !== value);
  const taken = changed.filter(([key, value]) => value !== null && key in before);
  if (taken.length > 0 && !overwrite) {
    throw new KubectlError(
      refusalFor(
        field,
        taken.map(([key]) => `'${key}' already has a value (${before[key]})`),
      ),
    );
  }
  return changed.length === 0 ? undefined : { metadata: { [field]: Object.fromEntries(changed) } };
}

/** kubectl words the two commands differently. */
function refusalFor(field: 'labels' | 'annotations', taken: readonly string[]): string {
  if (field === 'labels') return `error: ${taken[0]}, and --overwrite is false`;
  return `error: --overwrite is false but found the following declared annotation(s): ${taken.join('; ')}`;
}
