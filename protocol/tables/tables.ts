/** Which table each kind has. */

import { groupKind, type ResourceKind } from '../resources.ts';
import { roleBindingTable, signingRequestTable } from './access.ts';
import { type KindTable, kindTable, name } from './column.ts';
import {
  componentStatusTable,
  configMapTable,
  namespaceTable,
  priorityClassTable,
  resourceQuotaTable,
  secretTable,
  serviceAccountTable,
} from './configuration.ts';
import { eventTable } from './events.ts';
import {
  admissionPolicyBindingTable,
  admissionPolicyTable,
  apiServiceTable,
  flowSchemaTable,
  priorityLevelTable,
  webhookTable,
} from './extension.ts';
import { textOf } from './fields.ts';
import { cronJobTable, jobTable } from './jobs.ts';
import { nodeMetricsTable, podMetricsTable } from './metrics.ts';
import { ingressClassTable, ingressTable, networkPolicyTable } from './networking.ts';
import { csiNodeTable, leaseTable, nodeTable, runtimeClassTable } from './nodes.ts';
import { podTable, podTemplateTable } from './pods.ts';
import { autoscalerTable, disruptionBudgetTable, scaleTable } from './scaling.ts';
import { endpointSliceTable, endpointsTable, serviceTable } from './services.ts';
import {
  csiDriverTable,
  csiStorageCapacityTable,
  persistentVolumeClaimTable,
  persistentVolumeTable,
  storageClassTable,
  volumeAttachmentTable,
} from './storage.ts';
import {
  controllerRevisionTable,
  daemonSetTable,
  deploymentTable,
  replicaSetTable,
  replicationControllerTable,
  statefulSetTable,
} from './workloads.ts';

/** The tables of all kinds that have columns of their own, by group-kind: `Pod`, `Deployment.apps`. */
export const tables: ReadonlyMap<string, KindTable> = new Map([
  ['ComponentStatus', componentStatusTable],
  ['ConfigMap', configMapTable],
  ['Endpoints', endpointsTable],
  ['Event', eventTable],
  ['Namespace', namespaceTable],
  ['Node', nodeTable],
  ['PersistentVolume', persistentVolumeTable],
  ['PersistentVolumeClaim', persistentVolumeClaimTable],
  ['Pod', podTable],
  ['PodTemplate', podTemplateTable],
  ['ReplicationController', replicationControllerTable],
  ['ResourceQuota', resourceQuotaTable],
  ['Secret', secretTable],
  ['Service', serviceTable],
  ['ServiceAccount', serviceAccountTable],
  ['MutatingWebhookConfiguration.admissionregistration.k8s.io', webhookTable],
  ['ValidatingAdmissionPolicy.admissionregistration.k8s.io', admissionPolicyTable],
  ['ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io', admissionPolicyBindingTable],
  ['ValidatingWebhookConfiguration.admissionregistration.k8s.io', webhookTable],
  ['APIService.apiregistration.k8s.io', apiServiceTable],
  ['ControllerRevision.apps', controllerRevisionTable],
  ['DaemonSet.apps', daemonSetTable],
  ['Deployment.apps', deploymentTable],
  ['ReplicaSet.apps', replicaSetTable],
  ['StatefulSet.apps', statefulSetTable],
  ['HorizontalPodAutoscaler.autoscaling', autoscalerTable],
  ['Scale.autoscaling', scaleTable],
  ['CronJob.batch', cronJobTable],
  ['Job.batch', jobTable],
  ['CertificateSigningRequest.certificates.k8s.io', signingRequestTable],
  ['Lease.coordination.k8s.io', leaseTable],
  ['EndpointSlice.discovery.k8s.io', endpointSliceTable],
  ['Event.events.k8s.io', eventTable],
  ['FlowSchema.flowcontrol.apiserver.k8s.io', flowSchemaTable],
  ['PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io', priorityLevelTable],
  ['NodeMetrics.metrics.k8s.io', nodeMetricsTable],
  ['PodMetrics.metrics.k8s.io', podMetricsTable],
  ['Ingress.networking.k8s.io', ingressTable],
  ['IngressClass.networking.k8s.io', ingressClassTable],
  ['NetworkPolicy.networking.k8s.io', networkPolicyTable],
  ['RuntimeClass.node.k8s.io', runtimeClassTable],
  ['PodDisruptionBudget.policy', disruptionBudgetTable],
  ['ClusterRoleBinding.rbac.authorization.k8s.io', roleBindingTable],
  ['RoleBinding.rbac.authorization.k8s.io', roleBindingTable],
  ['PriorityClass.scheduling.k8s.io', priorityClassTable],
  ['CSIDriver.storage.k8s.io', csiDriverTable],
  ['CSINode.storage.k8s.io', csiNodeTable],
  ['CSIStorageCapacity.storage.k8s.io', csiStorageCapacityTable],
  ['StorageClass.storage.k8s.io', storageClassTable],
  ['VolumeAttachment.storage.k8s.io', volumeAttachmentTable],
]);

/** The zero of Go's time. */
const noTime = '0001-01-01T00:00:00Z';

/**
 * How objects are shown whose kind has no columns of its own, such as Role, LimitRange or CustomResourceDefinition
 * (`rest.NewDefaultTableConvertor`).
 */
export const plainTable = kindTable([
  name,
  {
    definition: {
      name: 'Created At',
      type: 'date',
      format: '',
      description: 'The time when the object was created.',
      priority: 0,
    },
    cell: ({ metadata }) => textOf(metadata.creationTimestamp) || noTime,
  },
]);

/** Finds how a built-in kind is shown (`pkg/printers/internalversion` of Kubernetes v1.30). */
export function tableOfKind(kind: Pick<ResourceKind, 'kind' | 'group'>): KindTable {
  return tables.get(groupKind(kind)) ?? plainTable;
}
