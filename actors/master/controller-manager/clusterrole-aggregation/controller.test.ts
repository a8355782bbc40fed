/** The clusterrole-aggregation controller, its informer and the API server played by the test. */

import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { failure, staleVersion } from '../../../../protocol/status.ts';
import { play } from '../testing/stage.ts';
import { clusterRoleAggregationRule as rule } from './controller.ts';

const may = (resource: string) => ({ verbs: ['get'], apiGroups: [''], resources: [resource] });

function role(name: string, more: object = {}, labels: Record<string, string> = {}): KubernetesObject {
  const metadata = { name, uid: name, labels, resourceVersion: '1' };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata, ...more };
}

const gathering = (rules: object[] = []) =>
  role('view', { rules, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: 'view' } }] } });

test('a role that gathers others gets the rules of those it selects, in the order of their names', () => {
  const p = play(rule, [
    gathering(),
    role('b', { rules: [may('pods'), may('nodes')] }, { to: 'view' }),
    role('a', { rules: [may('secrets'), may('pods')] }, { to: 'view' }),
    role('c', { rules: [may('events')] }, { to: 'edit' }),
  ]);
  const call = p.askedOne();
  expect(call).toMatchObject({ type: 'object.replace', body: { name: 'view' } });
  expect(call.body.object.rules).toEqual([may('secrets'), may('pods'), may('nodes')]);
});

test('one that has them already is left alone; a role that comes is gathered, whatever was written by hand', () => {
  const p = play(rule, [gathering([may('pods')]), role('a', { rules: [may('pods')] }, { to: 'view' })]);
  expect(p.asked()).toEqual([]);
  p.add(role('b', { rules: [may('nodes')] }, { to: 'view' }));
  expect(p.askedOne().body.object.rules).toEqual([may('pods'), may('nodes')]);
});

test('a role without rules to gather has none', () => {
  const p = play(rule, [gathering([may('pods')])]);
  expect(p.askedOne().body.object.rules).toEqual([]);
});

test('a write that comes too late is made again', () => {
  const p = play(rule, [gathering(), role('a', { rules: [may('pods')] }, { to: 'view' })]);
  p.refuse(p.askedOne(), failure.conflict('clusterroles', 'view', staleVersion));
  p.advance(5);
  expect(p.asked()).toHaveLength(1);
});
