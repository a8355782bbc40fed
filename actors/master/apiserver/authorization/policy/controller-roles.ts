/** The ClusterRoles of kube-controller-manager's controllers, each bound to its ServiceAccount (bootstrappolicy of v1.30). */

import { clusterRole, clusterRoleBinding, role, roleBinding, writesEvents } from './notation.ts';

const prefix = 'system:controller:';
const system = 'kube-system';

const rules: Readonly<Record<string, readonly string[]>> = {
  'attachdetach-controller': [
    'list watch: core: persistentvolumes persistentvolumeclaims',
    'read: core: nodes',
    'patch update: core: nodes/status',
    'list watch: core: pods',
    writesEvents,
    'read create delete: storage.k8s.io: volumeattachments',
    'read: storage.k8s.io: csidrivers',
    'read: storage.k8s.io: csinodes',
  ],
  'certificate-controller': [
    'read delete: certificates.k8s.io: certificatesigningrequests',
    'update: certificates.k8s.io: certificatesigningrequests/status certificatesigningrequests/approval',
    'approve: certificates.k8s.io: signers: kubernetes.io/kube-apiserver-client-kubelet',
    'sign: certificates.k8s.io: signers: kubernetes.io/legacy-unknown kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving',
    'create: authorization.k8s.io: subjectaccessreviews',
    writesEvents,
  ],
  'clusterrole-aggregation-controller': ['escalate read update patch: rbac.authorization.k8s.io: clusterroles'],
  'cronjob-controller': [
    'read update: batch: cronjobs',
    'read create update delete patch: batch: jobs',
    'update: batch: cronjobs/status',
    'update: batch: cronjobs/finalizers',
    'list watch delete: core: pods',
    writesEvents,
  ],
  'daemon-set-controller': [
    'read: extensions apps: daemonsets',
    'update: extensions apps: daemonsets/status',
    'update: extensions apps: daemonsets/finalizers',
    'list watch: core: nodes',
    'list watch create delete patch: core: pods',
    'create: core: pods/binding',
    'read create delete update patch: apps: controllerrevisions',
    writesEvents,
  ],
  'deployment-controller': [
    'read update: extensions apps: deployments',
    'update: extensions apps: deployments/status',
    'update: extensions apps: deployments/finalizers',
    'read create update patch delete: apps extensions: replicasets',
    'read update: core: pods',
    writesEvents,
  ],
  'disruption-controller': [
    'read: extensions apps: deployments',
    'read: apps extensions: replicasets',
    'read: core: replicationcontrollers',
    'read: policy: poddisruptionbudgets',
    'read: apps: statefulsets',
    'update: policy: poddisruptionbudgets/status',
    'patch update: core: pods/status',
    'get: *: */scale',
    writesEvents,
  ],
  'endpoint-controller': [
    'read: core: services pods',
    'read create update delete: core: endpoints',
    'create: core: endpoints/restricted',
    writesEvents,
  ],
  'endpointslice-controller': [
    'read: core: services pods nodes',
    'update: core: services/finalizers',
    'read create update delete: discovery.k8s.io: endpointslices',
    writesEvents,
  ],
  'endpointslicemirroring-controller': [
    'read: core: services endpoints',
    'update: core: services/finalizers',
    'update: core: endpoints/finalizers',
    'read create update delete: discovery.k8s.io: endpointslices',
    writesEvents,
  ],
  'ephemeral-volume-controller': [
    'read: core: pods',
    'update: core: pods/finalizers',
    'read create: core: persistentvolumeclaims',
    writesEvents,
  ],
  'expand-controller': [
    'read update patch: core: persistentvolumes',
    'update patch: core: persistentvolumeclaims/status',
    'read: core: persistentvolumeclaims',
    writesEvents,
    'get: core: services',
  ],
  'generic-garbage-collector': ['read patch update delete: *: *', writesEvents],
  'horizontal-pod-autoscaler': [
    'read: autoscaling: horizontalpodautoscalers',
    'update: autoscaling: horizontalpodautoscalers/status',
    'get update: *: */scale',
    'list watch: core: pods',
    'list: metrics.k8s.io: pods',
    'get list: custom.metrics.k8s.io: *',
    'get list: external.metrics.k8s.io: *',
    writesEvents,
  ],
  'job-controller': [
    'read update patch: batch: jobs',
    'update: batch: jobs/status',
    'update: batch: jobs/finalizers',
    'list watch create delete patch: core: pods',
    writesEvents,
  ],
  'legacy-service-account-token-cleaner': [
    'get: core: configmaps: kube-apiserver-legacy-service-account-token-tracking',
    'patch delete: core: secrets',
  ],
  'namespace-controller': [
    'read delete: core: namespaces',
    'update: core: namespaces/finalize namespaces/status',
    'read delete deletecollection: *: *',
  ],
  'node-controller': [
    'read update delete patch: core: nodes',
    'patch update: core: nodes/status',
    'patch update: core: pods/status',
    'read delete: core: pods',
    writesEvents,
  ],
  'persistent-volume-binder': [
    'read update create delete: core: persistentvolumes',
    'update: core: persistentvolumes/status',
    'read update: core: persistentvolumeclaims',
    'update: core: persistentvolumeclaims/status',
    'read create delete: core: pods',
    'read: storage.k8s.io: storageclasses',
    'list watch: core: nodes',
    writesEvents,
    'watch: core: events',
    'get: core: services',
  ],
  'pod-garbage-collector': ['list watch delete: core: pods', 'read: core: nodes', 'patch: core: pods/status'],
  'pv-protection-controller': ['read update: core: persistentvolumes', writesEvents],
  'pvc-protection-controller': ['read update: core: persistentvolumeclaims', 'read: core: pods', writesEvents],
  'replicaset-controller': [
    'read update: apps extensions: replicasets',
    'update: apps extensions: replicasets/status',
    'update: apps extensions: replicasets/finalizers',
    'list watch patch create delete: core: pods',
    writesEvents,
  ],
  'replication-controller': [
    'read update: core: replicationcontrollers',
    'update: core: replicationcontrollers/status',
    'update: core: replicationcontrollers/finalizers',
    'list watch patch create delete: core: pods',
    writesEvents,
  ],
  'resourcequota-controller': ['list watch: *: *', 'update: core: resourcequotas/status', writesEvents],
  'root-ca-cert-publisher': ['create update: core: configmaps', writesEvents],
  'route-controller': ['list watch: core: nodes', 'patch: core: nodes/status', writesEvents],
  'service-account-controller': ['create: core: serviceaccounts', writesEvents],
  'service-controller': [
    'read: core: services',
    'patch update: core: services/status',
    'list watch: core: nodes',
    writesEvents,
  ],
  'statefulset-controller': [
    'list watch: core: pods',
    'read: apps: statefulsets',
    'update: apps: statefulsets/status',
    'update: apps: statefulsets/finalizers',
    'get create delete update patch: core: pods',
    'read create delete update patch: apps: controllerrevisions',
    'get create: core: persistentvolumeclaims',
    writesEvents,
    'update delete: core: persistentvolumeclaims',
  ],
  'ttl-after-finished-controller': ['read delete: batch: jobs', writesEvents],
  'ttl-controller': ['update patch list watch: core: nodes', writesEvents],
  'validatingadmissionpolicy-status-controller': [
    'read: admissionregistration.k8s.io: validatingadmissionpolicies',
    'get patch update: admissionregistration.k8s.io: validatingadmissionpolicies/status',
    writesEvents,
  ],
};

const names = Object.keys(rules);

/** One for each controller. */
export const controllerRoles = names.map((name) => clusterRole(prefix + name, rules[name] ?? []));

/** Each controller's ServiceAccount has its role. */
export const controllerRoleBindings = names.map((name) =>
  clusterRoleBinding(prefix + name, `account ${system}/${name}`),
);

const signer = `${prefix}bootstrap-signer`;
const locking = (component: string) => `system::leader-locking-${component}`;
const lockRules = (component: string) => ['watch: core: configmaps', `get update: core: configmaps: ${component}`];
const authenticationReader = 'extension-apiserver-authentication-reader';

/** The Roles of the system's own namespaces. */
export const systemRoles = [
  role('kube-public', signer, ['read: core: configmaps', 'update: core: configmaps: cluster-info', writesEvents]),
  role(system, authenticationReader, ['read: core: configmaps: extension-apiserver-authentication']),
  role(system, locking('kube-controller-manager'), lockRules('kube-controller-manager')),
  role(system, locking('kube-scheduler'), lockRules('kube-scheduler')),
  role(system, signer, ['read: core: secrets']),
  role(system, `${prefix}cloud-provider`, ['create read: core: configmaps']),
  role(system, `${prefix}token-cleaner`, ['read delete: core: secrets', writesEvents]),
];

const managers = ['user system:kube-controller-manager', 'user system:kube-scheduler'];

/** Who has them. */
export const systemRoleBindings = [
  roleBinding('kube-public', signer, [`account ${system}/bootstrap-signer`]),
  roleBinding(system, authenticationReader, managers, `system::${authenticationReader}`),
  ...['kube-controller-manager', 'kube-scheduler'].map((component) =>
    roleBinding(system, locking(component), [`user system:${component}`, `account ${system}/${component}`]),
  ),
  ...['bootstrap-signer', 'cloud-provider', 'token-cleaner'].map((name) =>
    roleBinding(system, prefix + name, [`account ${system}/${name}`]),
  ),
];
