/** The node IPAM controller: gives each node a range of pod addresses of its own (`RangeAllocator`). */

import type { Change } from '../../../../protocol/messages/informer.ts';
import type { Node } from '../../../../protocol/objects.ts';
import { applyChange, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { patchTo } from '../controller/patches.ts';
import { type ControllerRule, type Me, record } from '../controller/rule.ts';
import { callThen, failBy, finish, refusalsOf, type Step, type Sync } from '../controller/sync.ts';
import type { ControllerManagerConfig } from '../flags.ts';
import { allocate, type CidrSet, makeCidrSet, occupy, release } from './cidr-set.ts';

/** What the allocator knows. */
interface IpamCache {
  nodes: Store<Node>;
  cidrs: CidrSet;
}

type Controller = Me<IpamCache>;

/** What is given to a node, and how often it was tried to write it. */
interface Work {
  readonly node: Node;
  readonly cidr: string;
  tries: number;
}

/** As `cidrUpdateWorkers` and `cidrUpdateRetries`. */
const workers = 30;
const triesMax = 3;

/** As kube-controller-manager's `node-ipam-controller`. */
export const nodeIpamRule: ControllerRule<IpamCache> = {
  kind: 'node-ipam-controller',
  component: 'cidrAllocator',
  watched: ['nodes'],
  workers: () => workers,
  known: (config) => ({ nodes: makeStore(), cidrs: cidrsOf(config) }),
  take,
  step,
};

function cidrsOf(config: ControllerManagerConfig): CidrSet {
  const cidrs = makeCidrSet(config['cluster-cidr'], config['node-cidr-mask-size']);
  if (config['service-cluster-ip-range'] !== '') occupy(cidrs, config['service-cluster-ip-range']);
  return cidrs;
}

/** What nodes already have is marked as they are seen, and so before the first node is given anything. */
function take({ memory: { known, queue } }: Controller, _resource: string, change: Change): void {
  const node = change.object as Node;
  applyChange(known.nodes, change);
  const cidrs = cidrsOfNode(node);
  if (change.type === 'DELETED') for (const cidr of cidrs) release(known.cidrs, cidr);
  else if (cidrs.length === 0) add(queue, node.metadata.name);
  else for (const cidr of cidrs) occupy(known.cidrs, cidr);
}

function cidrsOfNode({ spec }: Node): readonly string[] {
  return spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
}

function step(self: Controller, sync: Sync): Step {
  if (sync.stage === 'writing') return afterWriting(self, sync);
  const { nodes, cidrs } = self.memory.known;
  const node = nodes.objects.get(sync.key);
  if (node === undefined || cidrsOfNode(node).length > 0) return finish;
  const cidr = allocate(cidrs);
  if (cidr === undefined) {
    tell(self, node, 'CIDRNotAvailable');
    return {
      do: 'fail',
      message:
        'failed to allocate cidr from cluster cidr: CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
    };
  }
  const work: Work = { node, cidr, tries: 1 };
  sync.work = work;
  return write(work);
}

function write({ node, cidr }: Work): Step {
  return callThen('writing', [patchTo('nodes', node, { spec: { podCIDR: cidr, podCIDRs: [cidr] } })]);
}

function afterWriting(self: Controller, sync: Sync): Step {
  const { nodes, cidrs } = self.memory.known;
  const work = sync.work as Work;
  const [refusal] = refusalsOf(sync.answers);
  if (refusal === undefined) return finish;
  const has = cidrsOfNode(nodes.objects.get(sync.key) ?? work.node);
  if (has.includes(work.cidr)) return finish;
  if (has.length > 0 || !nodes.objects.has(sync.key)) {
    release(cidrs, work.cidr);
    return finish;
  }
  if (work.tries < triesMax) {
    work.tries += 1;
    return write(work);
  }
  tell(self, work.node, 'CIDRAssignmentFailed');
  // After a time-out it may have been written, and must not be given to another.
  if (!['Timeout', 'ServerTimeout'].includes(refusal.reason ?? '')) release(cidrs, work.cidr);
  return failBy([refusal]);
}

function tell(self: Controller, { metadata: { name, uid } }: Node, reason: string): void {
  record(self, {
    regarding: { kind: 'Node', apiVersion: 'v1', name, ...(uid === undefined ? {} : { uid }) },
    type: 'Normal',
    reason,
    message: `Node ${name} status is now: ${reason}`,
  });
}
