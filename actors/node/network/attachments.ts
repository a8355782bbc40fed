/** Pods on the node's network: their addresses, kept on disk so that no living one is given twice, and their host ports. */

import type {
  AddressAllocate,
  AddressAllocated,
  AddressRefused,
  AddressRelease,
  AddressReleased,
  HostPortClose,
  HostPortOpen,
  HostPortOpened,
  LinkLost,
} from '../../../protocol/messages/network.ts';
import { chooseAddress } from './addresses.ts';
import type { Attachment, Me } from './memory.ts';

const subnetFile = 'subnet.env';
const lastFile = 'last_reserved_ip.0';
const prefix = 'sandbox/';

/** Reads what an earlier life wrote. */
export function restore({ memory, disk }: Me): void {
  const [podCIDR] = disk.read(subnetFile) as readonly string[];
  if (podCIDR !== undefined) memory.podCIDR = podCIDR;
  memory.lastAddress = Number(disk.read(lastFile)[0] ?? 0);
  for (const file of disk.files()) {
    if (file.startsWith(prefix)) index(memory, disk.read(file)[0] as Attachment);
  }
}

/** Writes the subnet down, so that the node can give addresses while the API server is away. */
export function writeSubnet({ memory, disk }: Me): void {
  disk.replace(subnetFile, [memory.podCIDR]);
  disk.sync();
}

function index(memory: Me['memory'], attachment: Attachment): void {
  memory.attachments.set(attachment.sandboxId, attachment);
  if (!attachment.hostNetwork) memory.pods.set(attachment.ip, attachment);
  for (const [hostPort, port] of attachment.hostPorts) {
    memory.hostPorts.set(hostPort, { sandboxId: attachment.sandboxId, port });
  }
}

function keep(self: Me, attachment: Attachment): void {
  index(self.memory, attachment);
  self.disk.replace(prefix + attachment.sandboxId, [attachment]);
}

/** Attaches a pod; the answer waits until that is on disk. Asked again for a sandbox, it gives the address it has. */
export function allocate(self: Me, question: AddressAllocate): void {
  const { memory } = self;
  const { sandboxId } = question.body;
  const attachment = memory.attachments.get(sandboxId) ?? attach(self, question.body);
  if (typeof attachment === 'string') {
    self.reply<AddressRefused>(question, 'address.refused', { message: attachment });
    return;
  }
  keep(self, attachment);
  self.disk.sync({ question });
}

function attach(self: Me, { sandboxId, podUid, pause, hostNetwork }: AddressAllocate['body']): Attachment | string {
  const { memory } = self;
  if (memory.released.has(sandboxId)) return `sandbox "${sandboxId}" is gone`;
  const attachment: Attachment = {
    sandboxId,
    podUid,
    pause,
    hostNetwork,
    ip: memory.input.nodeIP,
    hostPorts: [],
    isUp: true,
  };
  if (hostNetwork) return attachment;
  if (memory.subnet === undefined) return noSubnet;
  const choice = chooseAddress(memory.subnet, memory.lastAddress, (ip) => memory.pods.has(ip));
  if ('message' in choice) return `plugin type="flannel" failed (add): failed to delegate add: ${choice.message}`;
  memory.lastAddress = choice.number;
  self.disk.replace(lastFile, [choice.number]);
  return { ...attachment, ip: choice.ip };
}

/** Why no pod gets an address before the node has a subnet (flannel's words). */
export const noSubnet =
  'plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: ' +
  'open /run/flannel/subnet.env: no such file or directory';

/** Answers once an attachment is on disk. */
export function answerAddress(self: Me, note: unknown): void {
  const { question } = (note ?? {}) as { question?: AddressAllocate };
  const attachment = question && self.memory.attachments.get(question.body.sandboxId);
  if (question === undefined || attachment === undefined) return;
  const { dns } = self.memory.input;
  self.reply<AddressAllocated>(question, 'address.allocated', { ip: attachment.ip, dns });
}

/** Refuses what could not be written: an address that may be forgotten is not given. */
export function failAddress(self: Me, note: unknown, why: string): void {
  const { question } = (note ?? {}) as { question?: AddressAllocate };
  if (question === undefined) return;
  detach(self, question.body.sandboxId);
  const message = `plugin type="flannel" failed (add): failed to delegate add: ${why}`;
  self.reply<AddressRefused>(question, 'address.refused', { message });
}

/** Takes a pod off the network; its address is free again. */
export function release(self: Me, question: AddressRelease): void {
  const { sandboxId } = question.body;
  detach(self, sandboxId);
  remember(self.memory.released, sandboxId);
  self.reply<AddressReleased>(question, 'address.released', { sandboxId });
}

const releasedMax = 256;

function remember(released: Set<string>, sandboxId: string): void {
  released.add(sandboxId);
  for (const oldest of released) {
    if (released.size <= releasedMax) return;
    released.delete(oldest);
  }
}

function detach(self: Me, sandboxId: string): void {
  const { memory, disk } = self;
  const attachment = memory.attachments.get(sandboxId);
  if (attachment === undefined) return;
  unindex(memory, attachment);
  memory.attachments.delete(sandboxId);
  disk.remove(prefix + sandboxId);
  disk.sync();
}

function unindex(memory: Me['memory'], attachment: Attachment): void {
  const { sandboxId, ip, hostPorts } = attachment;
  if (memory.pods.get(ip)?.sandboxId === sandboxId) memory.pods.delete(ip);
  for (const [hostPort] of hostPorts) {
    if (memory.hostPorts.get(hostPort)?.sandboxId === sandboxId) memory.hostPorts.delete(hostPort);
  }
}

/** Notes that a pod's end of the wire is gone; its address stays taken until it is released. */
export function takeLinkDown(self: Me, { body }: LinkLost): void {
  const attachment = self.memory.attachments.get(body.sandboxId);
  if (attachment === undefined) return;
  unindex(self.memory, attachment);
  keep(self, { ...attachment, isUp: false, hostPorts: [] });
  self.disk.sync();
}

/** Leads a port of the node to a pod. */
export function openHostPort(self: Me, event: HostPortOpen): void {
  const { sandboxId, hostPort, port } = event.body;
  self.reply<HostPortOpened>(event, 'host-port.opened', { hostPort });
  changeHostPorts(self, sandboxId, [hostPort], [[hostPort, port]]);
}

/** Leads ports of the node nowhere again. */
export function closeHostPorts(self: Me, { body }: HostPortClose): void {
  changeHostPorts(self, body.sandboxId, body.hostPorts, []);
}

function changeHostPorts(self: Me, sandboxId: string, out: readonly number[], set: Attachment['hostPorts']): void {
  const attachment = self.memory.attachments.get(sandboxId);
  if (attachment === undefined) return;
  unindex(self.memory, attachment);
  const hostPorts = [...attachment.hostPorts.filter(([hostPort]) => !out.includes(hostPort)), ...set];
  keep(self, { ...attachment, hostPorts });
  self.disk.sync();
}
