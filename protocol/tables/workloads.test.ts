import { describe, expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'php', image: 'gb:v4' },
      { name: 'log', image: 'fluentd' },
    ],
    nodeSelector: { disk: 'ssd' },
  },
};
const selector = {
  matchLabels: { tier: 'front', app: 'web' },
  matchExpressions: [{ key: 'env', operator: 'In', values: ['b', 'a'] }],
};
const selected = 'app=web,env in (a,b),tier=front';

test('replication controllers and replica sets count their pods', () => {
  const status = { replicas: 3, readyReplicas: 1 };
  const counted = { Name: 'web', Desired: 4, Current: 3, Ready: 1, Age: '90s' };
  const wide = { '(Containers)': 'php,log', '(Images)': 'gb:v4,fluentd' };
  expect(
    shown('ReplicationController', {
      metadata: meta('web'),
      spec: { replicas: 4, selector: { tier: 'front', app: 'web' }, template },
      status,
    }),
  ).toEqual({ ...counted, ...wide, '(Selector)': 'app=web,tier=front' });
  expect(
    shown('ReplicaSet.apps', { metadata: meta('web'), spec: { replicas: 4, selector, template }, status }),
  ).toEqual({ ...counted, ...wide, '(Selector)': selected });
});

test('a deployment tells how far its rollout is', () => {
  const status = { replicas: 5, readyReplicas: 3, updatedReplicas: 2, availableReplicas: 1 };
  expect(
    shown('Deployment.apps', { metadata: meta('web'), spec: { replicas: 4, selector, template }, status }),
  ).toEqual({
    Name: 'web',
    Ready: '3/4',
    'Up-to-date': 2,
    Available: 1,
    Age: '90s',
    '(Containers)': 'php,log',
    '(Images)': 'gb:v4,fluentd',
    '(Selector)': selected,
  });
});

test('a stateful set has no selector to show', () => {
  expect(
    shown('StatefulSet.apps', {
      metadata: meta('db'),
      spec: { replicas: 3, selector, template },
      status: { readyReplicas: 2 },
    }),
  ).toEqual({ Name: 'db', Ready: '2/3', Age: '90s', '(Containers)': 'php,log', '(Images)': 'gb:v4,fluentd' });
});

test('a daemon set counts nodes', () => {
  const status = {
    desiredNumberScheduled: 5,
    currentNumberScheduled: 4,
    numberReady: 3,
    updatedNumberScheduled: 2,
    numberAvailable: 1,
  };
  const set = { metadata: meta('agent'), spec: { selector, template }, status };
  expect(shown('DaemonSet.apps', set)).toEqual({
    Name: 'agent',
    Desired: 5,
    Current: 4,
    Ready: 3,
    'Up-to-date': 2,
    Available: 1,
    'Node Selector': 'disk=ssd',
    Age: '90s',
    '(Containers)': 'php,log',
    '(Images)': 'gb:v4,fluentd',
    '(Selector)': selected,
  });
  expect(cell('DaemonSet.apps', 'Node Selector', { spec: {} })).toBe('<none>');
});

describe('a selector', () => {
  const wrong = { matchExpressions: [{ key: 'env', operator: 'Like', values: ['a'] }] };

  test('of nothing is none, but empty where it is a deployment', () => {
    expect(cell('ReplicaSet.apps', '(Selector)', { spec: { selector: {} } })).toBe('<none>');
    expect(cell('Deployment.apps', '(Selector)', { spec: { selector: {} } })).toBe('');
  });

  test('that means nothing is told to be wrong', () => {
    expect(cell('ReplicaSet.apps', '(Selector)', { spec: { selector: wrong } })).toBe('<error>');
    expect(cell('Deployment.apps', '(Selector)', { spec: { selector: wrong } })).toBe('<invalid>');
  });
});

test('a controller revision names its controller with its kind', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', controller: true };
  const revision = (ownerReferences: object[]) => ({ metadata: meta('web-1', { ownerReferences }), revision: 2 });
  expect(shown('ControllerRevision.apps', revision([{ ...owner, name: 'x', controller: false }, owner]))).toEqual({
    Name: 'web-1',
    Controller: 'statefulset.apps/web',
    Revision: 2,
    Age: '90s',
  });
  expect(cell('ControllerRevision.apps', 'Controller', revision([{ ...owner, apiVersion: 'v1', kind: 'Pod' }]))).toBe(
    'pod/web',
  );
  expect(cell('ControllerRevision.apps', 'Controller', revision([]))).toBe('<none>');
});

test('a pod template shows what its pods would be', () => {
  expect(shown('PodTemplate', { metadata: meta('web'), template })).toEqual({
    Name: 'web',
    Containers: 'php,log',
    Images: 'gb:v4,fluentd',
    'Pod Labels': 'app=web',
  });
  expect(cell('PodTemplate', 'Pod Labels', {})).toBe('<none>');
});
