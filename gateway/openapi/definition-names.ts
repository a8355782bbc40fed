/** What definitions are called: by the Go package of their type, turned around as kube-openapi does. */

/** The package of what all groups share. */
export const metaPackage = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** The package of the core group. */
export const corePackage = 'io.k8s.api.core.v1';

/** Groups whose types do not live in `k8s.io/api`. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['apiextensions.k8s.io', 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions'],
  ['apiregistration.k8s.io', 'io.k8s.kube-aggregator.pkg.apis.apiregistration'],
  ['metrics.k8s.io', 'io.k8s.metrics.pkg.apis.metrics'],
]);

/** Types of apimachinery that those of other packages hold. */
const metaTypes: ReadonlySet<string> = new Set([
  'Condition',
  'DeleteOptions',
  'FieldSelectorRequirement',
  'GroupVersionKind',
  'LabelSelector',
  'LabelSelectorRequirement',
  'ListMeta',
  'ManagedFieldsEntry',
  'ObjectMeta',
  'OwnerReference',
  'Preconditions',
  'Status',
  'StatusCause',
  'StatusDetails',
]);
/** Types of the core group that those of other groups hold. */
const sharedCoreTypes: ReadonlySet<string> = new Set([
  'EventSource',
  'NodeSelector',
  'ObjectReference',
  'PersistentVolumeClaim',
  'PersistentVolumeSpec',
  'PodTemplateSpec',
  'ResourceRequirements',
  'Toleration',
  'TopologySelectorTerm',
  'TypedLocalObjectReference',
]);

/** Gives the package of a built-in group's types in one version: `io.k8s.api.rbac.v1`. */
export function packageOf(group: string, version: string): string {
  if (group === '') return corePackage;
  return `${elsewhere.get(group) ?? `io.k8s.api.${group.split('.')[0]}`}.${version}`;
}

/** Gives the package of a type that a type of `from` holds: no package of Kubernetes has a type named as one it takes from another. */
export function packageOfType(name: string, from: string): string {
  if (metaTypes.has(name)) return metaPackage;
  return sharedCoreTypes.has(name) && !from.startsWith('io.k8s.metrics.') ? corePackage : from;
}

/** Names the definition of a kind that users defined: `com.example.stable.v1.CronTab`. */
export function customDefinitionName(group: string, version: string, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}
