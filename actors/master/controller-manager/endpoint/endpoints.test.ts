/** The Endpoints object a Service should have. */

import { describe, expect, test } from 'vitest';
import type { EndpointSubset } from '../../../../protocol/objects.ts';
import { service } from '../testing/objects.ts';
import { endpointsOf, isCurrent } from './endpoints.ts';

const subsets: EndpointSubset[] = [{ addresses: [{ ip: '10.244.0.2' }], ports: [{ port: 80 }] }];
const many: EndpointSubset[] = [{ addresses: Array.from({ length: 1001 }, (_, i) => ({ ip: `ip-${i}` })) }];
const trigger = 'endpoints.kubernetes.io/last-change-trigger-time';
const capacity = 'endpoints.kubernetes.io/over-capacity';

describe('the object', () => {
  test('has the name and labels of its Service, and says when the change was that led to it', () => {
    const web = service({ meta: { labels: { app: 'web' } } });
    expect(endpointsOf(web, undefined, subsets, '2026-01-01T00:00:00Z')).toEqual({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name: 'web',
        namespace: 'default',
        labels: { app: 'web' },
        annotations: { [trigger]: '2026-01-01T00:00:00Z' },
      },
      subsets,
    });
  });

  test.each([
    ['None', { 'service.kubernetes.io/headless': '' }],
    ['', { 'service.kubernetes.io/headless': '' }],
    ['10.96.0.7', undefined],
  ])('of a Service with clusterIP "%s" is labelled', (clusterIP, labels) => {
    expect(endpointsOf(service({ spec: { clusterIP } }), undefined, subsets, undefined).metadata.labels).toEqual(
      labels,
    );
  });

  test('keeps what others have written on it, but no time that is over', () => {
    const before = endpointsOf(service(), undefined, subsets, '2026-01-01T00:00:00Z');
    const marked = {
      ...before,
      metadata: { ...before.metadata, uid: 'e', annotations: { ...before.metadata.annotations, note: 'x' } },
    };
    const { metadata } = endpointsOf(service(), marked, [], undefined);
    expect([metadata.uid, metadata.annotations]).toEqual(['e', { note: 'x' }]);
  });

  test('says when it was cut, and no more when it is whole again', () => {
    const cut = endpointsOf(service(), undefined, many, undefined);
    expect(cut.metadata.annotations).toEqual({ [capacity]: 'truncated' });
    expect(cut.subsets?.[0]?.addresses).toHaveLength(1000);
    expect(endpointsOf(service(), cut, subsets, undefined).metadata.annotations).toBeUndefined();
  });
});

describe('it is written again', () => {
  const made = endpointsOf(service(), undefined, subsets, undefined);

  test.each([
    ['not where nothing changed', service(), subsets, true],
    ['where an address changed', service(), [], false],
    ['where the labels of the Service changed', service({ meta: { labels: { tier: 'front' } } }), subsets, false],
  ])('%s', (_, now, wanted, is) => {
    expect(isCurrent(made, now, wanted)).toBe(is);
  });

  test('not for the label that only it has', () => {
    const headless = service({ spec: { clusterIP: 'None' } });
    expect(isCurrent(endpointsOf(headless, undefined, subsets, undefined), headless, subsets)).toBe(true);
  });
});
