/** Places pods by the labels of nodes: nodeSelector and node affinity. */

import { acceptsAny, isWanted, preferenceFor } from '../node-terms.ts';
import { normalizeByHighest, type Plugin, type Refusal } from '../plugin.ts';

const name = 'NodeAffinity';
const refusal: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  isResolvable: false,
};

/** NodeAffinity. */
export const nodeAffinity: Plugin = {
  name,
  weight: 2,
  helpedBy: ['node changed'],
  filter({ needs }) {
    const wishes = needs.nodes;
    if (acceptsAny(wishes)) return undefined;
    return ({ node }) => (node !== undefined && isWanted(wishes, node) ? undefined : refusal);
  },
  score({ needs }, nodes) {
    const wishes = needs.nodes;
    if (wishes.preferred.length === 0) return undefined;
    const scores = nodes.map(({ node }) => (node === undefined ? 0 : preferenceFor(wishes, node)));
    return normalizeByHighest(scores, false);
  },
};
