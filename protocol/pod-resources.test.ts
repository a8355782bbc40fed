import { describe, expect, it } from 'vitest';
import type { Container, Pod } from './objects.ts';
import { assumedRequests, podLimits, podRequests, qosClass } from './pod-resources.ts';

type Amounts = Record<string, string>;
const container = (requests?: Amounts, limits?: Amounts, rest: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'i',
  resources: { ...(requests && { requests }), ...(limits && { limits }) },
  ...rest,
});
const pod = (containers: Container[], rest: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers, ...rest },
});

describe('what a pod asks for', () => {
  it('is what its containers ask for together, and its overhead', () => {
    const two = [container({ cpu: '100m', memory: '64Mi' }), container({ cpu: '0.2', 'example.com/gpu': '1' })];
    expect(podRequests(pod(two, { overhead: { cpu: '50m' } }))).toEqual({
      cpu: 350,
      memory: 67_108_864,
      'example.com/gpu': 1,
    });
  });

  it('is no less than its hungriest init container', () => {
    const initContainers = [container({ cpu: '1' }), container({ cpu: '500m', memory: '1Gi' })];
    expect(podRequests(pod([container({ cpu: '100m', memory: '64Mi' })], { initContainers }))).toEqual({
      cpu: 1000,
      memory: 1_073_741_824,
    });
  });

  it('counts sidecars beside the containers, and beside the init containers after them', () => {
    const sidecar = container({ cpu: '200m' }, undefined, { restartPolicy: 'Always' });
    const plain = [container({ cpu: '100m' })];
    expect(podRequests(pod(plain, { initContainers: [sidecar] }))).toEqual({ cpu: 300 });
    expect(podRequests(pod(plain, { initContainers: [sidecar, container({ cpu: '300m' })] }))).toEqual({ cpu: 500 });
    expect(podRequests(pod(plain, { initContainers: [container({ cpu: '300m' }), sidecar] }))).toEqual({ cpu: 300 });
  });

  it('can be taken for something where nothing is asked for', () => {
    const two = [container({ cpu: '500m' }), container()];
    expect(podRequests(pod(two), assumedRequests)).toEqual({ cpu: 600, memory: 2 * 200 * 1024 * 1024 });
    expect(podRequests(pod(two))).toEqual({ cpu: 500 });
  });

  it('is limited by its limits and, where there are any, the overhead', () => {
    const limited = [container({}, { cpu: '1' }), container({}, { cpu: '500m', memory: '1Gi' })];
    expect(podLimits(pod(limited, { overhead: { cpu: '100m', 'ephemeral-storage': '1Gi' } }))).toEqual({
      cpu: 1600,
      memory: 1_073_741_824,
    });
  });
});

describe('the class of service', () => {
  const full = { cpu: '1', memory: '1Gi' };
  it.each<[string, Pod, string]>([
    ['nothing asked for', pod([container()]), 'BestEffort'],
    ['zeros only', pod([container({ cpu: '0' })]), 'BestEffort'],
    ['all limited and asked for in full', pod([container(full, full)]), 'Guaranteed'],
    ['the same amount written otherwise', pod([container({ cpu: '1000m', memory: '1024Mi' }, full)]), 'Guaranteed'],
    ['less asked for than the limit', pod([container({ cpu: '500m', memory: '1Gi' }, full)]), 'Burstable'],
    ['only one resource limited', pod([container({ cpu: '1' }, { cpu: '1' })]), 'Burstable'],
    ['one container without limits', pod([container(full, full), container()]), 'Burstable'],
    ['an init container without limits', pod([container(full, full)], { initContainers: [container()] }), 'Burstable'],
    ['other resources only', pod([container({ 'example.com/gpu': '1' })]), 'BestEffort'],
  ])('of a pod with %s', (_name, given, expected) => {
    expect(qosClass(given)).toBe(expected);
  });
});
