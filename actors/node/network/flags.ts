/** The settings of a node's network (flanneld's role, and the kernel's). */

import { defineFlags, duration, number, text } from '../../../protocol/flags.ts';

/** The first is the kubelet's, for a node that runs without a control plane; the others are Troupe's own. */
export const flags = defineFlags({
  'pod-cidr': text('', 'The subnet for pod addresses until the node object names one (for a node without API server).'),
  'route-max-age': duration('60s', 'How long a route may be used before it is looked up again.'),
  'route-retry-period': duration(
    '5s',
    'How long an address nobody has a route to stays unreachable without asking again.',
  ),
  'conntrack-timeout': duration('120s', 'How long a connection without an answer is remembered (nf_conntrack).'),
  'max-hops': number(16, 'Routers a packet may pass.'),
});
