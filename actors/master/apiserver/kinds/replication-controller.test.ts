import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { ReplicationController } from '../../../../protocol/objects.ts';
import { replicationControllerStrategy as strategy } from './replication-controller.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
const controller = (spec: object, rest: object = {}): ReplicationController =>
  ({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web', namespace: 'default', resourceVersion: '1' },
    spec: { template, ...spec },
    ...rest,
  }) as unknown as ReplicationController;
const born = (spec: object, rest: object = {}) =>
  strategy.prepareForCreate(strategy.applyDefaults(controller(spec, rest)));
const errorsOf = (spec: object) => strategy.validateCreate(born(spec)).map(formatFieldError);

describe('a ReplicationController', () => {
  it('takes labels and selector from its template, and has one replica', () => {
    const { metadata, spec, status } = born({}, { status: { replicas: 5 } });
    expect(metadata.labels).toEqual({ app: 'web' });
    expect(metadata.generation).toBe(1);
    expect([spec.selector, spec.replicas, status]).toEqual([{ app: 'web' }, 1, { replicas: 0 }]);
    expect(spec.template?.spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' });
  });

  it('leaves to pods what only pods are given: requests out of limits, service links', () => {
    const limited = { name: 'web', image: 'nginx', resources: { limits: { cpu: '1' } } };
    const { spec } = born({ template: { ...template, spec: { containers: [limited] } } });
    expect(spec.template?.spec?.containers[0]?.resources).toEqual({ limits: { cpu: '1' } });
    expect(spec.template?.spec).not.toHaveProperty('enableServiceLinks');
  });

  it('may have no replicas at all', () => {
    expect(born({ replicas: 0 }).spec.replicas).toBe(0);
    expect(errorsOf({ replicas: 0 })).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ replicas: -1 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [{ minReadySeconds: -1 }, ['spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0']],
    [
      { selector: { app: 'api' } },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      { template: { spec: template.spec }, selector: { app: 'web' } },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`',
      ],
    ],
    [{ template: { spec: template.spec } }, ['spec.selector: Required value']],
    [{ template: undefined, selector: { app: 'web' } }, ['spec.template: Required value']],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      { template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 5 } } },
      [
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
      ],
    ],
    [
      { template: { ...template, spec: { containers: [{ name: 'web' }] } } },
      ['spec.template.spec.containers[0].image: Required value'],
    ],
  ])('is refused: %j', (spec, expected) => {
    expect(errorsOf(spec)).toEqual(expected);
  });

  it('counts a generation for every change of its spec, and for nothing else', () => {
    const old = born({});
    const update = (object: ReplicationController) => strategy.prepareForUpdate(strategy.applyDefaults(object), old);
    expect(update(controller({ replicas: 3 })).metadata.generation).toBe(2);
    expect(update(controller({})).metadata.generation).toBe(1);
    const labelled = update({ ...controller({}), metadata: { ...old.metadata, labels: { a: 'b' } } });
    expect(labelled.metadata.generation).toBe(1);
  });

  it('changes in its status only what the status is', () => {
    const old = born({});
    const update = controller({ replicas: 9 }, { status: { replicas: 2 } });
    expect(strategy.prepareForStatusUpdate(update, old)).toEqual({
      ...old,
      metadata: expect.anything(),
      status: { replicas: 2 },
    });
  });

  it('counts no part larger than the whole', () => {
    const status = { replicas: 1, readyReplicas: 2, availableReplicas: 3, fullyLabeledReplicas: -1 };
    const errors = strategy.validateStatusUpdate(controller({}, { status }), controller({}));
    expect(errors.map(formatFieldError)).toEqual([
      'status.fullyLabeledReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
    ]);
  });
});
