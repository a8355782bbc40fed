/** The pause container's behaviour: which of the pod's containers listens where, and what is in its volumes. */

import { defineActor, type Self } from '../../../../protocol/actor.ts';
import type {
  PauseInput,
  ProcessInspect,
  ProcessInspected,
  ProcessStart,
  ProcessStarted,
  SignalDelivered,
  SignalSend,
  VolumeContents,
  VolumesListed,
  VolumesRead,
  VolumeWrite,
  VolumeWritten,
} from '../../../../protocol/messages/container.ts';
import type {
  HostPortClose,
  HostPortOpen,
  Packet,
  PacketForward,
  PortClose,
  PortListen,
  PortListening,
  PortRefused,
} from '../../../../protocol/messages/network.ts';
import { childAddress } from '../../../../protocol/subjects.ts';
import { resetOf } from '../../network/packet.ts';
import { machine } from './machine.ts';
import { out, refused, route } from './route.ts';

/** What a pause container knows. */
export interface PauseMemory {
  input: PauseInput;
  /** The address of the container that listens, by port. */
  listeners: Map<number, string>;
  /** The node's ports that lead here, by the pod's port; none in most pods. */
  hostPorts: Map<number, number> | undefined;
  volumes: VolumeContents;
  startedAt: number;
  /** The runtime's question, until there is an answer. */
  question: ProcessStart | undefined;
}

type Me = Self<PauseMemory>;

/** The volumes' file on disk: they outlive the sandbox, as an emptyDir does, and end with the pod. */
const volumesFile = 'volumes';

/** The pause container of a pod: a detached child of the runtime, which it outlives. */
export const pause = defineActor<PauseMemory, PauseInput>({
  kind: 'pause',
  machine,
  memory: (input) => ({
    input,
    listeners: new Map(),
    hostPorts: undefined,
    volumes: {},
    startedAt: 0,
    question: undefined,
  }),
  behaviour: {
    actions: {
      readVolumes: ({ memory, disk }) => {
        memory.volumes = (disk.read(volumesFile)[0] ?? {}) as VolumeContents;
      },
      keepQuestion: ({ memory }, event: ProcessStart) => {
        memory.question = event;
      },
      answerStarted: (self) => {
        self.memory.startedAt = self.now();
        if (self.memory.question !== undefined) answerStarted(self, self.memory.question);
        self.memory.question = undefined;
      },
      answerAgain: (self, event: ProcessStart) => answerStarted(self, event),
      answerInspect,
      acknowledge: (self, event: SignalSend) => {
        const { sandboxId: containerId } = self.memory.input;
        self.reply<SignalDelivered>(event, 'signal.delivered', { containerId });
      },
      listen,
      closePorts,
      routePacket: (self, event: PacketForward) => send(self, event.body),
      listVolumes: (self, event: VolumesRead) => {
        self.reply<VolumesListed>(event, 'volumes.listed', self.memory.volumes);
      },
      writeVolume,
    },
    guards: {
      isForMe: ({ memory }, event: ProcessStart | SignalSend) => event.body.containerId === memory.input.sandboxId,
    },
    delays: { setup: ({ memory }) => memory.input.setupMs },
  },
});

function answerStarted(self: Me, question: ProcessStart): void {
  const { startedAt, input } = self.memory;
  self.reply<ProcessStarted>(question, 'process.started', { containerId: input.sandboxId, startedAt });
}

function answerInspect(self: Me, event: ProcessInspect): void {
  const { input, startedAt } = self.memory;
  self.reply<ProcessInspected>(event, 'process.inspected', {
    containerId: input.sandboxId,
    state: startedAt === 0 ? 'created' : 'running',
    startedAt,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
  });
}

function listen(self: Me, event: PortListen): void {
  const { memory } = self;
  const { port } = event.body;
  const owner = memory.listeners.get(port);
  if (owner !== undefined && owner !== event.from) {
    const message = `listen tcp :${port}: bind: address already in use`;
    self.reply<PortRefused>(event, 'port.refused', { port, message });
    return;
  }
  memory.listeners.set(port, event.from);
  openHostPort(self, port, event.body.hostPort);
  self.reply<PortListening>(event, 'port.listening', { port });
}

function openHostPort(self: Me, port: number, declared: number | undefined): void {
  const { input } = self.memory;
  const hostPort = input.hostNetwork ? port : declared;
  if (hostPort === undefined) return;
  self.memory.hostPorts ??= new Map();
  self.memory.hostPorts.set(port, hostPort);
  const body = { sandboxId: input.sandboxId, hostPort, port };
  self.request<HostPortOpen>(input.network, 'host-port.open', body, { deadlineMs: 60_000, retries: 11 });
}

function closePorts(self: Me, event: PortClose): void {
  const { input, listeners, hostPorts } = self.memory;
  const closed: number[] = [];
  const container = childAddress(self.address.slice(0, -'.pause'.length), 'container', event.body.container);
  for (const [port, owner] of listeners) {
    if (owner !== container) continue;
    listeners.delete(port);
    const hostPort = hostPorts?.get(port);
    if (hostPort !== undefined) closed.push(hostPort);
    hostPorts?.delete(port);
  }
  if (closed.length === 0) return;
  self.send<HostPortClose>(input.network, 'host-port.close', { sandboxId: input.sandboxId, hostPorts: closed });
}

function send(self: Me, packet: Packet): void {
  const { input, listeners } = self.memory;
  const way = route(input, listeners, packet);
  if (way === refused) send(self, resetOf(packet, 'refused'));
  else self.send<PacketForward>(way === out ? input.network : way, 'packet.forward', packet);
}

function writeVolume(self: Me, event: VolumeWrite): void {
  const { memory, disk } = self;
  const { volume, path, content } = event.body;
  const { [path]: _old, ...others } = memory.volumes[volume] ?? {};
  const files = content === undefined ? others : { ...others, [path]: content };
  memory.volumes = { ...memory.volumes, [volume]: files };
  disk.replace(volumesFile, [memory.volumes]);
  disk.sync();
  self.reply<VolumeWritten>(event, 'volume.written', { volume, path });
}
