import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { getTable } from './get.ts';
import { layOut, type View } from './table.ts';

const nowMs = Date.UTC(2024, 4, 1, 12);
const created = { creationTimestamp: '2024-05-01T11:58:30Z', namespace: 'default' };

/** What kubectl prints. */
function printed(resource: string, objects: object[], view: Partial<View> = {}): string[] {
  return layOut(getTable(resource, objects as KubernetesObject[], { nowMs, ...view }));
}

const pod = (name: string, nodeName?: string) => ({
  metadata: { name, ...created },
  spec: { containers: [{ name: 'a' }], ...(nodeName && { nodeName }) },
  status: nodeName
    ? {
        phase: 'Running',
        podIPs: [{ ip: '10.244.1.5' }],
        containerStatuses: [{ name: 'a', ready: true, restartCount: 0, state: { running: {} } }],
      }
    : { phase: 'Pending' },
});

describe('pods', () => {
  test('as kubectl shows them', () => {
    expect(printed('pods', [pod('frontend-x7x2p', 'node-1'), pod('db')])).toEqual([
      'NAME             READY   STATUS    RESTARTS   AGE',
      'frontend-x7x2p   1/1     Running   0          90s',
      'db               0/1     Pending   0          90s',
    ]);
  });

  test('wide, and of all namespaces', () => {
    expect(printed('pods', [pod('a', 'node-1'), pod('b')], { wide: true, allNamespaces: true })).toEqual([
      'NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES',
      'default     a      1/1     Running   0          90s   10.244.1.5   node-1   <none>           <none>',
      'default     b      0/1     Pending   0          90s   <none>       <none>   <none>           <none>',
    ]);
  });

  test('with their readiness gates', () => {
    const gated = pod('a', 'node-1');
    const spec = { ...gated.spec, readinessGates: [{ conditionType: 'x/y' }, { conditionType: 'x/z' }] };
    const status = { ...gated.status, conditions: [{ type: 'x/y', status: 'True' }] };
    expect(printed('pods', [{ ...gated, spec, status }], { wide: true })[1]).toMatch(/ {3}1\/2$/);
  });
});

describe('services', () => {
  const service = (name: string, spec: object, status = {}) => ({ metadata: { name, ...created }, spec, status });
  const ports = [{ port: 80, protocol: 'TCP' }];

  test('of every type', () => {
    const services = [
      service('kubernetes', { type: 'ClusterIP', clusterIPs: ['10.96.0.1'], ports: [{ port: 443 }] }),
      service('web', {
        type: 'NodePort',
        clusterIPs: ['10.96.0.7'],
        ports: [
          { port: 80, nodePort: 30080, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      }),
      service('pending', { type: 'LoadBalancer', clusterIPs: ['10.96.0.8'], ports }),
      service(
        'public',
        { type: 'LoadBalancer', clusterIPs: ['10.96.0.9'], ports },
        { loadBalancer: { ingress: [{ hostname: 'a-long-name.example.com' }, { ip: '1.2.3.4' }] } },
      ),
      service('headless', { type: 'ClusterIP', clusterIPs: ['None'], ports: [] }),
      service('other', { type: 'ExternalName', externalName: 'example.com' }),
    ];
    expect(printed('services', services)).toEqual([
      'NAME         TYPE           CLUSTER-IP   EXTERNAL-IP                       PORT(S)               AGE',
      'kubernetes   ClusterIP      10.96.0.1    <none>                            443/TCP               90s',
      'web          NodePort       10.96.0.7    <none>                            80:30080/TCP,53/UDP   90s',
      'pending      LoadBalancer   10.96.0.8    <pending>                         80/TCP                90s',
      'public       LoadBalancer   10.96.0.9    1.2.3.4,a-long-name.example.com   80/TCP                90s',
      'headless     ClusterIP      None         <none>                            <none>                90s',
      'other        ExternalName   <none>       example.com                       <none>                90s',
    ]);
  });

  test('wide, with their selectors', () => {
    const services = [
      service('web', {
        type: 'ClusterIP',
        clusterIPs: ['10.96.0.7'],
        externalIPs: ['9.9.9.9'],
        ports,
        selector: { tier: 'x', app: 'web' },
      }),
    ];
    expect(printed('services', services, { wide: true })).toEqual([
      'NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR',
      'web    ClusterIP   10.96.0.7    9.9.9.9       80/TCP    90s   app=web,tier=x',
    ]);
  });
});

test('replication controllers', () => {
  const template = {
    spec: {
      containers: [
        { name: 'php', image: 'gb:v4' },
        { name: 'log', image: 'fluentd' },
      ],
    },
  };
  const controller = {
    metadata: { name: 'frontend', ...created },
    spec: { replicas: 3, selector: { app: 'guestbook' }, template },
    status: { replicas: 2, readyReplicas: 1 },
  };
  expect(printed('replicationcontrollers', [controller])).toEqual([
    'NAME       DESIRED   CURRENT   READY   AGE',
    'frontend   3         2         1       90s',
  ]);
  expect(printed('replicationcontrollers', [controller], { wide: true })).toEqual([
    'NAME       DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES          SELECTOR',
    'frontend   3         2         1       90s   php,log      gb:v4,fluentd   app=guestbook',
  ]);
});

describe('replica sets and deployments', () => {
  const template = { spec: { containers: [{ name: 'php', image: 'gb:v5' }] } };
  const selector = { matchLabels: { tier: 'frontend', app: 'guestbook' } };
  const expressed = {
    matchExpressions: [
      { key: 'env', operator: 'In', values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  };
  const keeper = (name: string, spec: object, status?: object) => ({
    metadata: { name, ...created },
    spec: { replicas: 3, selector, template, ...spec },
    ...(status && { status }),
  });

  test('replica sets', () => {
    const sets = [
      keeper('frontend-5989f7c6', {}, { replicas: 3, readyReplicas: 2, availableReplicas: 1 }),
      keeper('frontend-7d8b49557', { replicas: 0, selector: expressed }, { replicas: 0 }),
    ];
    expect(printed('replicasets.apps', sets)).toEqual([
      'NAME                 DESIRED   CURRENT   READY   AGE',
      'frontend-5989f7c6    3         3         2       90s',
      'frontend-7d8b49557   0         0         0       90s',
    ]);
    expect(printed('replicasets.apps', sets, { wide: true })).toEqual([
      'NAME                 DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES   SELECTOR',
      'frontend-5989f7c6    3         3         2       90s   php          gb:v5    app=guestbook,tier=frontend',
      'frontend-7d8b49557   0         0         0       90s   php          gb:v5    env in (a,b),!old',
    ]);
  });

  test('deployments, before a controller has seen one too', () => {
    const status = { replicas: 4, readyReplicas: 3, updatedReplicas: 1, availableReplicas: 2 };
    const deployments = [keeper('frontend', {}, status), keeper('new', { selector: {} })];
    expect(printed('deployments.apps', deployments)).toEqual([
      'NAME       READY   UP-TO-DATE   AVAILABLE   AGE',
      'frontend   3/3     1            2           90s',
      'new        0/3     0            0           90s',
    ]);
    expect(printed('deployments.apps', deployments, { wide: true })).toEqual([
      'NAME       READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES   SELECTOR',
      'frontend   3/3     1            2           90s   php          gb:v5    app=guestbook,tier=frontend',
      'new        0/3     0            0           90s   php          gb:v5    ',
    ]);
  });
});

test('nodes', () => {
  const node = (name: string, ready: string | undefined, rest: { spec?: object; labels?: object } = {}) => ({
    metadata: { name, creationTimestamp: created.creationTimestamp, labels: rest.labels ?? {} },
    spec: rest.spec ?? {},
    status: {
      conditions: ready === undefined ? [] : [{ type: 'Ready', status: ready }],
      addresses: [{ type: 'InternalIP', address: '172.18.0.2' }],
      nodeInfo: {
        kubeletVersion: 'v1.30.0',
        osImage: 'Debian',
        kernelVersion: '6.1',
        containerRuntimeVersion: 'containerd://1.7',
      },
    },
  });
  const nodes = [
    node('node-1', 'True', { labels: { 'node-role.kubernetes.io/control-plane': '', 'kubernetes.io/role': 'etcd' } }),
    node('node-2', 'Unknown'),
    node('node-3', 'True', { spec: { unschedulable: true } }),
    node('node-4', undefined),
  ];
  expect(printed('nodes', nodes)).toEqual([
    'NAME     STATUS                     ROLES                AGE   VERSION',
    'node-1   Ready                      control-plane,etcd   90s   v1.30.0',
    'node-2   NotReady                   <none>               90s   v1.30.0',
    'node-3   Ready,SchedulingDisabled   <none>               90s   v1.30.0',
    'node-4   Unknown                    <none>               90s   v1.30.0',
  ]);
  expect(printed('nodes', nodes.slice(1, 2), { wide: true })).toEqual([
    'NAME     STATUS     ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME',
    'node-2   NotReady   <none>   90s   v1.30.0   172.18.0.2    <none>        Debian     6.1              containerd://1.7',
  ]);
});

test('endpoints, of which three are written out', () => {
  const endpoints = (name: string, subsets?: object[]) => ({
    metadata: { name, ...created },
    ...(subsets && { subsets }),
  });
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map((ip) => ({ ip }));
  const all = [
    endpoints('none'),
    endpoints('one', [{ addresses: addresses.slice(0, 1), ports: [{ port: 80 }] }]),
    endpoints('more', [{ addresses, ports: [{ port: 80 }, { port: 443 }] }]),
    endpoints('plain', [{ addresses: addresses.slice(0, 2) }]),
  ];
  expect(printed('endpoints', all)).toEqual([
    'NAME    ENDPOINTS                                         AGE',
    'none    <none>                                            90s',
    'one     10.0.0.1:80                                       90s',
    'more    10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 5 more...   90s',
    'plain   10.0.0.1,10.0.0.2                                 90s',
  ]);
});

test('events', () => {
  const event = {
    metadata: { name: 'web.17', ...created },
    involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{main}' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container\nmain in pod web',
    source: { component: 'kubelet', host: 'node-1' },
    firstTimestamp: '2024-05-01T11:50:00Z',
    lastTimestamp: '2024-05-01T11:59:55Z',
    count: 7,
  };
  const newer = {
    metadata: { name: 'n1.18', ...created },
    involvedObject: { kind: 'Node' },
    type: 'Normal',
    reason: 'Starting',
    message: ' ',
    eventTime: '2024-05-01T11:59:00.000000Z',
    reportingComponent: 'kube-proxy',
  };
  expect(printed('events', [event, newer])).toEqual([
    'LAST SEEN   TYPE      REASON     OBJECT    MESSAGE',
    '5s          Warning   BackOff    pod/web   Back-off restarting failed container...',
    '60s         Normal    Starting   node      ',
  ]);
  expect(printed('events', [event], { wide: true })[1]).toBe(
    '5s          Warning   BackOff   pod/web   spec.containers{main}   kubelet, node-1   Back-off restarting failed container...   10m          7       web.17',
  );
});

test('namespaces, leases, and any other resource', () => {
  const namespace = {
    metadata: { name: 'default', creationTimestamp: created.creationTimestamp },
    status: { phase: 'Active' },
  };
  const lease = { metadata: namespace.metadata, spec: { holderIdentity: 'node-1' } };
  expect(printed('namespaces', [namespace])).toEqual(['NAME      STATUS   AGE', 'default   Active   90s']);
  expect(printed('leases.coordination.k8s.io', [lease])).toEqual(['NAME      HOLDER   AGE', 'default   node-1   90s']);
  expect(printed('limitranges', [namespace])).toEqual(['NAME      CREATED AT', 'default   2024-05-01T11:58:30Z']);
});
