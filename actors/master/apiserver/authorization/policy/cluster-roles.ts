/** The ClusterRoles that every cluster has, and who is bound to them (bootstrappolicy of v1.30). */

import type { ClusterRole, ClusterRoleBinding } from '../roles.ts';
import { clusterRole, clusterRoleBinding, gatheringRole, writesEvents } from './notation.ts';

const reviewsTokens = 'create: authentication.k8s.io: tokenreviews';
const reviewsAccess = 'create: authorization.k8s.io: subjectaccessreviews';
const healthPaths = '/livez /readyz /healthz';
const oldWorkloads =
  'daemonsets deployments deployments/scale ingresses replicasets replicasets/scale replicationcontrollers/scale networkpolicies';

const forEverybody: readonly ClusterRole[] = [
  clusterRole('cluster-admin', ['*: *: *', '*: *']),
  clusterRole('system:discovery', [
    `get: ${healthPaths} /version /version/ /openapi /openapi/* /api /api/* /apis /apis/*`,
  ]),
  clusterRole('system:monitoring', [`get: /metrics /metrics/slis ${healthPaths} /livez/* /readyz/* /healthz/*`]),
  clusterRole('system:basic-user', [
    'create: authorization.k8s.io: selfsubjectaccessreviews selfsubjectrulesreviews',
    'create: authentication.k8s.io: selfsubjectreviews',
  ]),
  clusterRole('system:public-info-viewer', [`get: ${healthPaths} /version /version/`]),
];

const forPeople: readonly ClusterRole[] = [
  gatheringRole('admin'),
  gatheringRole('edit', 'admin'),
  gatheringRole('view', 'edit'),
  clusterRole(
    'system:aggregate-to-admin',
    [
      'create: authorization.k8s.io: localsubjectaccessreviews',
      'read write: rbac.authorization.k8s.io: roles rolebindings',
    ],
    'admin',
  ),
  clusterRole(
    'system:aggregate-to-edit',
    [
      'read: core: pods/attach pods/proxy pods/exec pods/portforward secrets services/proxy',
      'impersonate: core: serviceaccounts',
      'write: core: pods pods/attach pods/proxy pods/exec pods/portforward',
      'create: core: pods/eviction',
      'write: core: replicationcontrollers replicationcontrollers/scale serviceaccounts services services/proxy persistentvolumeclaims configmaps secrets events',
      'create: core: serviceaccounts/token',
      'write: apps: statefulsets statefulsets/scale daemonsets deployments deployments/scale deployments/rollback replicasets replicasets/scale',
      'write: autoscaling: horizontalpodautoscalers',
      'write: batch: jobs cronjobs',
      `write: extensions: ${oldWorkloads} deployments/rollback`,
      'write: policy: poddisruptionbudgets',
      'write: networking.k8s.io: networkpolicies ingresses',
      'read write: coordination.k8s.io: leases',
    ],
    'edit',
  ),
  clusterRole(
    'system:aggregate-to-view',
    [
      'read: core: pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status endpoints persistentvolumeclaims persistentvolumeclaims/status configmaps',
      'read: core: limitranges resourcequotas bindings events pods/status resourcequotas/status namespaces/status replicationcontrollers/status pods/log',
      // In a namespace's own roles: whoever has it may see this namespace.
      'read: core: namespaces',
      'read: discovery.k8s.io: endpointslices',
      'read: apps: controllerrevisions statefulsets statefulsets/status statefulsets/scale daemonsets daemonsets/status deployments deployments/status deployments/scale replicasets replicasets/status replicasets/scale',
      'read: autoscaling: horizontalpodautoscalers horizontalpodautoscalers/status',
      'read: batch: jobs cronjobs cronjobs/status jobs/status',
      `read: extensions: ${oldWorkloads} daemonsets/status deployments/status ingresses/status replicasets/status`,
      'read: policy: poddisruptionbudgets poddisruptionbudgets/status',
      'read: networking.k8s.io: networkpolicies ingresses ingresses/status',
    ],
    'view',
  ),
];

const forNodes: readonly ClusterRole[] = [
  clusterRole('system:node', [
    reviewsTokens,
    'create: authorization.k8s.io: subjectaccessreviews localsubjectaccessreviews',
    'read: core: services',
    'create read: core: nodes',
    'update patch: core: nodes/status',
    'update patch: core: nodes',
    'create update patch: core: events',
    'read: core: pods',
    'create delete: core: pods',
    'update patch: core: pods/status',
    'create: core: pods/eviction',
    'read: core: secrets configmaps',
    'get: core: persistentvolumeclaims persistentvolumes',
    'get: core: endpoints',
    'create read: certificates.k8s.io: certificatesigningrequests',
    'get create update patch delete: coordination.k8s.io: leases',
    'get: storage.k8s.io: volumeattachments',
    'get update patch: core: persistentvolumeclaims/status',
    'create: core: serviceaccounts/token',
    'read: storage.k8s.io: csidrivers',
    'get create update patch delete: storage.k8s.io: csinodes',
    'read: node.k8s.io: runtimeclasses',
  ]),
  clusterRole('system:node-problem-detector', ['get: core: nodes', 'patch: core: nodes/status', writesEvents]),
  clusterRole('system:kubelet-api-admin', [
    'read: core: nodes',
    'proxy: core: nodes',
    '*: core: nodes/proxy nodes/metrics nodes/stats nodes/log',
  ]),
  clusterRole('system:node-bootstrapper', ['create read: certificates.k8s.io: certificatesigningrequests']),
  clusterRole('system:node-proxier', [
    'list watch: core: services endpoints',
    'read: core: nodes',
    writesEvents,
    'list watch: discovery.k8s.io: endpointslices',
  ]),
];

const forComponents: readonly ClusterRole[] = [
  clusterRole('system:auth-delegator', [reviewsTokens, reviewsAccess]),
  clusterRole('system:heapster', ['read: core: events pods nodes namespaces', 'read: extensions: deployments']),
  clusterRole('system:kube-aggregator', ['read: core: services endpoints']),
  clusterRole('system:kube-controller-manager', [
    writesEvents,
    'create: coordination.k8s.io: leases',
    'get update: coordination.k8s.io: leases: kube-controller-manager',
    'create: core: secrets serviceaccounts',
    'delete: core: secrets',
    'get: core: namespaces secrets serviceaccounts configmaps',
    'update: core: secrets serviceaccounts',
    reviewsTokens,
    reviewsAccess,
    'list watch: *: *',
    'create: core: serviceaccounts/token',
  ]),
  clusterRole('system:kube-dns', ['list watch: core: endpoints services']),
  clusterRole('system:kube-scheduler', [
    writesEvents,
    'create: coordination.k8s.io: leases',
    'get update: coordination.k8s.io: leases: kube-scheduler',
    'read: core: nodes',
    'read delete: core: pods',
    'create: core: pods/binding bindings',
    'patch update: core: pods/status',
    'read: core: services replicationcontrollers',
    'read: apps extensions: replicasets',
    'read: apps: statefulsets',
    'read: policy: poddisruptionbudgets',
    'read: core: persistentvolumeclaims persistentvolumes',
    reviewsTokens,
    reviewsAccess,
    'read: storage.k8s.io: csinodes',
    'read: core: namespaces',
    'read: storage.k8s.io: csidrivers',
    'read: storage.k8s.io: csistoragecapacities',
  ]),
  clusterRole('system:persistent-volume-provisioner', [
    'read create delete: core: persistentvolumes',
    'read update: core: persistentvolumeclaims',
    'read: storage.k8s.io: storageclasses',
    'watch: core: events',
    writesEvents,
  ]),
  clusterRole('system:service-account-issuer-discovery', ['get: /.well-known/openid-configuration /openid/v1/jwks']),
  clusterRole('system:volume-scheduler', [
    'read update patch: core: persistentvolumes',
    'read: storage.k8s.io: storageclasses',
    'read update patch: core: persistentvolumeclaims',
  ]),
];

const requests = 'system:certificates.k8s.io:certificatesigningrequests';
const approver = (signer: string) =>
  clusterRole(`system:certificates.k8s.io:${signer}-approver`, [
    `approve: certificates.k8s.io: signers: kubernetes.io/${signer}`,
  ]);

const forCertificates: readonly ClusterRole[] = [
  clusterRole(`${requests}:nodeclient`, ['create: certificates.k8s.io: certificatesigningrequests/nodeclient']),
  clusterRole(`${requests}:selfnodeclient`, ['create: certificates.k8s.io: certificatesigningrequests/selfnodeclient']),
  approver('legacy-unknown'),
  approver('kubelet-serving'),
  approver('kube-apiserver-client'),
  approver('kube-apiserver-client-kubelet'),
];

/** All but the controllers' own. */
export const clusterRoles: readonly ClusterRole[] = [
  ...forEverybody,
  ...forPeople,
  ...forNodes,
  ...forComponents,
  ...forCertificates,
];

const everybody = 'group system:authenticated';

/** Who has them. Nodes are let in by none: in Kubernetes the Node authorizer does that. */
export const clusterRoleBindings: readonly ClusterRoleBinding[] = [
  clusterRoleBinding('cluster-admin', 'group system:masters'),
  clusterRoleBinding('system:monitoring', 'group system:monitoring'),
  clusterRoleBinding('system:discovery', everybody),
  clusterRoleBinding('system:basic-user', everybody),
  clusterRoleBinding('system:public-info-viewer', everybody, 'group system:unauthenticated'),
  clusterRoleBinding('system:node-proxier', 'user system:kube-proxy'),
  clusterRoleBinding('system:kube-controller-manager', 'user system:kube-controller-manager'),
  clusterRoleBinding('system:kube-dns', 'account kube-system/kube-dns'),
  clusterRoleBinding('system:kube-scheduler', 'user system:kube-scheduler'),
  clusterRoleBinding('system:volume-scheduler', 'user system:kube-scheduler'),
  clusterRoleBinding('system:service-account-issuer-discovery', 'group system:serviceaccounts'),
  clusterRoleBinding('system:node'),
];
