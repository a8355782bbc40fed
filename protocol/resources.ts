/** The kinds the API serves, and what each is called. */

/** One kind of object and the resource it is reached by. */
export interface ResourceKind {
  /** The plural, as in a URL. */
  readonly resource: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** Groups of resources that kubectl knows by one word. */
  readonly categories: readonly string[];
  /** All it can be asked for, where its objects are not stored but made of what is asked. Absent: stored, with all verbs. */
  readonly verbs?: readonly string[];
  /** The apiVersion its objects are stored in, where that is another than its own: they are converted on their way in and out. */
  readonly storedAs?: string;
  /** The kind of a list of them, where a CustomResourceDefinition names another than `...List`. */
  readonly listKind?: string;
}

type Rest = Partial<
  Pick<ResourceKind, 'shortNames' | 'namespaced' | 'subresources' | 'categories' | 'verbs' | 'storedAs'>
>;

function kind(apiVersion: string, name: string, resource: string, rest: Rest = {}): ResourceKind {
  const slash = apiVersion.indexOf('/');
  return {
    resource,
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: name,
    singular: name.toLowerCase(),
    shortNames: rest.shortNames ?? [],
    namespaced: rest.namespaced ?? true,
    subresources: rest.subresources ?? [],
    categories: rest.categories ?? [],
    ...(rest.verbs && { verbs: rest.verbs }),
    ...(rest.storedAs && { storedAs: rest.storedAs }),
  };
}

const scaled = ['status', 'scale'];
const status = ['status'];
const all = ['all'];
const review = { namespaced: false, verbs: ['create'] };
const autoscaler = { shortNames: ['hpa'], subresources: status, categories: all };
const podConnections = ['log', 'exec', 'attach', 'portforward', 'proxy'];
const podSubresources = ['status', 'binding', 'ephemeralcontainers', 'eviction', ...podConnections];

/** All kinds, as kube-apiserver's discovery tells them. */
export const resourceKinds: readonly ResourceKind[] = [
  kind('v1', 'Binding', 'bindings', { verbs: ['create'] }),
  kind('v1', 'ComponentStatus', 'componentstatuses', {
    shortNames: ['cs'],
    namespaced: false,
    verbs: ['get', 'list'],
  }),
  kind('v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  kind('v1', 'Endpoints', 'endpoints', { shortNames: ['ep'] }),
  kind('v1', 'Event', 'events', { shortNames: ['ev'] }),
  kind('v1', 'LimitRange', 'limitranges', { shortNames: ['limits'] }),
  kind('v1', 'Namespace', 'namespaces', {
    shortNames: ['ns'],
    namespaced: false,
    subresources: ['status', 'finalize'],
  }),
  kind('v1', 'Node', 'nodes', { shortNames: ['no'], namespaced: false, subresources: ['status', 'proxy'] }),
  kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', { shortNames: ['pvc'], subresources: status }),
  kind('v1', 'PersistentVolume', 'persistentvolumes', { shortNames: ['pv'], namespaced: false, subresources: status }),
  kind('v1', 'Pod', 'pods', { shortNames: ['po'], subresources: podSubresources, categories: all }),
  kind('v1', 'PodTemplate', 'podtemplates'),
  kind('v1', 'ReplicationController', 'replicationcontrollers', {
    shortNames: ['rc'],
    subresources: scaled,
    categories: all,
  }),
  kind('v1', 'ResourceQuota', 'resourcequotas', { shortNames: ['quota'], subresources: status }),
  kind('v1', 'Secret', 'secrets'),
  kind('v1', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'], subresources: ['token'] }),
  kind('v1', 'Service', 'services', { shortNames: ['svc'], subresources: ['status', 'proxy'], categories: all }),
  kind('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
    shortNames: ['crd', 'crds'],
    namespaced: false,
    subresources: status,
    categories: ['api-extensions'],
  }),
  kind('apps/v1', 'DaemonSet', 'daemonsets', { shortNames: ['ds'], subresources: status, categories: all }),
  kind('apps/v1', 'Deployment', 'deployments', { shortNames: ['deploy'], subresources: scaled, categories: all }),
  kind('apps/v1', 'ReplicaSet', 'replicasets', { shortNames: ['rs'], subresources: scaled, categories: all }),
  kind('apps/v1', 'StatefulSet', 'statefulsets', { shortNames: ['sts'], subresources: scaled, categories: all }),
  kind('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews', review),
  kind('authentication.k8s.io/v1', 'TokenReview', 'tokenreviews', review),
  kind('authorization.k8s.io/v1', 'LocalSubjectAccessReview', 'localsubjectaccessreviews', { verbs: ['create'] }),
  kind('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', review),
  kind('authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', review),
  kind('authorization.k8s.io/v1', 'SubjectAccessReview', 'subjectaccessreviews', review),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', autoscaler),
  kind('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    ...autoscaler,
    storedAs: 'autoscaling/v2',
  }),
  kind('batch/v1', 'CronJob', 'cronjobs', { shortNames: ['cj'], subresources: status, categories: all }),
  kind('batch/v1', 'Job', 'jobs', { subresources: status, categories: all }),
  kind('certificates.k8s.io/v1', 'CertificateSigningRequest', 'certificatesigningrequests', {
    shortNames: ['csr'],
    namespaced: false,
    subresources: ['status', 'approval'],
  }),
  kind('coordination.k8s.io/v1', 'Lease', 'leases'),
  kind('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  kind('events.k8s.io/v1', 'Event', 'events', { shortNames: ['ev'], storedAs: 'v1' }),
  kind('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', { namespaced: false }),
  kind('networking.k8s.io/v1', 'Ingress', 'ingresses', { shortNames: ['ing'], subresources: status }),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', { shortNames: ['netpol'] }),
  kind('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', { namespaced: false }),
  kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', { shortNames: ['pdb'], subresources: status }),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', { namespaced: false }),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', { namespaced: false }),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  kind('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  kind('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', { shortNames: ['pc'], namespaced: false }),
  kind('storage.k8s.io/v1', 'CSIDriver', 'csidrivers', { namespaced: false }),
  kind('storage.k8s.io/v1', 'CSINode', 'csinodes', { namespaced: false }),
  kind('storage.k8s.io/v1', 'CSIStorageCapacity', 'csistoragecapacities'),
  kind('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { shortNames: ['sc'], namespaced: false }),
  kind('storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', { namespaced: false, subresources: status }),
];

/** The kinds whose objects lie in etcd, each in the form they are stored in. */
export const storedKinds: readonly ResourceKind[] = resourceKinds.filter(
  ({ verbs, storedAs }) => verbs === undefined && storedAs === undefined,
);

const byGroupResource = new Map<string, ResourceKind>();
for (const one of resourceKinds) {
  // The first of several versions is the preferred one.
  if (!byGroupResource.has(groupResource(one))) byGroupResource.set(groupResource(one), one);
}
const byKind = new Map(resourceKinds.map((one) => [`${apiVersionOf(one)} ${one.kind}`, one]));

/** Finds a resource by its group-resource: `pods`, `leases.coordination.k8s.io`; in its preferred version unless one is named. */
export function findResource(name: string, version?: string): ResourceKind | undefined {
  const preferred = byGroupResource.get(name);
  if (preferred === undefined || version === undefined || preferred.version === version) return preferred;
  return byKind.get(`${apiVersionOf({ group: preferred.group, version })} ${preferred.kind}`);
}

/** Gives the form in which the objects of a kind are stored: itself, or the one it is converted from. */
export function storedForm(kind: ResourceKind): ResourceKind {
  if (kind.storedAs === undefined) return kind;
  return byKind.get(`${kind.storedAs} ${kind.kind}`) ?? kind;
}

/** Finds the resource of an object. */
export function findKind(apiVersion: string, kindName: string): ResourceKind | undefined {
  return byKind.get(`${apiVersion} ${kindName}`);
}

/**
 * Finds a resource by any name kubectl takes: `po`, `pod`, `pods`, `Pod`, `deploy`, `deployments.apps`, `deployments.v1.apps`.
 * The first in the table wins.
 */
export function findByAnyName(name: string): ResourceKind | undefined {
  const [word = '', ...group] = name.toLowerCase().split('.');
  return resourceKinds.find(
    (one) =>
      (one.resource === word || one.singular === word || one.shortNames.includes(word)) &&
      (group.length === 0 || [one.group, `${one.version}.${one.group}`].includes(group.join('.'))),
  );
}

/** The name a resource has in messages: `pods`, `leases.coordination.k8s.io`. */
export function groupResource({ resource, group }: Pick<ResourceKind, 'resource' | 'group'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** The name a kind has in error messages: `Pod`, `Lease.coordination.k8s.io`. */
export function groupKind({ kind: name, group }: Pick<ResourceKind, 'kind' | 'group'>): string {
  return group === '' ? name : `${name}.${group}`;
}

/** What stands in an object's `apiVersion`. */
export function apiVersionOf({ group, version }: Pick<ResourceKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}
