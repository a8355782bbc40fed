/** The behaviour of a kubelet. */

import { defineActor } from '../../../protocol/actor.ts';
import type { InformerChanged, InformerInput, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { EventOccurred, ServiceVariables, ServiceVariablesGiven } from '../../../protocol/messages/pod-worker.ts';
import type { Service } from '../../../protocol/objects.ts';
import { childAddress } from '../../../protocol/subjects.ts';
import { recordEvent } from '../../client-go/event-recorder.ts';
import { applyChanges, byIndex, byNamespace } from '../../client-go/store.ts';
import { serviceVariables } from '../pod/service-variables.ts';
import { leaseBackOffMs, renewIntervalMs } from './lease.ts';
import * as lease from './lease-writer.ts';
import { machine } from './machine.ts';
import { type KubeletInput, type KubeletMemory, type Me, makeMemory, recordNodeEvent } from './memory.ts';
import * as mirrors from './mirrors.ts';
import { bootId } from './node-status.ts';
import * as writer from './node-writer.ts';
import { holdPodChanges, takePodChanges } from './pod-source.ts';
import * as pods from './pods.ts';
import * as pressure from './pressure.ts';
import * as registration from './registration.ts';
import * as link from './runtime-link.ts';
import * as server from './server.ts';

/** The kubelet: one per node, spawned by its host. */
export const kubelet = defineActor<KubeletMemory, KubeletInput>({
  kind: 'kubelet',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      begin,
      connectRuntime: link.connectRuntime,
      takeRuntime: link.takeRuntime,
      takeConditions: link.takeConditions,
      loseRuntime: link.loseRuntime,
      forwardContainer: link.forwardContainer,
      forwardSandbox: link.forwardSandbox,
      queuePull: link.queuePull,
      endPull: link.endPull,
      breakPulls: link.breakPulls,
      createNode: registration.createNode,
      failRegistration: registration.failRegistration,
      askNode: registration.askNode,
      judgeNode: registration.judgeNode,
      updateNode: registration.updateNode,
      noteRegistered: registration.noteRegistered,
      askLease: lease.askLease,
      takeLease: lease.takeLease,
      missLease: lease.missLease,
      createLease: lease.createLease,
      renewLease: lease.renewLease,
      noteRenewed: lease.noteRenewed,
      failLease: lease.failLease,
      decideReport: writer.decideReport,
      postStatus: writer.postStatus,
      notePosted: writer.notePosted,
      noteUnposted: writer.noteUnposted,
      holdChanges,
      servePods,
      takeChanges,
      noteSynced,
      releasePod: pods.releasePod,
      removeWorker: (self, event) => {
        pods.removeWorker(self, event);
        mirrors.resumeStatics(self);
      },
      killOrphans: pods.killOrphans,
      giveVariables,
      recordOccurrence: (self, { body }: EventOccurred) =>
        recordEvent(self, self.memory.events, self.memory.input.apiserver, body),
      placeManifest: mirrors.placeManifest,
      removeManifest: mirrors.removeManifest,
      judgeMemory: pressure.judgeMemory,
      beginPressure: pressure.beginPressure,
      askUsage: pressure.askUsage,
      evict: pressure.evict,
      endPressure: pressure.endPressure,
      settleMirror: mirrors.settleMirror,
      failMirror: mirrors.failMirror,
      syncMirrors: mirrors.syncMirrors,
      findContainer: server.findContainer,
      askStats: server.askStats,
      giveStats: server.giveStats,
    },
    guards: {
      isAbout: (_self, event, { what }: { what: string }) =>
        (event.note as { about?: string } | undefined)?.about === what,
      isAdopted: registration.isAdopted,
      isRegistering: ({ memory }) => memory.input.config['register-node'],
      isReportOwed: writer.isReportOwed,
      mayPostAgain: writer.mayPostAgain,
    },
    delays: {
      reconnectPeriod: () => 1000,
      registrationBackOff: registration.registrationBackOffMs,
      // As the node lease controller: jittered by up to 4 %.
      renewInterval: (self) =>
        renewIntervalMs(self.memory.input.config['node-lease-duration-seconds']) * (1 + 0.04 * self.memory.jitter),
      leaseBackOff: ({ memory }) => leaseBackOffMs(memory.leaseTries),
      // As the kubelet's status loop: jittered by as much.
      statusFrequency: ({ memory }) => memory.input.config['node-status-update-frequency'] * (1 + 0.04 * memory.jitter),
      // As the eviction manager's monitoringInterval; only while there is pressure.
      monitorPeriod: () => 10_000,
      transitionPeriod: ({ memory }) => memory.input.config['eviction-pressure-transition-period'],
      mirrorRetry: () => 10_000,
    },
  },
});

/** Starts: what it must know of the API comes by informers, the pods only once the node itself is known. */
function begin(self: Me): void {
  const { name } = self.memory.input.node;
  self.memory.jitter = self.random();
  self.memory.bootID = bootId(name, self.boot);
  mirrors.installManifests(self);
  recordNodeEvent(self, 'Normal', 'Starting', 'Starting kubelet.');
  recordNodeEvent(self, 'Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
  inform(self, 'nodes', `metadata.name=${name}`);
  inform(self, 'services');
}

function inform(self: Me, resource: string, fieldSelector?: string): void {
  const { apiserver } = self.memory.input;
  const input: InformerInput = { resource, apiserver };
  if (fieldSelector !== undefined) input.fieldSelector = fieldSelector;
  self.spawn(childAddress(self.address, 'informer', resource), 'informer', input);
}

/** Before the runtime is known, only pods have to wait. */
function holdChanges(self: Me, event: InformerChanged): void {
  if (event.body.resource === 'pods') holdPodChanges(self, event.body);
  else takeChanges(self, event);
}

function takeChanges(self: Me, event: InformerChanged): void {
  const { resource, changes } = event.body;
  if (resource === 'pods') takePodChanges(self, changes);
  else if (resource === 'nodes') writer.takeNode(self, event.body);
  else {
    applyChanges<Service>(self.memory.services, changes, { namespace: byNamespace });
    self.memory.variables.clear();
  }
}

/** Begins to run pods: static ones at once, and those of the API that were held. */
function servePods(self: Me): void {
  const { memory } = self;
  mirrors.startStatics(self);
  const { held } = memory;
  memory.held = [];
  takePodChanges(self, held);
  pods.killOrphans(self);
}

function noteSynced(self: Me, event: InformerSynced): void {
  const { memory } = self;
  const { resource } = event.body;
  memory.synced.add(resource);
  if (resource === 'nodes') inform(self, 'pods', `spec.nodeName=${memory.input.node.name}`);
  if (resource === 'pods') {
    pods.killOrphans(self);
    mirrors.syncMirrors(self);
  }
  if (resource !== 'services') return;
  const { asked } = memory;
  memory.asked = [];
  for (const question of asked) giveVariables(self, question);
}

/** Tells where the Services of a namespace are, and always where the API server is. */
function giveVariables(self: Me, event: ServiceVariables): void {
  const { memory } = self;
  const { namespace, enableServiceLinks, isStatic } = event.body;
  if (!isStatic && !memory.synced.has('services')) {
    memory.asked.push(event);
    return;
  }
  const variables = variablesOf(memory, enableServiceLinks ? namespace : '');
  self.reply<ServiceVariablesGiven>(event, 'variables.given', { variables });
}

function variablesOf(memory: KubeletMemory, namespace: string): Readonly<Record<string, string>> {
  const known = memory.variables.get(namespace);
  if (known !== undefined) return known;
  const kubernetes = memory.services.objects.get('default/kubernetes');
  const linked = [...byIndex(memory.services, 'namespace', namespace).values()];
  const services = kubernetes === undefined ? linked : [kubernetes, ...linked.filter((one) => one !== kubernetes)];
  const variables = serviceVariables(services);
  memory.variables.set(namespace, variables);
  return variables;
}
