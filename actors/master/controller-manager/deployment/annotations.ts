/** The annotations a Deployment keeps on its ReplicaSets, and those it hands on to them. */

import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';

/** The annotations of the Deployment controller's own. */
export const deploymentAnnotations = {
  /** Counts the templates a Deployment has had. */
  revision: 'deployment.kubernetes.io/revision',
  /** The revisions a ReplicaSet had before the Deployment came back to it. */
  history: 'deployment.kubernetes.io/revision-history',
  /** How many pods the Deployment asked for when the ReplicaSet was last sized... */
  desired: 'deployment.kubernetes.io/desired-replicas',
  /** ...and how many there might be with the surge. */
  max: 'deployment.kubernetes.io/max-replicas',
} as const;

/** What is not handed on: each has its own. */
const ownOnes: readonly string[] = [
  ...Object.values(deploymentAnnotations),
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
];

/** As `maxRevHistoryLengthInChars`. */
const historyLengthMax = 2000;

type Annotations = Readonly<Record<string, string>>;

/** Gives the revision of a ReplicaSet; 0 where it has none. */
export function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[deploymentAnnotations.revision] ?? 0);
}

/** Gives a Deployment's annotations that its new ReplicaSet has, too. */
export function handedOn({ metadata }: Deployment): Annotations {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !ownOnes.includes(key)));
}

/** Gives the annotations in which a ReplicaSet that was there already is to change, now that it is the new one. */
export function annotationChanges(deployment: Deployment, set: ReplicaSet, revision: number): Annotations {
  const { annotations = {} } = set.metadata;
  const differing = Object.entries(handedOn(deployment)).filter(([key, value]) => annotations[key] !== value);
  const before = annotations[deploymentAnnotations.revision];
  return {
    ...Object.fromEntries(differing),
    // It may be ahead, where old ones with higher numbers are gone.
    ...(revisionOf(set) < revision && {
      [deploymentAnnotations.revision]: String(revision),
      ...(before !== undefined && historyWith(annotations[deploymentAnnotations.history] ?? '', before)),
    }),
  };
}

/** Adds a revision to those a ReplicaSet had; the first ones go where it becomes too long. */
function historyWith(history: string, before: string): Annotations {
  const revisions = history === '' ? [] : history.split(',');
  while ([...revisions, before].join(',').length > historyLengthMax && revisions.length > 0) revisions.shift();
  return { [deploymentAnnotations.history]: [...revisions, before].join(',') };
}
