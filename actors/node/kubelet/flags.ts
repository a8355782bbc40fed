/** The kubelet's settings, named after its flags (KubeletConfiguration's fields where it has no flag). */

import { bool, defineFlags, duration, type FlagValues, map, number } from '../../../protocol/flags.ts';

/** The kubelet's settings. */
export const flags = defineFlags({
  'node-status-update-frequency': duration('10s', 'how often the node status is computed'),
  'node-status-report-frequency': duration('5m', 'how often the node status is posted when nothing of it changed'),
  'node-lease-duration-seconds': number(40, 'how long the node lease counts; it is renewed four times as often'),
  'register-node': bool(true, 'whether the kubelet registers its node with the API server'),
  'serialize-image-pulls': bool(true, 'whether images are pulled one at a time'),
  'max-parallel-image-pulls': number(0, 'images pulled at once where pulls are not serialized; 0 is no limit'),
  'system-reserved': map({}, 'resources set aside for the system, on top of what the machine itself declares'),
  'kube-reserved': map({}, 'resources set aside for Kubernetes, on top of what the machine itself declares'),
  'eviction-hard': map(
    { 'memory.available': '100Mi', 'nodefs.available': '10%' },
    'what must be left on the node; below it pods are evicted at once',
  ),
  'eviction-pressure-transition-period': duration('5m', 'how long the node stays under pressure after it was relieved'),
});

/** The values of the kubelet's settings. */
export type KubeletConfig = FlagValues<typeof flags>;
