/** Keeps pods from nodes that are cordoned. */

import type { Plugin, Rejection } from '../plugin.ts';
import { toleratesTaint } from '../taints.ts';

const rejection: Rejection = { reasons: ['node(s) were unschedulable'], isResolvable: false };
const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** NodeUnschedulable. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  weight: 0,
  helpedBy: ['node changed'],
  filter({ pod }) {
    const isTolerated = (pod.spec.tolerations ?? []).some((toleration) => toleratesTaint(toleration, cordon));
    if (isTolerated) return undefined;
    return ({ node }) => (node?.spec?.unschedulable === true ? rejection : undefined);
  },
};
