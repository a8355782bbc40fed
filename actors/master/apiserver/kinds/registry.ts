/** Which strategy a resource is served by. */

import { groupResource } from '../../../../protocol/resources.ts';
import { definitionStrategy } from '../custom-resources/definitions/strategy.ts';
import { horizontalPodAutoscalerStrategy } from './autoscaling.ts';
import { cronJobStrategy, jobStrategy } from './batch.ts';
import { certificateSigningRequestStrategy } from './certificates.ts';
import { configMapStrategy, secretStrategy, serviceAccountStrategy } from './config.ts';
import { controllerRevisionStrategy } from './controller-revision.ts';
import { endpointSliceStrategy, endpointsStrategy } from './endpoints.ts';
import { eventStrategy, leaseStrategy } from './event.ts';
import { ingressClassStrategy, ingressStrategy } from './ingress.ts';
import { limitRangeStrategy, resourceQuotaStrategy } from './limits.ts';
import { namespaceStrategy } from './namespace.ts';
import { networkPolicyStrategy } from './network-policy.ts';
import { nodeStrategy } from './node.ts';
import { bindingStrategy, podStrategy } from './pod.ts';
import { podDisruptionBudgetStrategy, podTemplateStrategy, priorityClassStrategy } from './policy.ts';
import { clusterRoleBindingStrategy, clusterRoleStrategy, roleBindingStrategy, roleStrategy } from './rbac.ts';
import { replicationControllerStrategy } from './replication-controller.ts';
import { reviewStrategies } from './reviews.ts';
import { runtimeClassStrategy } from './runtime-class.ts';
import { serviceStrategy } from './service.ts';
import { persistentVolumeClaimStrategy, persistentVolumeStrategy } from './storage.ts';
import {
  csiDriverStrategy,
  csiNodeStrategy,
  csiStorageCapacityStrategy,
  storageClassStrategy,
  volumeAttachmentStrategy,
} from './storage-class.ts';
import type { Strategy } from './strategy.ts';
import { daemonSetStrategy, deploymentStrategy, replicaSetStrategy, statefulSetStrategy } from './workloads.ts';

export { decodeObject, decodingRefusal, strictDecodingError, unknownFields } from './decode.ts';
export type { Strategy } from './strategy.ts';

const strategies: readonly Strategy[] = [
  ...reviewStrategies,
  bindingStrategy,
  certificateSigningRequestStrategy,
  clusterRoleBindingStrategy,
  clusterRoleStrategy,
  configMapStrategy,
  controllerRevisionStrategy,
  cronJobStrategy,
  csiDriverStrategy,
  csiNodeStrategy,
  csiStorageCapacityStrategy,
  daemonSetStrategy,
  definitionStrategy,
  deploymentStrategy,
  endpointSliceStrategy,
  endpointsStrategy,
  eventStrategy,
  horizontalPodAutoscalerStrategy,
  ingressClassStrategy,
  ingressStrategy,
  jobStrategy,
  leaseStrategy,
  limitRangeStrategy,
  namespaceStrategy,
  networkPolicyStrategy,
  nodeStrategy,
  persistentVolumeClaimStrategy,
  persistentVolumeStrategy,
  podDisruptionBudgetStrategy,
  podStrategy,
  podTemplateStrategy,
  priorityClassStrategy,
  replicaSetStrategy,
  replicationControllerStrategy,
  resourceQuotaStrategy,
  runtimeClassStrategy,
  roleBindingStrategy,
  roleStrategy,
  secretStrategy,
  serviceAccountStrategy,
  serviceStrategy,
  statefulSetStrategy,
  storageClassStrategy,
  volumeAttachmentStrategy,
];

const byResource = new Map(strategies.map((strategy) => [groupResource(strategy.kind), strategy]));

/** Gives the strategy of a group-resource (`pods`, `leases.coordination.k8s.io`). @throws Error for a resource that is not served. */
export function strategyOf(resource: string): Strategy {
  const strategy = byResource.get(resource);
  if (strategy === undefined) throw new Error(`the resource "${resource}" is not served`);
  return strategy;
}
