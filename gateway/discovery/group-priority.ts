/** The order in which discovery tells groups and versions: what clients take when they are free to choose. */

import { byVersionPriority } from '../../protocol/custom/version-priority.ts';
import type { ServedResource } from './served-resource.ts';

/** The versions of a group, the preferred one first. */
export interface ServedGroup {
  readonly name: string;
  readonly versions: readonly ServedVersion[];
}

/** What one version of a group has, by the resource's name. */
export interface ServedVersion {
  readonly version: string;
  /** `v1`, `apps/v1`. */
  readonly groupVersion: string;
  readonly resources: readonly ServedResource[];
}

/** As kube-apiserver's `apiVersionPriorities`, and metrics-server's APIService. */
const groupPriorities: ReadonlyMap<string, number> = new Map([
  ['', 18000],
  ['apps', 17800],
  ['events.k8s.io', 17750],
  ['authentication.k8s.io', 17700],
  ['authorization.k8s.io', 17600],
  ['autoscaling', 17500],
  ['batch', 17400],
  ['certificates.k8s.io', 17300],
  ['networking.k8s.io', 17200],
  ['policy', 17100],
  ['rbac.authorization.k8s.io', 17000],
  ['storage.k8s.io', 16800],
  ['admissionregistration.k8s.io', 16700],
  ['apiextensions.k8s.io', 16700],
  ['scheduling.k8s.io', 16600],
  ['coordination.k8s.io', 16500],
  ['node.k8s.io', 16400],
  ['discovery.k8s.io', 16300],
  ['flowcontrol.apiserver.k8s.io', 16100],
  ['metrics.k8s.io', 100],
]);
/** The priority of every group that users define, as the CRD registration controller gives it. */
const customPriority = 1000;

/** Puts resources into groups and versions, in the order of discovery; the core group is the first. */
export function groupResources(resources: readonly ServedResource[]): readonly ServedGroup[] {
  const names = [...new Set(resources.map(({ group }) => group))].sort(compareGroups);
  return names.map((name) => ({
    name,
    versions: versionsOf(
      name,
      resources.filter(({ group }) => group === name),
    ),
  }));
}

function versionsOf(group: string, resources: readonly ServedResource[]): readonly ServedVersion[] {
  const versions = [...new Set(resources.map(({ version }) => version))].sort(byVersionPriority);
  return versions.map((version) => ({
    version,
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: resources.filter((one) => one.version === version).sort((a, b) => (a.resource < b.resource ? -1 : 1)),
  }));
}

function compareGroups(a: string, b: string): number {
  const difference = (groupPriorities.get(b) ?? customPriority) - (groupPriorities.get(a) ?? customPriority);
  return difference === 0 ? (a < b ? -1 : 1) : difference;
}
