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
  return {
    name: container.name,
    attempt,
    image: withDefaultTag(container.image ?? ''),
    ...(command === undefined ? {} : { command: command.map((word) => expand(word, variables)) }),
    ...(args === undefined ? {} : { args: args.map((word) => expand(word, variables)) }),
    env: variables,
    ports: container.ports ?? [],
    resources: containerResources(container),
    ...(isEmpty(mounts.files) ? {} : { files: mounts.files }),
    ...(isEmpty(mounts.volumes) ? {} : { volumes: mounts.volumes }),
  };
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
