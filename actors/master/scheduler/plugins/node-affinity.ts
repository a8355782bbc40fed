/** Places pods by the labels of nodes: nodeSelector and node affinity. */

import { acceptsAny, isWanted, preferenceFor } from '../node-terms.ts';
import { normalizeByHighest, type Plugin, type Rejection } from '../plugin.ts';

const rejection: Rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], isResolvable: false };

/** NodeAffinity. */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  helpedBy: ['node changed'],
  filter({ needs }) {
    const wishes = needs.nodes;
    if (acceptsAny(wishes)) return undefined;
    return ({ node }) => (node !== undefined && isWanted(wishes, node) ? undefined : rejection);
  },
  score({ needs }) {
    const wishes = needs.nodes;
    if (wishes.preferred.length === 0) return undefined;
    return {
      score: ({ node }) => (node === undefined ? 0 : preferenceFor(wishes, node)),
      normalize: (scores) => normalizeByHighest(scores, false),
    };
  },
};
