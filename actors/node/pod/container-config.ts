/** What the runtime is told of a container when it makes it. */

import type { ContainerConfig, ContainerResources } from '../../../protocol/messages/cri.ts';
import type { Container } from '../../../protocol/objects.ts';
import { byteCount, cpuMilli } from '../../../protocol/quantity.ts';
import { expand } from './expansion.ts';
import { withDefaultTag } from './images.ts';
import type { Mounts } from './volumes.ts';

/** Makes the configuration of a container from its spec and what was resolved for it. */
export function containerConfig(
  container: Container,
  attempt: number,
  variables: Readonly<Record<string, string>>,
  mounts: Mounts,
): ContainerConfig {
  const { command, args } = container;
  const config: ContainerConfig = {
    name: container.name,
    attempt,
    image: withDefaultTag(container.image ?? ''),
    env: variables,
    ports: container.ports ?? [],
    resources: containerResources(container),
  };
  if (command !== undefined) config.command = command.map((word) => expand(word, variables));
  if (args !== undefined) config.args = args.map((word) => expand(word, variables));
  if (container.stdin) config.stdin = true;
  if (container.stdinOnce) config.stdinOnce = true;
  if (container.tty) config.tty = true;
  if (!isEmpty(mounts.files)) config.files = mounts.files;
  if (!isEmpty(mounts.volumes)) config.volumes = mounts.volumes;
  return config;
}

/** Reads a container's requests and limits; a request that is not set is the limit. */
export function containerResources(container: Container): ContainerResources {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const cpuRequest = requests.cpu ?? limits.cpu;
  const memoryRequest = requests.memory ?? limits.memory;
  const resources: ContainerResources = {};
  if (cpuRequest !== undefined) resources.cpuRequestMilli = cpuMilli(cpuRequest);
  if (limits.cpu !== undefined) resources.cpuLimitMilli = cpuMilli(limits.cpu);
  if (memoryRequest !== undefined) resources.memoryRequestBytes = byteCount(memoryRequest);
  if (limits.memory !== undefined) resources.memoryLimitBytes = byteCount(limits.memory);
  return resources;
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}
