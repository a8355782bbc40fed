/** Lets a pod that names its node go nowhere else. */

import type { Plugin, Refusal } from '../plugin.ts';

const name = 'NodeName';
const refusal: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match the requested node name"],
  isResolvable: false,
};

/** NodeName. */
export const nodeName: Plugin = {
  name,
  weight: 0,
  helpedBy: ['node changed'],
  filter({ pod }) {
    const wanted = pod.spec.nodeName;
    return wanted ? ({ name }) => (name === wanted ? undefined : refusal) : undefined;
  },
};
