/** The ReplicaSet of a Deployment's present template: found among those there are, or made. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import { controllerReference } from '../../../../protocol/meta.ts';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../../../protocol/objects.ts';
import { deploymentAnnotations, handedOn } from './annotations.ts';
import { nextRevision } from './revisions.ts';
import { newSize } from './rolling.ts';
import { sizeAnnotations } from './scaling.ts';
import { hashLabel, templateHash } from './template-hash.ts';

/** Finds it among ReplicaSets; the first, should there be several (`FindNewReplicaSet`). */
export function findNewSet({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(spec.template);
  return sets.find((set) => deepEqual(withoutHash(set.spec.template), wanted));
}

function withoutHash(template: PodTemplateSpec | undefined): unknown {
  const { [hashLabel]: _, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

/** Makes it: its pods, and itself, are told from those of other templates by a hash. */
export function newSetOf(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const { name, namespace } = deployment.metadata;
  const hash = templateHash(template, deployment.status?.collisionCount ?? 0);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels,
      annotations: {
        ...handedOn(deployment),
        ...sizeAnnotations(deployment),
        [deploymentAnnotations.revision]: String(nextRevision(old)),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: newSize(deployment, old, 0),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
