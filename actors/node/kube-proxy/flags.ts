/** kube-proxy's settings, by the names of its own flags. */

import { choice, defineFlags, duration, type FlagValues } from '../../../protocol/flags.ts';

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/ */
export const flags = defineFlags({
  'proxy-mode': choice(
    ['iptables', 'ipvs', 'nftables'],
    'iptables',
    'How a Service port picks an endpoint: iptables and nftables at random, ipvs by its scheduler.',
  ),
  'ipvs-scheduler': choice(
    ['rr', 'lc', 'sh'],
    'rr',
    'The scheduler of proxy mode ipvs: round robin, least connections, or by the hash of the source.',
  ),
  'iptables-min-sync-period': duration(
    '1s',
    'The least time between two writes of the forwarding table; changes in between wait together.',
  ),
});

export type KubeProxyConfig = FlagValues<typeof flags>;
