/** The node network's behaviour: its subnet, its pods' addresses, its forwarding table, and routes to the other nodes. */

import { defineActor } from '../../../protocol/actor.ts';
import type { KubernetesList, ObjectList, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { DiskFailed, DiskSynced } from '../../../protocol/messages/host.ts';
import type { InformerChanged, InformerInput } from '../../../protocol/messages/informer.ts';
import type {
  AddressAllocate,
  AddressRefused,
  RulesApplied,
  RulesApply,
  RulesFlushed,
  SubnetDescribe,
  SubnetDescribed,
} from '../../../protocol/messages/network.ts';
import type { Node } from '../../../protocol/objects.ts';
import { childAddress, clusterOf, nodeAddress } from '../../../protocol/subjects.ts';
import * as attachments from './attachments.ts';
import { forward, send } from './forwarding.ts';
import { parseSubnet } from './ipv4.ts';
import { machine } from './machine.ts';
import { type Me, makeMemory, type NetworkInput, type NetworkMemory } from './memory.ts';
import { makeRoutes } from './routes.ts';
import { applyRules } from './services.ts';

/** A node's network: everything between a pod's namespace and the other nodes. */
export const network = defineActor<NetworkMemory, NetworkInput>({
  kind: 'network',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      restore: (self) => {
        attachments.restore(self);
        self.memory.subnet = parseSubnet(self.memory.podCIDR);
      },
      watchNode,
      tellProxy,
      takeNode,
      tellSubnet: (self) => {
        const { podCIDR, input } = self.memory;
        // A runtime that is not there asks when it starts.
        const options = { deadlineMs: 600_000, retries: 119 };
        self.request<SubnetDescribed>(neighbour(self, input.node, 'runtime'), 'subnet.described', { podCIDR }, options);
      },
      describeSubnet: (self, event: SubnetDescribe) => {
        self.reply<SubnetDescribed>(event, 'subnet.described', { podCIDR: self.memory.podCIDR });
      },
      refuseAddress: (self, event: AddressAllocate) => {
        self.reply<AddressRefused>(event, 'address.refused', { message: attachments.noSubnet });
      },
      allocateAddress: attachments.allocate,
      answerAddress: (self, event: DiskSynced) => attachments.answerAddress(self, event.note),
      failAddress: (self, event: DiskFailed) => attachments.failAddress(self, event.note, event.body.message),
      releaseAddress: attachments.release,
      takeLinkDown: attachments.takeLinkDown,
      openHostPort: attachments.openHostPort,
      closeHostPorts: attachments.closeHostPorts,
      applyRules: (self, event: RulesApply) => {
        applyRules(self.memory.services, event.body);
        self.reply<RulesApplied>(event, 'rules.applied', { count: self.memory.services.ports.size });
      },
      forward,
      listNodes: (self) => {
        const body = { resource: 'nodes', resourceVersion: '0' };
        self.request<ObjectList>(self.memory.input.apiserver, 'object.list', body, { deadlineMs: 10_000, retries: 1 });
      },
      keepRoutes,
      keepOldRoutes: (self) => {
        self.memory.routesLearnedAt = self.monotonic();
      },
      sendWaiting: (self) => {
        const packets = self.memory.waiting;
        self.memory.waiting = [];
        for (const packet of packets) send(self, packet);
      },
    },
    guards: {
      hasSubnet: ({ memory }) => memory.subnet !== undefined,
      isOnHost: (_self, event: AddressAllocate) => event.body.hostNetwork,
    },
  },
});

function neighbour(self: Me, node: string, component: 'runtime' | 'kube-proxy' | 'network'): string {
  return nodeAddress(clusterOf(self.address), node, component);
}

function watchNode(self: Me): void {
  const { node, apiserver } = self.memory.input;
  const input: InformerInput = { resource: 'nodes', apiserver, fieldSelector: `metadata.name=${node}` };
  self.spawn(childAddress(self.address, 'informer', 'nodes'), 'informer', input);
}

/** The table is the kernel's: only a node that began anew has lost it. */
function tellProxy(self: Me): void {
  if (self.incarnation === 1) return;
  self.send<RulesFlushed>(neighbour(self, self.memory.input.node, 'kube-proxy'), 'rules.flushed', undefined);
}

function takeNode(self: Me, { body }: InformerChanged): void {
  const { memory } = self;
  for (const { type, object } of body.changes) {
    const podCIDR = (object as Node).spec?.podCIDR ?? '';
    const subnet = parseSubnet(podCIDR);
    // A node object that goes takes no address from a living pod.
    if (type === 'DELETED' || subnet === undefined || podCIDR === memory.podCIDR) continue;
    if (memory.subnet !== undefined) self.raise({ type: 'subnet.changed' });
    memory.podCIDR = podCIDR;
    memory.subnet = subnet;
    attachments.writeSubnet(self);
  }
}

function keepRoutes(self: Me, event: RequestSucceeded): void {
  const { memory } = self;
  const { items } = event.body.object as unknown as KubernetesList;
  memory.routes = makeRoutes(items as readonly Node[], (node) => neighbour(self, node, 'network'));
  memory.neighbours.clear();
  memory.routesLearnedAt = self.monotonic();
}
