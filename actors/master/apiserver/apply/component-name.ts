/** Under which name a component of the cluster manages fields: that of its program, as its address says. */

import { unescapeToken } from '../../../../protocol/subjects.ts';

/** By the second or fourth token of an address. The kubelet's workers speak for it. */
const programs: Readonly<Record<string, string>> = {
  apiserver: 'kube-apiserver',
  'controller-manager': 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  etcd: 'etcd',
  dns: 'coredns',
  kubelet: 'kubelet',
  pod: 'kubelet',
  'kube-proxy': 'kube-proxy',
  network: 'flanneld',
  runtime: 'dockerd',
};

/** Names the program at an address; a client by its own name. */
export function componentName(address: string): string {
  const [, role, name = '', component = ''] = address.split('.');
  if (role === 'client') return unescapeToken(name);
  return programs[role === 'node' ? component : name] ?? 'unknown';
}
