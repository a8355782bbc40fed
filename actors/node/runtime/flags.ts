/** The settings of a container runtime (containerd's and dockerd's own names, where they have one). */

import { defineFlags, duration, number, text } from '../../../protocol/flags.ts';

/** What a node's runtime can be told. */
export const flags = defineFlags({
  'pod-sandbox-image': text(
    'registry.k8s.io/pause:3.9',
    'The image of pause containers; empty: it need not be pulled.',
  ),
  'max-concurrent-downloads': number(3, 'Images pulled at once; more wait (as dockerd).'),
  'dial-timeout': duration('30s', 'How long a registry may leave a request unanswered.'),
  'image-pull-progress-timeout': duration('1m0s', 'How long a download may stand still before it is given up.'),
  'sandbox-setup': duration('50ms', "From a pause container's birth until the pod's namespaces stand."),
  'memory-capacity': number(0, 'Bytes of memory of the node, to tell when it gets short; 0: not known.'),
  'container-log-max-size': number(
    262_144,
    'Bytes of what a container says that are kept; the kubelet keeps 10Mi and more, but on a disk for each node.',
  ),
});
