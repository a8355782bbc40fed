/** Who watches the runtime, and what they are told: its conditions, and every change of a sandbox or container. */

import type { Message } from '../../../protocol/message.ts';
import type {
  ContainerChanged,
  MemoryPressured,
  RuntimeChanged,
  RuntimeContainerStatus,
  RuntimeList,
  RuntimeListed,
  RuntimeWatch,
  SandboxChanged,
  SandboxStatus,
} from '../../../protocol/messages/cri.ts';
import { type Container, isBeingMade, type Me, type Sandbox } from './memory.ts';

/** What the kubelet shows as the node's containerRuntimeVersion. */
const version = 'containerd://1.7.18';

/** Begins to tell a watcher; first the runtime's conditions. */
export function watch(self: Me, event: RuntimeWatch): void {
  const { memory } = self;
  memory.watchers.push({ from: event.from, stream: event.stream });
  if (event.body !== undefined) {
    memory.capacityBytes = event.body.capacityBytes;
    memory.thresholdBytes = event.body.thresholdBytes ?? memory.thresholdBytes;
    self.raise({ type: 'memory.reckoned' });
  }
  self.push<RuntimeChanged>(event, 'runtime.changed', conditions(self));
}

/** Forgets a watcher that is gone. */
export function unwatch({ memory }: Me, event: Message): void {
  memory.watchers = memory.watchers.filter((key) => key.from !== event.from || key.stream !== event.stream);
}

/** Ends a stream that is opened while the runtime does not serve yet. */
export function endWatch(self: Me, event: Message): void {
  self.end(event, 'unavailable');
}

function tell<M extends Message>(self: Me, type: M['type'], body: M['body']): void {
  for (const key of self.memory.watchers) self.push<M>(key, type, body);
}

function conditions({ memory }: Me): RuntimeChanged['body'] {
  const status = memory.podCIDR !== '';
  const network = status
    ? { status, reason: '', message: '' }
    : {
        status,
        reason: 'NetworkPluginNotReady',
        message: 'Network plugin returns error: cni plugin not initialized',
      };
  return { version, network };
}

/** Tells that the runtime's conditions have changed. */
export function tellConditions(self: Me): void {
  tell<RuntimeChanged>(self, 'runtime.changed', conditions(self));
}

/** Tells how a sandbox is now. */
export function tellSandbox(self: Me, sandbox: Sandbox): void {
  tell<SandboxChanged>(self, 'sandbox.changed', sandbox.record.status);
}

/** Tells how a container is now. */
export function tellContainer(self: Me, container: Container): void {
  tell<ContainerChanged>(self, 'container.changed', container.record.status);
}

/** Tells how much memory is left. */
export function tellMemory(self: Me, availableBytes: number): void {
  tell<MemoryPressured>(self, 'memory.pressured', { availableBytes });
}

/** Answers what there is: of one pod, or of all. */
export function list(self: Me, event: RuntimeList): void {
  const { sandboxes, byPod } = self.memory;
  const { podUid } = event.body ?? {};
  const ids = podUid === undefined ? sandboxes.keys() : (byPod.get(podUid) ?? []);
  const found: SandboxStatus[] = [];
  const containers: RuntimeContainerStatus[] = [];
  for (const id of ids) {
    const sandbox = sandboxes.get(id);
    if (sandbox === undefined || isBeingMade(sandbox)) continue;
    found.push(sandbox.record.status);
    for (const containerId of sandbox.containers) {
      const container = self.memory.containers.get(containerId);
      if (container !== undefined) containers.push(container.record.status);
    }
  }
  self.reply<RuntimeListed>(event, 'runtime.listed', { sandboxes: found, containers });
}
