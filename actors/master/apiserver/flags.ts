/** The settings of kube-apiserver, named after its own flags. */

import { bool, defineFlags, duration, list, number, text } from '../../../protocol/flags.ts';

/** As `kube-apiserver --help` of v1.30 names them and their defaults. */
export const flags = defineFlags({
  'advertise-address': text(
    '',
    'The IP address on which to advertise the API server to the members of the cluster; one of 172.31.0.0/24 by its number unless told.',
  ),
  'secure-port': number(6443, 'The port the `kubernetes` Service leads to.'),
  'service-cluster-ip-range': text('10.96.0.0/12', 'The CIDR from which Services are given their ClusterIPs.'),
  'service-node-port-range': text('30000-32767', 'The ports from which Services are given their NodePorts.'),
  'max-requests-inflight': number(
    400,
    'How many reading requests are handled at once; more are answered with 429. 0 for no limit.',
  ),
  'max-mutating-requests-inflight': number(
    200,
    'How many writing requests are handled at once; more are answered with 429. 0 for no limit.',
  ),
  'request-timeout': duration('1m0s', 'How long a request may stay in flight before it is answered with 504.'),
  'min-request-timeout': number(
    1800,
    'Seconds a watch lasts at least when its reader names no time; it ends at random within twice that.',
  ),
  'event-ttl': duration('1h0m0s', 'How long Events are kept.'),
  'lease-reuse-duration-seconds': number(60, 'How long one etcd lease is reused for further Events.'),
  'etcd-compaction-interval': duration('5m0s', 'How often old revisions in etcd are compacted away; 0 for never.'),
  'default-watch-cache-size': number(100, 'How many changes of a resource the watch cache holds at least.'),
  'default-not-ready-toleration-seconds': number(
    300,
    'The toleration of notReady:NoExecute that a pod without one is given.',
  ),
  'default-unreachable-toleration-seconds': number(
    300,
    'The toleration of unreachable:NoExecute that a pod without one is given.',
  ),
  'service-account-issuer': text(
    'https://kubernetes.default.svc.cluster.local',
    'Who the tokens of ServiceAccounts are from; only those are taken.',
  ),
  'api-audiences': list([], 'Whom tokens for the API server itself are meant for; the issuer unless told.'),
  'service-account-max-token-expiration': duration('0s', 'The longest time a token is good for; 0 for no limit.'),
  'service-account-extend-token-expiration': bool(
    true,
    'Whether the tokens that kubelets ask for pods are good for a year, for clients that do not read them anew.',
  ),
  'disable-admission-plugins': list([], 'Admission plugins that are on by default and shall be off.'),
  'enable-garbage-collector': bool(true, 'Whether deletion sets the finalizers the garbage collector works by.'),
});
