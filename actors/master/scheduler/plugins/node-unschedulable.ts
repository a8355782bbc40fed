/** Keeps pods from nodes that are cordoned. */

import type { Plugin, Refusal } from '../plugin.ts';
import { toleratesTaint } from '../taints.ts';

const name = 'NodeUnschedulable';
const refusal: Refusal = { plugin: name, reasons: ['node(s) were unschedulable'], isResolvable: false };
const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** NodeUnschedulable. */
export const nodeUnschedulable: Plugin = {
  name,
  weight: 0,
  helpedBy: ['node changed'],
  filter({ pod, cache }) {
    if (cache.traits.cordons === 0) return undefined;
    const isTolerated = (pod.spec.tolerations ?? []).some((toleration) => toleratesTaint(toleration, cordon));
    if (isTolerated) return undefined;
    return ({ isCordoned }) => (isCordoned ? refusal : undefined);
  },
};
