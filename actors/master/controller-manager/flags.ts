/** The settings of kube-controller-manager, named as its own flags. */

import { bool, defineFlags, duration, type FlagValues, list, number, text } from '../../../protocol/flags.ts';
import { leaderElectionFlags } from '../../client-go/leader-election/flags.ts';

/** kube-controller-manager's flags with Kubernetes's defaults, but for two that are set as kubeadm and Flannel set them. */
export const flags = defineFlags({
  controllers: list(['*'], 'Controllers to run: `*` is all of them, `foo` is foo, `-foo` is not foo.'),
  ...leaderElectionFlags('kube-controller-manager'),
  'kube-api-qps': number(20, 'Requests per second of one controller to the API server, past the burst.'),
  'kube-api-burst': number(30, 'Requests of one controller to the API server at once.'),
  'concurrent-rc-syncs': number(5, 'ReplicationControllers synced at once.'),
  'concurrent-replicaset-syncs': number(5, 'ReplicaSets synced at once.'),
  'concurrent-deployment-syncs': number(5, 'Deployments synced at once.'),
  'concurrent-endpoint-syncs': number(5, 'Services whose Endpoints are synced at once.'),
  'endpoint-updates-batch-period': duration(
    '0s',
    'How long the Endpoints wait for more changes of pods; fewer, later writes.',
  ),
  'concurrent-resource-quota-syncs': number(5, 'ResourceQuotas synced at once.'),
  'resource-quota-sync-period': duration('5m0s', 'How often the use of every ResourceQuota is counted anew.'),
  'concurrent-namespace-syncs': number(10, 'Namespaces synced at once.'),
  'concurrent-gc-syncs': number(20, 'Objects the garbage collector looks at at once.'),
  'enable-garbage-collector': bool(true, "Runs the garbage collector; must be as kube-apiserver's flag of this name."),
  'node-monitor-period': duration('5s', 'How often the health of the nodes is looked at.'),
  'node-monitor-grace-period': duration('40s', 'How long a node may be silent before it is marked unhealthy.'),
  'node-startup-grace-period': duration('1m0s', 'How long a node that never reported may be silent.'),
  'node-eviction-rate': number(0.1, 'Nodes per second whose pods are evicted, in a zone that is healthy.'),
  'secondary-node-eviction-rate': number(
    0.01,
    'Nodes per second whose pods are evicted, in a zone that is unhealthy; 0 where it is small.',
  ),
  'unhealthy-zone-threshold': number(
    0.55,
    'Share of nodes that must be not ready for a zone to be unhealthy; at least 3.',
  ),
  'large-cluster-size-threshold': number(
    50,
    'Nodes up to which a zone is small: nothing is evicted while it is unhealthy.',
  ),
  'terminated-pod-gc-threshold': number(
    12_500,
    'Ended pods that may be before the oldest are deleted; 0 for any number.',
  ),
  'allocate-node-cidrs': bool(
    true,
    'Gives each node a range of pod addresses. (False unless told, by Kubernetes; kubeadm sets it.)',
  ),
  'cluster-cidr': text('10.244.0.0/16', "All pod addresses. (None unless told, by Kubernetes; this is Flannel's.)"),
  'service-cluster-ip-range': text('', 'Addresses of Services, never given to nodes where both ranges overlap.'),
  'root-ca-file': text(
    '',
    'The certificate, as PEM, by which pods know the API server; every namespace gets it. (The path of a file, in Kubernetes.)',
  ),
  'node-cidr-mask-size': number(24, 'The prefix length of the range a node is given.'),
});

/** kube-controller-manager's settings. */
export type ControllerManagerConfig = FlagValues<typeof flags>;
