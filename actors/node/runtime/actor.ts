/** The container runtime's behaviour: each event finds the conversation it belongs to. */

import { defineActor } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { ProcessExited, ProcessStarted, UsageDescribed } from '../../../protocol/messages/container.ts';
import type { ActorEnded, DiskFailed, DiskSynced, RequestExpired } from '../../../protocol/messages/host.ts';
import type {
  AddressAllocated,
  AddressRefused,
  SubnetDescribe,
  SubnetDescribed,
  SubnetNoted,
} from '../../../protocol/messages/network.ts';
import type { ImageUnavailable } from '../../../protocol/messages/registry.ts';
import { clusterOf, nodeAddress } from '../../../protocol/subjects.ts';
import { earliestDue, takeDue } from '../../client-go/due-heap.ts';
import * as ending from './container-end.ts';
import { giveLog } from './container-logs.ts';
import { refuse } from './container-records.ts';
import * as containers from './containers.ts';
import * as images from './images.ts';
import { machine } from './machine.ts';
import { type Me, makeMemory, type RuntimeInput, type RuntimeMemory } from './memory.ts';
import * as recovery from './recovery.ts';
import * as teardown from './sandbox-teardown.ts';
import * as sandboxes from './sandboxes.ts';
import * as usage from './usage.ts';
import * as watchers from './watchers.ts';
import { unavailableMessage } from './wording.ts';

/** What the runtime noted when it asked, or wrote; one of these is set. */
interface Note {
  address?: string;
  pause?: string;
  ending?: string;
  release?: string;
  start?: string;
  SIGTERM?: string;
  SIGKILL?: string;
  pull?: string;
  usage?: number;
  made?: string;
  created?: string;
  ended?: string;
}

/** The runtime of a node. */
export const runtime = defineActor<RuntimeMemory, RuntimeInput>({
  kind: 'container-runtime',
  machine,
  memory: makeMemory,
  behaviour: {
    actions: {
      readRecords: recovery.readRecords,
      judgeSurvivor: recovery.judgeSurvivor,
      missSurvivor: recovery.missSurvivor,
      refuse: (self, event: Message) => refuse(self, event, 'Unavailable', unavailableMessage),
      endWatch: watchers.endWatch,
      askSubnet: (self) => {
        const { memory } = self;
        memory.network = nodeAddress(clusterOf(self.address), memory.input.node, 'network');
        // Nobody else will tell: the network that has a subnet already speaks only of changes.
        const options = { deadlineMs: 600_000, retries: 119, note: { subnet: true } };
        self.request<SubnetDescribe>(memory.network, 'subnet.describe', undefined, options);
      },
      takeSubnet: (self, event: SubnetDescribed) => {
        const { podCIDR } = event.body;
        const isNews = self.memory.podCIDR !== podCIDR;
        self.memory.podCIDR = podCIDR;
        if (event.note === undefined) self.reply<SubnetNoted>(event, 'subnet.noted', undefined);
        if (isNews) watchers.tellConditions(self);
      },
      runSandbox: sandboxes.runSandbox,
      stopSandbox: teardown.stopSandbox,
      removeSandbox: teardown.removeSandbox,
      startPause: (self, event: AddressAllocated) => sandboxes.startPause(self, idOf(event, 'address'), event.body),
      failSandbox: (self, event: AddressRefused) => {
        sandboxes.failNetwork(self, idOf(event, 'address'), event.body.message);
      },
      finishTeardown: (self, event: Message) => teardown.finishTeardown(self, idOf(event, 'release')),
      createContainer: containers.createContainer,
      startContainer: containers.startContainer,
      stopContainer: ending.stopContainer,
      removeContainer: ending.removeContainer,
      execCommand: containers.execCommand,
      takeStart: (self, event: ProcessStarted) => {
        const { pause } = event.note as Note;
        if (pause === undefined) containers.takeStart(self, event);
        else sandboxes.finishRun(self, pause);
      },
      takeExit: (self, event: ProcessExited) => ending.takeExit(self, event.body, event.from),
      takeEnd,
      takeExpiry,
      takeSync: (self, event: DiskSynced) => goOn(self, (event.note ?? {}) as Note),
      takeSyncFailure: (self, event: DiskFailed) => {
        // containerd goes on too: what is lost is only what a power cut would lose.
        self.log('warn', `could not write a record: ${event.body.message}`);
        goOn(self, (event.note ?? {}) as Note);
      },
      describeImage: images.describeImage,
      pullImage: images.pullImage,
      takeManifest: (self, event) => tellSandboxes(self, images.takeManifest(self, event)),
      takeLayers: (self, event: Message) => tellSandboxes(self, images.takeLayers(self, event)),
      failPull: (self, event: ImageUnavailable) => {
        tellSandboxes(self, images.failPull(self, event.note, event.body.code));
      },
      list: watchers.list,
      watch: watchers.watch,
      unwatch: watchers.unwatch,
      askUsage: usage.askUsage,
      takeUsage: (self, event: UsageDescribed) => usage.takeUsage(self, event.note, event.body),
      killDue,
      takeGrowth: usage.takeGrowth,
      tellPressure: usage.tellPressure,
      giveLog,
    },
    guards: {
      isSure: ({ memory }) => memory.unsure === 0,
      isNothingToKill: ({ memory }) => earliestDue(memory.kills) === undefined,
      isShort: usage.isShort,
      isGrowing: usage.isGrowing,
    },
    delays: {
      untilNextKill: (self) => Math.max(0, (earliestDue(self.memory.kills) ?? 0) - self.monotonic()),
      untilShort: usage.untilShort,
    },
  },
});

function idOf(event: Message, what: 'address' | 'release'): string {
  return (event.note as Note)[what] ?? '';
}

function tellSandboxes(self: Me, finished: images.Finished | undefined): void {
  for (const id of finished?.sandboxes ?? []) {
    if (finished !== undefined) sandboxes.takePulled(self, id, finished.pulled);
  }
}

/** Goes on with what waited for a record to be written. */
function goOn(self: Me, { made, created, ended }: Note): void {
  if (made !== undefined) sandboxes.askAddress(self, made);
  if (created !== undefined) containers.finishCreate(self, created);
  const sandbox = ended === undefined ? undefined : ending.reap(self, ended);
  if (sandbox !== undefined) teardown.progress(self, sandbox);
}

/** A process has ended: a pause container as it was told, any other one by a crash (its own end it would have told). */
function takeEnd(self: Me, { body }: ActorEnded): void {
  const id = self.memory.byAddress.get(body.address);
  if (id === undefined) return;
  if (self.memory.sandboxes.has(id)) sandboxes.takePauseEnd(self, id);
  else ending.endByForce(self, id);
}

function takeExpiry(self: Me, event: RequestExpired): void {
  const note = (event.note ?? {}) as Note;
  const isRefused = event.body.reason === 'refused';
  const why = isRefused ? 'connect: connection refused' : 'context deadline exceeded';
  if (note.address !== undefined)
    sandboxes.failNetwork(self, note.address, `plugin type="flannel" failed (add): ${why}`);
  if (note.pause !== undefined) sandboxes.failPause(self, note.pause);
  if (note.ending !== undefined) teardown.forcePause(self, note.ending);
  if (note.release !== undefined) teardown.failTeardown(self, note.release);
  if (note.pull !== undefined) {
    tellSandboxes(self, images.failPull(self, note, isRefused ? 'unreachable' : 'timeout'));
  }
  if (note.usage !== undefined) usage.takeUsage(self, note, undefined);
  const dead = note.start ?? note.SIGKILL ?? (isRefused ? note.SIGTERM : undefined);
  if (dead !== undefined) ending.endByForce(self, dead);
}

function killDue(self: Me): void {
  const { kills, containers: all } = self.memory;
  for (
    let id = takeDue(kills, self.monotonic() + 0.001);
    id !== undefined;
    id = takeDue(kills, self.monotonic() + 0.001)
  ) {
    const container = all.get(id);
    if (container !== undefined) ending.kill(self, container);
  }
}
