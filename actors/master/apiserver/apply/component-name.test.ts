import { expect, it } from 'vitest';
import {
  childAddress,
  clientAddress,
  masterAddress,
  nodeAddress,
  podAddress,
  registryAddress,
} from '../../../../protocol/subjects.ts';
import { componentName } from './component-name.ts';

it('names a component by its program', () => {
  const names = [
    masterAddress('my.cluster', 'scheduler', 0),
    childAddress(masterAddress('c', 'controller-manager', 1), 'replication'),
    masterAddress('c', 'apiserver', 0),
    nodeAddress('c', 'node.1', 'kubelet'),
    podAddress('c', 'node.1', 'uid'),
    nodeAddress('c', 'n', 'kube-proxy'),
    clientAddress('c', 'my.user'),
    registryAddress('c'),
  ].map(componentName);
  expect(names).toEqual([
    'kube-scheduler',
    'kube-controller-manager',
    'kube-apiserver',
    'kubelet',
    'kubelet',
    'kube-proxy',
    'my.user',
    'unknown',
  ]);
});
