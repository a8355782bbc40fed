/** `kubectl get services`. */

import type { Service, ServicePort } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import { formatLabels } from './labels.ts';
import type { Column } from './table.ts';

/** The columns of Services. */
export const serviceColumns: readonly Column<Service>[] = [
  { name: 'Name', cell: ({ metadata }) => metadata.name },
  { name: 'Type', cell: ({ spec }) => spec.type ?? '' },
  { name: 'Cluster-IP', cell: ({ spec }) => spec.clusterIPs?.[0] ?? '<none>' },
  { name: 'External-IP', cell: externalCell },
  { name: 'Port(s)', cell: ({ spec }) => (spec.ports ?? []).map(portText).join(',') || '<none>' },
  { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) },
  { name: 'Selector', isWide: true, cell: ({ spec }) => formatLabels(spec.selector) },
];

/** `80/TCP`, or `80:30080/TCP` where it is open on the nodes. */
function portText({ port, nodePort, protocol = 'TCP' }: ServicePort): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

function externalCell({ spec, status }: Service): string {
  const given = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const balanced = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
      const addresses = [...new Set(balanced.filter((address) => address !== ''))].sort();
      return [...addresses, ...given].join(',') || '<pending>';
    }
    case 'ClusterIP':
    case 'NodePort':
      return given.join(',') || '<none>';
    default:
      return '<unknown>';
  }
}
