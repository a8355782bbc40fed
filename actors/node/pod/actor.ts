/** The behaviour of a pod's worker. */

import { defineActor } from '../../../protocol/actor.ts';
import type { ContainerChanged } from '../../../protocol/messages/cri.ts';
import type { NetworkChanged, PodInput } from '../../../protocol/messages/pod-worker.ts';
import { fromRfc3339 } from '../../../protocol/time.ts';
import * as end from './end.ts';
import { findContainer } from './find.ts';
import * as life from './life.ts';
import { machine } from './machine.ts';
import { type Me, makeMemory, type PodMemory } from './memory.ts';
import { observe, observeMirror, takeStatus } from './observe.ts';
import * as writer from './status-writer.ts';

/** kubelet's status manager tries again what failed every 10 s. */
const statusRetryMs = 10_000;

/** How soon a runtime that could not stop a sandbox is asked again. */
const stopRetryMs = 1000;

/** The worker of a pod: attached child of the kubelet. */
export const pod = defineActor<PodMemory, PodInput>({
  kind: 'pod',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      observe,
      observeMirror,
      forwardContainer,
      noteEnd: end.noteEnd,
      noteVanished: end.noteVanished,
      noteSandbox: end.noteSandbox,
      takeListed: end.takeListed,
      takeReport: life.takeReport,
      decide: life.decide,
      gatherVolumes: life.gatherVolumes,
      takeSource: life.takeSource,
      missSource: life.missSource,
      showMountFailure: life.showMountFailure,
      noteNetwork: ({ memory }, event: NetworkChanged) => {
        memory.network = event.body;
      },
      showNetwork: life.showNetwork,
      runSandbox: life.runSandbox,
      takeSandbox: life.takeSandbox,
      showSandboxFailure: life.showSandboxFailure,
      advance: life.advance,
      showRebuild: end.showRebuild,
      haltAll: end.haltAll,
      haltSidecar: end.haltSidecar,
      shortenGrace: end.shortenGrace,
      stopSandbox: end.stopSandbox,
      dropSandbox: end.dropSandbox,
      leaveSandbox: end.leaveSandbox,
      missSandbox: end.missSandbox,
      beginEnd: end.beginEnd,
      noteTerminated: end.noteTerminated,
      deletePod: end.deletePod,
      noteDeleted: end.noteDeleted,
      removeSandboxes: end.removeSandboxes,
      noteRemoved: life.noteRemoved,
      leave: (self) => self.raise({ type: 'pod.gone' }),
      sendStatus: writer.sendStatus,
      takeStatus: takeStatus,
      refuseStatus: writer.refuseStatus,
      exceedDeadline: end.exceedDeadline,
      findContainer,
    },
    guards: {
      isAbout: (_self, event, { what }: { what: string }) =>
        (event.note as { about?: string } | undefined)?.about === what,
      isSandboxGone: ({ memory }, event) => event.body.code === 'NotFound' || memory.sandbox === undefined,
      hasSandbox: ({ memory }) => memory.sandbox?.state === 'ready',
      hasNetwork: life.hasNetwork,
      areContainersDown: end.areContainersDown,
      areAllDown: end.areAllDown,
      isVanished: ({ memory }) => memory.isVanished,
      mayDelete: end.mayDelete,
      isDeleted: ({ memory }) => memory.sandboxIds.size === 0,
      isCleared: ({ memory }) => memory.sandbox === undefined && !memory.isSandboxing,
      isStatusOwed: writer.isStatusOwed,
      isStatusNew: writer.isStatusNew,
      hasDeadline: ({ memory }) =>
        memory.pod.spec.activeDeadlineSeconds !== undefined && memory.input.source !== 'orphan',
    },
    delays: {
      mountBackOff: life.mountBackOffMs,
      stopRetry: () => stopRetryMs,
      retryPeriod: life.retryMs,
      statusRetry: () => statusRetryMs,
      deadlineLeft: (self) => end.deadlineLeftMs(self, startOf(self)),
    },
  },
});

function startOf(self: Me): number {
  const { startTime } = self.memory;
  return startTime === '' ? self.now() : fromRfc3339(startTime);
}

/** Hands a change of a container to its worker; one that nobody watches over, in a pod that ends, is stopped. */
function forwardContainer(self: Me, event: ContainerChanged): void {
  const worker = self.memory.workers.get(event.body.name);
  if (worker !== undefined) self.send<ContainerChanged>(worker, 'container.changed', event.body);
}
