import { expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

test('a volume tells what it holds and whose it is', () => {
  const volume = {
    metadata: meta('pv-1'),
    spec: {
      capacity: { storage: '1024Mi' },
      accessModes: ['ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { namespace: 'default', name: 'data' },
      storageClassName: 'fast',
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Bound' },
  };
  expect(shown('PersistentVolume', volume)).toEqual({
    Name: 'pv-1',
    Capacity: '1Gi',
    'Access Modes': 'RWO,RWX',
    'Reclaim Policy': 'Retain',
    Status: 'Bound',
    Claim: 'default/data',
    StorageClass: 'fast',
    VolumeAttributesClass: '<unset>',
    Reason: '',
    Age: '90s',
    '(VolumeMode)': 'Filesystem',
  });
  expect(shown('PersistentVolume', {})).toMatchObject({ Capacity: '0', Claim: '', '(VolumeMode)': '<unset>' });
});

test('a claim shows what its volume has, once there is one', () => {
  const claim = (spec: object, status: object) =>
    shown('PersistentVolumeClaim', {
      metadata: meta('data'),
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
      status,
    });
  expect(claim({ storageClassName: 'fast' }, { phase: 'Pending' })).toEqual({
    Name: 'data',
    Status: 'Pending',
    Volume: '',
    Capacity: '',
    'Access Modes': '',
    StorageClass: 'fast',
    VolumeAttributesClass: '<unset>',
    Age: '90s',
    '(VolumeMode)': '<unset>',
  });
  const bound = { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadOnlyMany', 'ReadWriteOncePod'] };
  expect(claim({ volumeName: 'pv-1' }, bound)).toMatchObject({
    Status: 'Bound',
    Volume: 'pv-1',
    Capacity: '2Gi',
    'Access Modes': 'ROX,RWOP',
  });
});

test('what is being deleted is terminating', () => {
  const metadata = meta('x', { deletionTimestamp: '2024-05-01T12:00:00Z' });
  expect(cell('PersistentVolume', 'Status', { metadata, status: { phase: 'Bound' } })).toBe('Terminating');
  expect(cell('PersistentVolumeClaim', 'Status', { metadata, status: { phase: 'Bound' } })).toBe('Terminating');
});

test('the older annotation names a class, too', () => {
  const metadata = meta('x', { annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' } });
  expect(cell('PersistentVolume', 'StorageClass', { metadata, spec: { storageClassName: 'new' } })).toBe('old');
});

test('the default storage class is marked', () => {
  const storageClass = (annotations: object, rest: object = {}) =>
    shown('StorageClass.storage.k8s.io', {
      metadata: meta('fast', { annotations }),
      provisioner: 'x.io/disk',
      ...rest,
    });
  const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  expect(storageClass(isDefault)).toEqual({
    Name: 'fast (default)',
    Provisioner: 'x.io/disk',
    ReclaimPolicy: 'Delete',
    VolumeBindingMode: 'Immediate',
    AllowVolumeExpansion: false,
    Age: '90s',
  });
  const rest = { reclaimPolicy: 'Retain', volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: true };
  expect(storageClass({ 'storageclass.kubernetes.io/is-default-class': 'false' }, rest)).toMatchObject({
    Name: 'fast',
    ReclaimPolicy: 'Retain',
    VolumeBindingMode: 'WaitForFirstConsumer',
    AllowVolumeExpansion: true,
  });
});

test('drivers, their room, and what is attached', () => {
  expect(shown('CSIDriver.storage.k8s.io', { metadata: meta('d') })).toEqual({
    Name: 'd',
    AttachRequired: true,
    PodInfoOnMount: false,
    StorageCapacity: false,
    TokenRequests: '<unset>',
    RequiresRepublish: false,
    Modes: '<none>',
    Age: '90s',
  });
  const spec = {
    attachRequired: false,
    tokenRequests: [{ audience: 'a' }, { audience: 'b' }],
    volumeLifecycleModes: ['Persistent', 'Ephemeral'],
  };
  expect(shown('CSIDriver.storage.k8s.io', { spec })).toMatchObject({
    AttachRequired: false,
    TokenRequests: 'a,b',
    Modes: 'Persistent,Ephemeral',
  });
  expect(shown('CSIStorageCapacity.storage.k8s.io', { metadata: meta('c'), storageClassName: 'fast' })).toEqual({
    Name: 'c',
    StorageClassName: 'fast',
    Capacity: '<unset>',
  });
  expect(cell('CSIStorageCapacity.storage.k8s.io', 'Capacity', { capacity: '2048Mi' })).toBe('2Gi');
  expect(
    shown('VolumeAttachment.storage.k8s.io', {
      metadata: meta('a'),
      spec: { attacher: 'x.io/disk', nodeName: 'node-1', source: { persistentVolumeName: 'pv-1' } },
      status: { attached: true },
    }),
  ).toEqual({ Name: 'a', Attacher: 'x.io/disk', PV: 'pv-1', Node: 'node-1', Attached: true, Age: '90s' });
});
