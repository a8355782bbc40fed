/** Lets a pod that names its node go nowhere else. */

import type { Plugin, Rejection } from '../plugin.ts';

const rejection: Rejection = { reasons: ["node(s) didn't match the requested node name"], isResolvable: false };

/** NodeName. */
export const nodeName: Plugin = {
  name: 'NodeName',
  weight: 0,
  helpedBy: ['node changed'],
  filter({ pod }) {
    const wanted = pod.spec.nodeName;
    return wanted ? ({ name }) => (name === wanted ? undefined : rejection) : undefined;
  },
};
