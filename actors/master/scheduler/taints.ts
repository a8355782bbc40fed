/** Which taints a pod tolerates. */

import type { Taint, Toleration } from '../../../protocol/objects.ts';

/** Tells whether a toleration covers a taint. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return (toleration.value ?? '') === (taint.value ?? '');
}

/** Finds the first taint that none of the tolerations covers. */
export function untolerated(
  taints: readonly Taint[],
  tolerations: readonly Toleration[] | undefined,
): Taint | undefined {
  for (const taint of taints) if (!tolerations?.some((toleration) => toleratesTaint(toleration, taint))) return taint;
  return undefined;
}
