/** Looks at whether objects are ready. */

import type { Deployment, KubernetesObject, Node, Pod, ReplicationController } from '../../../../protocol/objects.ts';
import { groupResource } from '../../../../protocol/resources.ts';
import { readyAddresses } from '../../timeline/changes.ts';
import { shortKind } from '../../timeline/events.ts';
import { type Reference, referenceOf } from '../../words.ts';
import type { Stage } from '../stage.ts';
import type { View } from '../view.ts';
import { allOf, type Evidence } from './evidence.ts';

/** Kinds that are ready as soon as they are there. */
type Judge = (object: KubernetesObject, view: View) => Evidence;

/** Looks at `all` that was applied, or at the objects named. */
export function lookAtReady(stage: Stage, wanted: string | readonly string[]): Evidence {
  const references = [wanted].flat().flatMap((text) => {
    if (text === 'all') return [...stage.applied.values()];
    const reference = referenceOf(text);
    return reference === undefined ? [] : [reference];
  });
  if (references.length === 0) return { holds: false, seen: 'nothing was applied yet' };
  const parts = references.map((reference) => judge(stage.view, reference));
  return allOf(
    parts.some(({ holds }) => !holds)
      ? parts
      : [
          {
            holds: true,
            seen: references.length === 1 ? '1 object is ready' : `${references.length} objects are ready`,
          },
        ],
  );
}

function judge(view: View, { kind, namespace, name }: Reference): Evidence {
  const resource = groupResource(kind);
  const title = `${shortKind(kind.kind)}/${name}`;
  if (judges[resource] === undefined) return { holds: true, seen: `${title} is there` };
  if (!view.isLive(resource, 'endpoints')) return { holds: false, seen: 'the API server does not answer' };
  const object = view.find(resource, namespace, name);
  if (object === undefined) return { holds: false, seen: `${title} is not there` };
  const { holds, seen } = judges[resource](object, view);
  return { holds, seen: `${title} ${seen}` };
}

/** A workload is ready when as many pods as it asks for are, and its controller has seen what it asks for. */
const judgeReplicas: Judge = (object) => {
  const { spec, status, metadata } = object as ReplicationController;
  const wanted = spec.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const holds = isSeen && ready === wanted && (status?.replicas ?? 0) === wanted;
  return { holds, seen: `has ${ready} of ${wanted} replicas ready` };
};

/** A Deployment is ready when its rollout is over (`kubectl rollout status`): all pods of its newest template, and available. */
const judgeDeployment: Judge = (object, view) => {
  const { spec, status } = object as Deployment;
  const wanted = spec.replicas ?? 1;
  const { updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  if (updatedReplicas < wanted)
    return { holds: false, seen: `has ${updatedReplicas} of ${wanted} replicas up to date` };
  if (availableReplicas < wanted)
    return { holds: false, seen: `has ${availableReplicas} of ${wanted} replicas available` };
  return judgeReplicas(object, view);
};

const judges: Readonly<Record<string, Judge>> = {
  replicationcontrollers: judgeReplicas,
  'replicasets.apps': judgeReplicas,
  'deployments.apps': judgeDeployment,
  'statefulsets.apps': judgeReplicas,
  pods: (object) => {
    const pod = object as Pod;
    const isDone = pod.status?.phase === 'Succeeded';
    return {
      holds: isDone || isReady(pod),
      seen: isDone ? 'has completed' : isReady(pod) ? 'is ready' : 'is not ready',
    };
  },
  nodes: (object) => {
    const holds = isReady(object as Node);
    return { holds, seen: holds ? 'is Ready' : 'is NotReady' };
  },
  services: ({ metadata }, view) => {
    const count = readyAddresses(view.find('endpoints', metadata.namespace ?? '', metadata.name));
    return { holds: count > 0, seen: count > 0 ? `has ${count} addresses` : 'has no address' };
  },
};

/** Tells whether the condition Ready is True. */
export function isReady({ status }: Pod | Node): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}
