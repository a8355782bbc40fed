import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { strategyOf } from './registry.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } };
const selector = { matchLabels: { app: 'web' } };
const kinds = {
  'deployments.apps': ['apps/v1', 'Deployment'],
  'replicasets.apps': ['apps/v1', 'ReplicaSet'],
  'daemonsets.apps': ['apps/v1', 'DaemonSet'],
  'statefulsets.apps': ['apps/v1', 'StatefulSet'],
  'jobs.batch': ['batch/v1', 'Job'],
  'cronjobs.batch': ['batch/v1', 'CronJob'],
} as const;
type Resource = keyof typeof kinds;

// biome-ignore lint/suspicious/noExplicitAny: specs of several kinds are looked into.
type Any = any;
function born(resource: Resource, spec: object): KubernetesObject & Any {
  const [apiVersion, kind] = kinds[resource];
  const metadata = { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '1' };
  const strategy = strategyOf(resource);
  return strategy.prepareForCreate(strategy.applyDefaults({ apiVersion, kind, metadata, spec }));
}
const errorsOf = (resource: Resource, spec: object) =>
  strategyOf(resource).validateCreate(born(resource, spec)).map(formatFieldError);
const changeErrors = (resource: Resource, spec: object, old: object) =>
  strategyOf(resource).validateUpdate(born(resource, spec), born(resource, old)).map(formatFieldError);

describe('a Deployment', () => {
  const good = { selector, template };

  it('rolls by a quarter, keeps ten revisions and waits ten minutes unless told', () => {
    const { spec, metadata } = born('deployments.apps', good);
    expect(spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    });
    expect(metadata.generation).toBe(1);
    expect(born('deployments.apps', { ...good, strategy: { type: 'Recreate' } }).spec.strategy).toEqual({
      type: 'Recreate',
    });
    expect(errorsOf('deployments.apps', good)).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ template }, ['spec.selector: Required value']],
    [
      { selector: {}, template },
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
      ],
    ],
    [
      { selector: { matchLabels: { app: 'api' } }, template },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      { selector: { matchExpressions: [{ key: 'app', operator: 'In' }] }, template },
      [
        "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      ],
    ],
    [
      { ...good, strategy: { type: 'Recreate', rollingUpdate: {} } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      { ...good, strategy: { type: 'Jump' } },
      ['spec.strategy.type: Unsupported value: "Jump": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      { ...good, strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } } },
      [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0, StrVal:""}: may not be 0 when `maxSurge` is 0',
      ],
    ],
    [
      { ...good, strategy: { rollingUpdate: { maxUnavailable: '150%' } } },
      [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"150%"}: must not be greater than 100%',
      ],
    ],
    [
      { ...good, minReadySeconds: 600 },
      ['spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds'],
    ],
    [
      { selector },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`',
        'spec.template.spec.containers: Required value',
      ],
    ],
  ])('is refused: %j', (spec, expected) => {
    expect(errorsOf('deployments.apps', spec)).toEqual(expected);
  });

  it('keeps its selector', () => {
    const both = { ...template, metadata: { labels: { app: 'web', tier: 'front' } } };
    const other = { selector: { matchLabels: { app: 'web', tier: 'front' } }, template: both };
    expect(changeErrors('deployments.apps', other, { selector, template: both })).toEqual([
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web", "tier":"front"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ]);
  });

  it('counts a generation for its annotations too', () => {
    const old = born('deployments.apps', good);
    const annotated = { ...old, metadata: { ...old.metadata, annotations: { a: 'b' } } };
    expect(strategyOf('deployments.apps').prepareForUpdate(annotated, old).metadata.generation).toBe(2);
  });
});

describe('the others of apps/v1', () => {
  it('have their defaults', () => {
    expect(born('replicasets.apps', { selector, template })).toMatchObject({
      spec: { replicas: 1 },
      status: { replicas: 0 },
    });
    expect(born('daemonsets.apps', { selector, template }).spec).toMatchObject({
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    });
    expect(born('statefulsets.apps', { selector, template }).spec).toMatchObject({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    for (const resource of ['replicasets.apps', 'daemonsets.apps', 'statefulsets.apps'] as const) {
      expect(errorsOf(resource, { selector, template })).toEqual([]);
    }
  });

  it('say what they refuse', () => {
    expect(
      errorsOf('daemonsets.apps', { selector, template, updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
    ).toEqual(['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0']);
    expect(errorsOf('statefulsets.apps', { selector, template, podManagementPolicy: 'Any' })).toEqual([
      "spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'",
    ]);
    expect(
      changeErrors(
        'statefulsets.apps',
        { selector, template, serviceName: 'b' },
        { selector, template, serviceName: 'a' },
      ),
    ).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
    expect(changeErrors('statefulsets.apps', { selector, template, replicas: 3 }, { selector, template })).toEqual([]);
  });
});

describe('a Job', () => {
  const once = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };

  it('runs one pod to completion, and is told apart by its UID', () => {
    const { spec } = born('jobs.batch', once);
    expect(spec).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
    });
    expect(spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u1' } });
    expect(spec.template.metadata.labels).toMatchObject({ 'controller-uid': 'u1', 'job-name': 'web' });
    expect(born('jobs.batch', { ...once, parallelism: 3 }).spec).not.toHaveProperty('completions');
    expect(errorsOf('jobs.batch', once)).toEqual([]);
  });

  it('says what it refuses', () => {
    expect(errorsOf('jobs.batch', { template })).toEqual([
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]);
    expect(errorsOf('jobs.batch', { ...once, completionMode: 'Indexed', parallelism: 1 })).toEqual([
      'spec.completions: Required value: when completion mode is Indexed',
    ]);
    expect(changeErrors('jobs.batch', { ...once, completions: 3 }, once)).toEqual([
      'spec.completions: Invalid value: 3: field is immutable',
    ]);
  });
});

describe('a CronJob', () => {
  const jobTemplate = { spec: { template: { spec: { ...template.spec, restartPolicy: 'OnFailure' } } } };
  const at = (schedule: string) => errorsOf('cronjobs.batch', { schedule, jobTemplate });

  it('has its defaults', () => {
    expect(born('cronjobs.batch', { schedule: '@hourly', jobTemplate }).spec).toMatchObject({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
  });

  it.each(['* * * * *', '*/5 0-23/2 1,15 JAN-mar mon', '@daily', '@every 1h30m', '? ? ? ? ?'])(
    'runs at %s',
    (schedule) => {
      expect(at(schedule)).toEqual([]);
    },
  );

  it.each([
    ['* * *', 'expected exactly 5 fields, found 3: [* * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['@noon', 'unrecognized descriptor: @noon'],
  ])('does not run at %s', (schedule, problem) => {
    expect(at(schedule)).toEqual([`spec.schedule: Invalid value: ${JSON.stringify(schedule)}: ${problem}`]);
  });
});
