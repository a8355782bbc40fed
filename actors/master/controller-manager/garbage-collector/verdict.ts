/** What is to become of an object by what became of its owners (`attemptToDeleteItem`). */

import type { KubernetesObject, OwnerReference } from '../../../../protocol/objects.ts';
import { foregroundFinalizer, hasFinalizer, orphanFinalizer, ownersOf } from './graph.ts';

/** How an owner is found. */
export type OwnerState = 'solid' | 'absent' | 'waiting';

/** The verdict on an object. */
export type Verdict =
  | { readonly do: 'keep' }
  /** Another owner stays: the references to the others go. */
  | { readonly do: 'detach'; readonly owners: readonly string[] }
  | { readonly do: 'delete'; readonly policy: 'Orphan' | 'Background' | 'Foreground'; readonly unblocks: boolean };

/**
 * Decides. `states` are those of its owners in their order; `dependents` tells of its own: whether there are any, and
 * whether one of them is being deleted in the foreground itself.
 */
export function verdictOn(
  object: KubernetesObject,
  states: readonly OwnerState[],
  dependents: { readonly hasAny: boolean; readonly isOneWaiting: boolean },
): Verdict {
  const those = (state: OwnerState): OwnerReference[] => ownersOf(object).filter((_, i) => states[i] === state);
  const [solid, absent, waiting] = [those('solid'), those('absent'), those('waiting')];
  if (solid.length > 0) {
    const lost = [...absent, ...waiting].map(({ uid }) => uid);
    return lost.length === 0 ? { do: 'keep' } : { do: 'detach', owners: lost };
  }
  // Its owner waits for it in the foreground: so it waits for its own dependents in the same way, unless they are in a circle.
  if (waiting.length > 0 && dependents.hasAny) {
    return { do: 'delete', policy: 'Foreground', unblocks: dependents.isOneWaiting };
  }
  return { do: 'delete', policy: policyOf(object), unblocks: false };
}

/** What an earlier deletion asked for stays asked for. */
function policyOf(object: KubernetesObject): 'Orphan' | 'Background' | 'Foreground' {
  if (hasFinalizer(object, orphanFinalizer)) return 'Orphan';
  return hasFinalizer(object, foregroundFinalizer) ? 'Foreground' : 'Background';
}
