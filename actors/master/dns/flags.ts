/** The settings of the cluster's DNS, as CoreDNS's kubernetes plug-in has them in kubeadm's Corefile. */

import { defineFlags, type FlagValues, number, text } from '../../../protocol/flags.ts';

/** https://coredns.io/plugins/kubernetes/ */
export const flags = defineFlags({
  'cluster-domain': text('cluster.local', 'The zone of all names in the cluster.'),
  ttl: number(30, 'Seconds an answer may be kept.'),
});

export type DnsConfig = FlagValues<typeof flags>;
