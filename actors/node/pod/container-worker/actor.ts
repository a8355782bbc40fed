/** The behaviour of a container's worker. */

import { defineActor } from '../../../../protocol/actor.ts';
import type { ContainerBegin, ContainerWorkerInput, PodSync } from '../../../../protocol/messages/pod-worker.ts';
import type { ProbeKind } from '../probes.ts';
import * as image from './image.ts';
import { discard, noteContainer, noteLost, noteStopped, report, takeListed } from './known.ts';
import { machine } from './machine.ts';
import { type ContainerMemory, type Me, makeMemory, specOf } from './memory.ts';
import * as run from './run.ts';
import * as start from './start.ts';
import { planHalt, planKill, stop } from './stop.ts';

const probes: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];

const probeDelays = Object.fromEntries(
  probes.flatMap((kind) => [
    [`${kind}Delay`, (self: Me) => run.probeDelays.initial(self, kind)],
    [`${kind}Timeout`, (self: Me) => run.probeDelays.timeout(self, kind)],
    [`${kind}Period`, (self: Me) => run.probeDelays.rest(self, kind)],
  ]),
);

/** The worker of one container of a pod: attached child of the pod's worker. */
export const containerWorker = defineActor<ContainerMemory, ContainerWorkerInput>({
  kind: 'container-worker',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      begin,
      takePod,
      noteContainer,
      takeListed,
      noteStopped,
      noteLost,
      discard,
      report,
      decide: start.decide,
      showCrashLoop: start.showCrashLoop,
      beginAttempt: start.beginAttempt,
      askImage: image.askImage,
      judgeImage: image.judgeImage,
      pullImage: image.pullImage,
      takeImage: image.takeImage,
      failPull: image.failPull,
      showPullBackOff: image.showPullBackOff,
      gather: start.gather,
      takeSource: start.takeSource,
      missSource: start.missSource,
      takeServices: start.takeServices,
      create: start.create,
      noteCreated: start.noteCreated,
      start: start.start,
      noteStarted: start.noteStarted,
      fail: start.fail,
      showFailure: start.showFailure,
      noteRunning: run.noteRunning,
      clearRun: run.clearRun,
      runPostStart: run.runPostStart,
      endPostStart: run.endPostStart,
      passSleep: run.passSleep,
      passHook: run.passHook,
      tryProbe: run.tryProbe,
      takeOutcome: run.takeOutcome,
      takeTimeout: run.takeTimeout,
      judgeProbe: run.judgeProbe,
      settleProbe: run.settleProbe,
      runPreStop: run.runPreStop,
      endPreStop: run.endPreStop,
      planHalt,
      planKill,
      stop,
    },
    guards: {
      mayRun: ({ memory }) => memory.latest?.state === 'running' || memory.latest?.state === 'created',
      hasExited: ({ memory }) => memory.latest?.state !== 'running',
      isHalted: ({ memory }) => memory.latest?.state === 'exited' && memory.kill?.isHalt === true,
      isNotFound: (_self, event) => event.body.code === 'NotFound',
      isDown: ({ memory }) => memory.latest?.state === 'exited',
      hasPostStart: ({ memory }) => memory.isFresh && specOf(memory).lifecycle?.postStart !== undefined,
      hasPreStop: ({ memory }) => memory.latest?.state === 'running' && specOf(memory).lifecycle?.preStop !== undefined,
      answersHook: ({ memory }, event) => run.answers(event, memory.hook?.flow),
      hasProbe: run.hasProbe,
      answersProbe: ({ memory }, event, { kind }: { kind: ProbeKind }) => run.answers(event, memory.probes[kind]?.flow),
      isDecided: run.isDecided,
    },
    delays: {
      /** Until the next sync shows what changed: the period of the kubelet's PLEG. */
      syncPeriod: () => 1000,
      /** As kubelet's backOffPeriod, jittered by up to a half: 10 to 15 s. */
      retryPeriod: (self) => 10_000 * (1 + self.memory.jitter * 0.5),
      crashBackOff: start.crashLeftMs,
      pullBackOff: image.pullLeftMs,
      hookLeft: (self) => Math.max(0, (self.memory.hook?.untilMs ?? 0) - self.monotonic()),
      graceLeft: (self) => Math.max(0, Math.min(self.memory.hook?.untilMs ?? 0, self.memory.killAt) - self.monotonic()),
      ...probeDelays,
    },
  },
});

function begin(self: Me, event: ContainerBegin): void {
  const { memory } = self;
  memory.pod = event.body.pod;
  memory.sandboxId = event.body.sandboxId;
  memory.podIP = event.body.podIP;
  memory.volumes = event.body.volumes;
}

/** Takes a new version of the pod; a container whose image is another one now is replaced. */
function takePod(self: Me, event: PodSync): void {
  const { memory } = self;
  const before = specOf(memory).image;
  memory.pod = event.body.pod;
  const isOther = before !== specOf(memory).image;
  if (isOther && memory.latest?.state === 'running')
    run.kill(self, run.orRestarted(self, `Container ${memory.input.name} definition changed`));
}
