/** The labels that a node bears under an old name too (`reconcileNodeLabels`). */

import type { Node } from '../../../../protocol/objects.ts';

const oldNames: readonly (readonly [name: string, oldName: string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
];

/** Gives the labels to set so that the old names say what the new ones do; undefined where they do. */
export function labelsToSet({ metadata: { labels = {} } }: Node): Record<string, string> | undefined {
  const changes: Record<string, string> = {};
  let isAny = false;
  for (const [name, oldName] of oldNames) {
    const value = labels[name];
    if (value === undefined || labels[oldName] === value) continue;
    changes[oldName] = value;
    isAny = true;
  }
  return isAny ? changes : undefined;
}
