/** The cluster that `troupe up --nats` founds: as `troupe up` would start it, but open to more hosts. */

import type { ControlPlane, NodeGroup } from '../../deploy/cluster-spec.ts';
import type { Founding } from '../../deploy/hosts/document.ts';
import type { parseRoles, RoleAsk } from '../../deploy/hosts/role-claims.ts';
import { groupsOf } from '../../lab/story/cluster-of.ts';
import type { Master } from '../../protocol/subjects.ts';
import { askedCluster, type ClusterOptions } from '../live/asked-cluster.ts';

/** A cluster to found, and what of it the first host has. */
export interface FirstHost {
  readonly cluster: string;
  readonly founding: Founding;
  readonly roles: ReturnType<typeof parseRoles>;
  readonly nodes: readonly NodeGroup[];
}

/** A network that is large enough however many nodes will join: a /24 each of 32,768. */
const roomyNetwork = '10.128.0.0/9';

/** Decides what to found. @throws InputError, UsageError */
export function firstHost(options: ClusterOptions & { seed?: string | undefined }): FirstHost {
  const { asked, spec } = askedCluster(options, undefined);
  const { nodes: _, ...rest } = spec;
  const manager = { 'cluster-cidr': roomyNetwork, ...rest.settings['kube-controller-manager'] };
  const settings = { ...rest.settings, 'kube-controller-manager': manager };
  const { seed = String(Math.floor(Math.random() * 2 ** 32)) } = options;
  return {
    cluster: spec.name,
    founding: { frame: { ...rest, settings, metricsServer: true }, seed, foundedAt: Date.now() },
    roles: rolesOf(spec.controlPlane),
    nodes: groupsOf(asked).filter(({ count }) => count > 0),
  };
}

/** A control plane of one is here as a whole; of a larger one each host has one of each. */
function rolesOf(controlPlane: ControlPlane): FirstHost['roles'] {
  const masters = Math.max(...Object.entries(controlPlane).map(([name, count]) => (name === 'dns' ? 1 : count)));
  if (masters > 1) return ['control-plane'];
  const all = Object.entries(controlPlane).flatMap(([component, count]) =>
    Array.from({ length: count }, (_, index): RoleAsk => ({ component: component as Master, index })),
  );
  return [...all, 'control-plane'];
}
