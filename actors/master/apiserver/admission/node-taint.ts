/** What admission adds to a new node: the taint that keeps pods away until it is ready (TaintNodesByCondition). */

import type { Node } from '../../../../protocol/objects.ts';

const notReady = 'node.kubernetes.io/not-ready';

/** Adds the taint, which the node-lifecycle controller takes away once the node is ready. */
export function addNotReadyTaint(node: Node): Node {
  const taints = node.spec?.taints ?? [];
  const isTainted = taints.some(({ key, effect }) => key === notReady && effect === 'NoSchedule');
  return isTainted
    ? node
    : { ...node, spec: { ...node.spec, taints: [...taints, { key: notReady, effect: 'NoSchedule' }] } };
}
