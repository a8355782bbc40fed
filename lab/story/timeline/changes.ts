/** Tells what objects show that no Event says: addresses of Services, and how containers ended. */

import type { ContainerStatus, Endpoints, KubernetesObject, Pod } from '../../../protocol/objects.ts';
import type { Moment } from './moment.ts';

/** Tells the change of an object. */
export function changesOf(
  resource: string,
  now: KubernetesObject | undefined,
  before: KubernetesObject | undefined,
  atMs: number,
): Moment[] {
  if (resource === 'endpoints')
    return endpointsChange(now as Endpoints | undefined, before as Endpoints | undefined, atMs);
  if (resource === 'pods' && now !== undefined) return exits(now as Pod, before as Pod | undefined, atMs);
  return [];
}

/** The number of ready addresses of a Service. */
export function readyAddresses(endpoints: Endpoints | undefined): number {
  return (endpoints?.subsets ?? []).reduce((sum, { addresses = [] }) => sum + addresses.length, 0);
}

function endpointsChange(now: Endpoints | undefined, before: Endpoints | undefined, atMs: number): Moment[] {
  const [count, old] = [readyAddresses(now), readyAddresses(before)];
  const { name = '', namespace } = (now ?? before)?.metadata ?? {};
  if (count === old || (name === 'kubernetes' && namespace === 'default')) return [];
  const each = count === 0 ? ' has no address' : count === 1 ? ' has 1 address' : ` has ${count} addresses`;
  return [
    { atMs, who: 'endpoint-controller', weight: count === 0 ? 'bad' : 'plain', before: 'Service', subject: name, each },
  ];
}

function exits(now: Pod, before: Pod | undefined, atMs: number): Moment[] {
  if (before === undefined || now.metadata.uid !== before.metadata.uid) return [];
  const isEnding = now.metadata.deletionTimestamp !== undefined;
  const old = new Map(statusesOf(before).map((status) => [status.name, endOf(status)?.finishedAt]));
  return statusesOf(now).flatMap((status): Moment[] => {
    const end = endOf(status);
    if (end?.finishedAt === undefined || end.finishedAt === old.get(status.name) || isEnding) return [];
    const { exitCode, reason } = end;
    const why = reason === undefined || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`;
    return [
      {
        atMs,
        who: 'kubelet',
        weight: exitCode === 0 ? 'plain' : 'bad',
        before: '',
        subject: now.metadata.name,
        after: `: container ${status.name} exited with ${exitCode}${why}`,
      },
    ];
  });
}

function statusesOf({ status }: Pod): ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** How a container last ended. */
function endOf({ state, lastState }: ContainerStatus) {
  return state?.terminated ?? lastState?.terminated;
}
