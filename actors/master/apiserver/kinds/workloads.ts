/** Deployments, ReplicaSets, DaemonSets and StatefulSets. */

import type * as apps from 'kubernetes-types/apps/v1.js';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { dns1123Label, dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { fill, refit, refitEach } from './fill.ts';
import { nonNegative, validateAnnotations, validateLabels } from './metadata.ts';
import { defaultTemplate } from './pod-defaults.ts';
import type { IntOrPercent } from './replicas.ts';
import {
  immutableSelector,
  isNone,
  notMoreThanAll,
  selectorOf,
  shownIntOrPercent,
  validateCounts,
  validateIntOrPercent,
  validateLastingTemplate,
  validateOwnSelector,
  validateTemplateLabels,
} from './replicas.ts';
import { defineStrategy } from './strategy.ts';

type Kind<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Deployment = Kind<apps.Deployment> & { spec: apps.DeploymentSpec };
type ReplicaSet = Kind<apps.ReplicaSet> & { spec: apps.ReplicaSetSpec };
type DaemonSet = Kind<apps.DaemonSet> & { spec: apps.DaemonSetSpec };
type StatefulSet = Kind<apps.StatefulSet> & { spec: apps.StatefulSetSpec };

const replicaCounts = ['replicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'];

/** ReplicaSets that follow each other. Annotations are part of what is rolled out, so they count as a new generation. */
export const deploymentStrategy = defineStrategy<Deployment>('deployments.apps', {
  nameRule: dns1123Subdomain,
  defaults: defaultDeployment,
  firstStatus: () => ({}),
  generationOf: ({ spec, metadata }) => ({ spec, annotations: metadata.annotations }),
  validate: validateDeployment,
  validateUpdate: ({ spec }, old) => immutableSelector(spec.selector, old.spec.selector),
  validateStatus: ({ status }) =>
    validateCounts(
      { ...status },
      [...replicaCounts, 'updatedReplicas', 'unavailableReplicas'],
      ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
    ),
});

function defaultDeployment(deployment: Deployment): Deployment {
  let spec = fill(deployment.spec ?? {}, {
    replicas: 1,
    template: {},
    strategy: {},
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  });
  spec = refit(spec, 'strategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    if (typed.type !== 'RollingUpdate') return typed;
    const rolling = fill(typed.rollingUpdate ?? {}, { maxUnavailable: '25%', maxSurge: '25%' });
    return rolling === typed.rollingUpdate ? typed : { ...typed, rollingUpdate: rolling };
  });
  spec = refit(spec, 'template', defaultTemplate);
  return spec === deployment.spec ? deployment : { ...deployment, spec };
}

function validateDeployment({ spec }: Deployment): FieldError[] {
  const errors = nonNegative(spec.replicas ?? 0, 'spec.replicas');
  errors.push(...validateOwnSelector(spec.selector, 'empty selector is invalid for deployment'));
  errors.push(...validateLastingTemplate(spec.template, selectorOf(spec.selector), 'ReplicaSet'));
  errors.push(...validateDeploymentStrategy(spec.strategy ?? {}));
  const ready = spec.minReadySeconds ?? 0;
  errors.push(...nonNegative(ready, 'spec.minReadySeconds'));
  errors.push(...nonNegative(spec.revisionHistoryLimit ?? 0, 'spec.revisionHistoryLimit'));
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return errors;
  errors.push(...nonNegative(deadline, 'spec.progressDeadlineSeconds'));
  if (deadline > ready) return errors;
  return [...errors, invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')];
}

function validateDeploymentStrategy({ type = '', rollingUpdate }: apps.DeploymentStrategy): FieldError[] {
  if (type === 'Recreate') {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbidden('spec.strategy.rollingUpdate', detail)];
  }
  if (type !== 'RollingUpdate') return [notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])];
  if (rollingUpdate === undefined) {
    return [required('spec.strategy.rollingUpdate', 'this should be defaulted and never be nil')];
  }
  return validateRolling(rollingUpdate, 'spec.strategy.rollingUpdate', 'may not be 0 when `maxSurge` is 0');
}

function validateRolling(
  rolling: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent },
  path: string,
  none: string,
): FieldError[] {
  const { maxUnavailable, maxSurge } = rolling;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${path}.maxSurge`),
  ];
  if (isNone(maxUnavailable) && isNone(maxSurge)) {
    errors.push(invalid(`${path}.maxUnavailable`, shownIntOrPercent(maxUnavailable ?? 0), none));
  }
  return [...errors, ...notMoreThanAll(maxUnavailable, `${path}.maxUnavailable`)];
}

/** Pods that are all alike. */
export const replicaSetStrategy = defineStrategy<ReplicaSet>('replicasets.apps', {
  nameRule: dns1123Subdomain,
  defaults: (set) => {
    const spec = refit(fill(set.spec ?? {}, { replicas: 1, template: {} }), 'template', defaultTemplate);
    return spec === set.spec ? set : { ...set, spec };
  },
  firstStatus: () => ({ replicas: 0 }),
  generationOf: ({ spec }) => spec,
  validate: ({ spec }) => [
    ...nonNegative(spec.replicas ?? 0, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'),
    // Kubernetes speaks of deployments here too.
    ...validateOwnSelector(spec.selector, 'empty selector is invalid for deployment'),
    ...validateLastingTemplate(spec.template ?? {}, selectorOf(spec.selector), 'ReplicaSet'),
  ],
  validateUpdate: ({ spec }, old) => immutableSelector(spec.selector, old.spec.selector),
  validateStatus: ({ status }) =>
    validateCounts(
      { ...status },
      [...replicaCounts, 'fullyLabeledReplicas'],
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ),
});

const daemonCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
];

/** One pod on every node. */
export const daemonSetStrategy = defineStrategy<DaemonSet>('daemonsets.apps', {
  nameRule: dns1123Subdomain,
  defaults: defaultDaemonSet,
  firstStatus: () => ({ currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 }),
  generationOf: ({ spec }) => spec,
  validate: validateDaemonSet,
  validateUpdate: ({ spec }, old) => immutableSelector(spec.selector, old.spec.selector),
  validateStatus: ({ status }) => validateCounts({ ...status }, daemonCounts, []),
});

function defaultDaemonSet(set: DaemonSet): DaemonSet {
  let spec = fill(set.spec ?? {}, { template: {}, updateStrategy: {}, revisionHistoryLimit: 10 });
  spec = refit(spec, 'updateStrategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    if (typed.type !== 'RollingUpdate') return typed;
    const rolling = fill(typed.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 });
    return rolling === typed.rollingUpdate ? typed : { ...typed, rollingUpdate: rolling };
  });
  spec = refit(spec, 'template', defaultTemplate);
  return spec === set.spec ? set : { ...set, spec };
}

function validateDaemonSet({ spec }: DaemonSet): FieldError[] {
  const errors = validateOwnSelector(spec.selector, 'empty selector is invalid for daemonset');
  errors.push(...validateLastingTemplate(spec.template, selectorOf(spec.selector), 'DaemonSet'));
  errors.push(...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'));
  const { type = '', rollingUpdate } = spec.updateStrategy ?? {};
  if (type === 'RollingUpdate') {
    if (rollingUpdate === undefined) errors.push(required('spec.updateStrategy.rollingUpdate'));
    else errors.push(...validateDaemonRolling(rollingUpdate));
  } else if (type !== 'OnDelete') {
    errors.push(notSupported('spec.updateStrategy.type', type, ['RollingUpdate', 'OnDelete']));
  }
  return [...errors, ...nonNegative(spec.revisionHistoryLimit ?? 0, 'spec.revisionHistoryLimit')];
}

function validateDaemonRolling({ maxUnavailable, maxSurge }: apps.RollingUpdateDaemonSet): FieldError[] {
  const path = 'spec.updateStrategy.rollingUpdate';
  const errors: FieldError[] = [];
  for (const [field, value] of [
    ['maxUnavailable', maxUnavailable],
    ['maxSurge', maxSurge],
  ] as const) {
    errors.push(...validateIntOrPercent(value, `${path}.${field}`), ...notMoreThanAll(value, `${path}.${field}`));
  }
  if (!isNone(maxUnavailable) && !isNone(maxSurge)) {
    errors.push(
      invalid(`${path}.maxSurge`, shownIntOrPercent(maxSurge ?? 0), 'may not be set when maxUnavailable is non-zero'),
    );
  }
  if (!isNone(maxUnavailable) || !isNone(maxSurge)) return errors;
  return [...errors, required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')];
}

/** Pods that each have a name and a volume of their own. */
export const statefulSetStrategy = defineStrategy<StatefulSet>('statefulsets.apps', {
  nameRule: dns1123Label,
  defaults: defaultStatefulSet,
  firstStatus: () => ({ replicas: 0, availableReplicas: 0 }),
  generationOf: ({ spec }) => spec,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetChange,
  validateStatus: ({ status }) =>
    validateCounts(
      { ...status },
      [...replicaCounts, 'currentReplicas', 'updatedReplicas', 'collisionCount'],
      ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    ),
});

function defaultStatefulSet(set: StatefulSet): StatefulSet {
  let spec = fill(set.spec ?? {}, {
    replicas: 1,
    template: {},
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {},
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {},
  });
  spec = refit(spec, 'updateStrategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    if (typed.type !== 'RollingUpdate') return typed;
    const rolling = fill(typed.rollingUpdate ?? {}, { partition: 0 });
    return rolling === typed.rollingUpdate ? typed : { ...typed, rollingUpdate: rolling };
  });
  spec = refit(spec, 'persistentVolumeClaimRetentionPolicy', (policy) =>
    fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
  );
  spec = refit(spec, 'volumeClaimTemplates', (claims) =>
    refitEach(claims, (claim) => ({
      ...fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } }),
      spec: fill(claim.spec ?? {}, { volumeMode: 'Filesystem' }),
    })),
  );
  spec = refit(spec, 'template', defaultTemplate);
  return spec === set.spec ? set : { ...set, spec };
}

function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const management = spec.podManagementPolicy ?? '';
  if (management === '') errors.push(required('spec.podManagementPolicy'));
  else if (management !== 'OrderedReady' && management !== 'Parallel') {
    errors.push(invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'"));
  }
  errors.push(...validateStatefulUpdates(spec.updateStrategy ?? {}));
  errors.push(...nonNegative(spec.replicas ?? 0, 'spec.replicas'));
  errors.push(...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'));
  errors.push(...validateOwnSelector(spec.selector, 'empty selector is invalid for statefulset'));
  const template = spec.template ?? {};
  // The pod spec itself is not checked: its volumes may come from the claim templates.
  errors.push(...validateTemplateLabels(template, selectorOf(spec.selector)));
  errors.push(...validateLabels(template.metadata?.labels, 'spec.template.labels'));
  errors.push(...validateAnnotations(template.metadata?.annotations, 'spec.template.annotations'));
  const policy = template.spec?.restartPolicy ?? '';
  if (policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']));
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const detail = 'activeDeadlineSeconds in StatefulSet is not Supported';
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail));
  }
  return errors;
}

function validateStatefulUpdates({ type = '', rollingUpdate }: apps.StatefulSetUpdateStrategy): FieldError[] {
  const path = 'spec.updateStrategy';
  if (type === '') return [required(path)];
  if (type === 'RollingUpdate') return nonNegative(rollingUpdate?.partition ?? 0, `${path}.rollingUpdate.partition`);
  if (type !== 'OnDelete') return [invalid(path, { type }, "must be 'RollingUpdate' or 'OnDelete'")];
  if (rollingUpdate === undefined) return [];
  return [invalid(`${path}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")];
}

const mutableOfStatefulSets = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

function validateStatefulSetChange({ spec }: StatefulSet, { spec: old }: StatefulSet): FieldError[] {
  const fixed = (one: apps.StatefulSetSpec) =>
    Object.fromEntries(Object.entries(one).filter(([field]) => !mutableOfStatefulSets.includes(field as 'template')));
  if (deepEqual(fixed(spec), fixed(old))) return [];
  const names = mutableOfStatefulSets.map((field) => `'${field}'`);
  const listed = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return [forbidden('spec', `updates to statefulset spec for fields other than ${listed} are forbidden`)];
}
