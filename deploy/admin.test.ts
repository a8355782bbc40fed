import { beforeEach, describe, expect, test } from 'vitest';
import type { ConfigMap, Endpoints, KubernetesObject, Node, Pod, ReplicationController } from '../protocol/objects.ts';
import { masterAddress } from '../protocol/subjects.ts';
import { type World, world } from '../test/world.ts';
import { Admin, KubectlError, outcomeLine } from './admin.ts';

const controller = (replicas = 1, image = 'nginx') =>
  ({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
    },
  }) as ReplicationController;

const pod = (name: string, spec: object = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
  }) as Pod;

let cluster: World;
let admin: Admin;

beforeEach(() => {
  cluster = world({ nodes: 2 });
  admin = new Admin(cluster.cluster);
});

/** What kubectl prints when something cannot be done. */
function said(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof KubectlError) return error.message;
    throw error;
  }
  throw new Error('it was done');
}

describe('objects', () => {
  test('are created, read, listed and deleted, by any name kubectl knows them by', () => {
    admin.create(pod('a'));
    expect(admin.get<Pod>('po/a').metadata.labels).toEqual({ app: 'a' });
    expect(admin.get<Pod>('pods/a', { namespace: 'default' }).kind).toBe('Pod');
    admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    admin.create(pod('b'), { namespace: 'shop' });
    expect(admin.list('pods').map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(admin.list('po', { allNamespaces: true, labelSelector: 'app in (a, b)' })).toHaveLength(2);
    admin.delete('pod/a', { force: true });
    expect(admin.find('pod/a')).toBeUndefined();
  });

  test('that are refused are told of in the words of kubectl', () => {
    admin.create(controller());
    expect(said(() => admin.get('pod/x'))).toBe('Error from server (NotFound): pods "x" not found');
    expect(said(() => admin.get('pds/x'))).toBe('error: the server doesn\'t have a resource type "pds"');
    expect(said(() => admin.create(controller(), { source: 'web.yaml' }))).toBe(
      'Error from server (AlreadyExists): error when creating "web.yaml": replicationcontrollers "web" already exists',
    );
    expect(said(() => admin.create(pod('b', { nodeNme: 'x' })))).toBe(
      'Error from server (BadRequest): Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.nodeNme"',
    );
    expect(said(() => admin.apply({ ...controller(-1) }))).toBe(
      'The ReplicationController "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
    expect(said(() => admin.create(pod('b', { containers: [], restartPolicy: 'always' })))).toBe(
      [
        'The Pod "b" is invalid: ',
        '* spec.containers: Required value',
        '* spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"',
      ].join('\n'),
    );
    expect(said(() => admin.create(pod('b'), { namespace: 'shop' }))).toBe(
      'Error from server (NotFound): namespaces "shop" not found',
    );
  });

  test('carry the refusal of the API server, for who wants to know more', () => {
    try {
      admin.get('node/x');
    } catch (error) {
      expect(error).toMatchObject({ reason: 'NotFound', status: { code: 404, details: { kind: 'nodes', name: 'x' } } });
    }
    expect.assertions(1);
  });

  test('may hold unknown fields where they are not validated', () => {
    expect(admin.create(pod('a', { nodeNme: 'x' }), { validate: 'ignore' }).spec).not.toHaveProperty('nodeNme');
  });

  test('are replaced whatever their version, unless a version is given', () => {
    const settings = (colour: string) =>
      ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'look' }, data: { colour } }) as ConfigMap;
    const first = admin.create(settings('red'));
    admin.label(first, { tier: 'front' });
    expect(admin.replace(settings('blue')).data).toEqual({ colour: 'blue' });
    expect(said(() => admin.replace({ ...first, data: { colour: 'green' } }))).toBe(
      'Error from server (Conflict): Operation cannot be fulfilled on configmaps "look": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect(said(() => admin.replace({ ...settings('red'), metadata: { name: 'other' } }, { source: 'a.yaml' }))).toBe(
      'Error from server (NotFound): error when replacing "a.yaml": configmaps "other" not found',
    );
  });

  test('are gone when a deletion that waits has returned', () => {
    admin.create(pod('a'));
    cluster.until('it runs', () => cluster.readyPods('app=a').length === 1);
    const from = admin.engine.now();
    admin.delete('pod/a', { wait: true });
    expect(admin.find('pod/a')).toBeUndefined();
    expect(admin.engine.now() - from).toBeLessThan(40_000);
  });

  test('are deleted by selector', () => {
    for (const name of ['a', 'b']) admin.create(pod(name));
    expect(admin.deleteAll('pods', { labelSelector: 'app=a', now: true })).toHaveLength(1);
    expect(admin.get<Pod>('pod/a').metadata.deletionGracePeriodSeconds).toBe(1);
    expect(admin.get<Pod>('pod/b').metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('apply', () => {
  const applied = (object: KubernetesObject) => {
    const result = admin.apply(object);
    return outcomeLine(result.object, result.did);
  };

  test('creates, leaves alone, and changes', () => {
    expect(applied(controller(1))).toBe('replicationcontroller/web created');
    expect(applied(controller(1))).toBe('replicationcontroller/web unchanged');
    expect(applied(controller(1, 'nginx:2'))).toBe('replicationcontroller/web configured');
    expect(admin.get<ReplicationController>('rc/web').spec.template?.spec?.containers[0]?.image).toBe('nginx:2');
  });

  test('names the group of what is in one', () => {
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' } };
    expect(applied(lease)).toBe('lease.coordination.k8s.io/a created');
  });

  test('keeps what others have set', () => {
    admin.apply(pod('a'));
    cluster.until('it is placed', () => admin.get<Pod>('pod/a').spec.nodeName !== undefined);
    admin.label('pod/a', { theirs: 'yes' });
    expect(applied({ ...pod('a'), metadata: { name: 'a', labels: { ours: 'yes' } } } as Pod)).toBe('pod/a configured');
    expect(admin.get<Pod>('pod/a').metadata.labels).toEqual({ ours: 'yes', theirs: 'yes' });
  });

  test('of a version that is old is refused, after a few tries', () => {
    const { resourceVersion } = admin.apply(controller(1)).object.metadata;
    admin.label('rc/web', { tier: 'front' });
    const old = { ...controller(2), metadata: { name: 'web', resourceVersion } } as ReplicationController;
    const from = admin.engine.now();
    expect(said(() => admin.apply(old))).toMatch(/^Error from server \(Conflict\): Operation cannot be fulfilled/);
    expect(Math.floor((admin.engine.now() - from) / 1000)).toBe(4);
  });
});

describe('scale', () => {
  test('sets the replicas', () => {
    admin.create(controller(1));
    admin.scale('rc/web', 3);
    cluster.until('three are ready', () => cluster.readyPods('app=web').length === 3);
    expect(said(() => admin.scale('rc/web', -1))).toBe(
      'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
    );
    expect(said(() => admin.scale('rc/none', 1))).toBe(
      'Error from server (NotFound): replicationcontrollers "none" not found',
    );
  });
});

describe('labels and annotations', () => {
  test('are set and taken away, and overwritten only when that is asked for', () => {
    admin.create(pod('a'));
    admin.label('pod/a', { tier: 'front' });
    admin.label('pod/a', { tier: 'front' });
    expect(said(() => admin.label('pod/a', { tier: 'back' }))).toBe(
      "error: 'tier' already has a value (front), and --overwrite is false",
    );
    admin.label('pod/a', { tier: 'back', app: null }, { overwrite: true });
    expect(admin.get('pod/a').metadata.labels).toEqual({ tier: 'back' });
    admin.annotate('pod/a', { note: 'x' });
    expect(said(() => admin.annotate('pod/a', { note: 'y' }))).toBe(
      "error: --overwrite is false but found the following declared annotation(s): 'note' already has a value (x)",
    );
    admin.annotate('pod/a', { note: null });
    expect(admin.get('pod/a').metadata.annotations ?? {}).toEqual({});
    expect(said(() => admin.label('pod/a', { 'a b': 'x' }))).toMatch(/^The Pod "a" is invalid: metadata.labels: /);
  });
});

describe('nodes', () => {
  const taintsOf = (node: string) => admin.get<Node>(`node/${node}`).spec?.taints ?? [];

  test('are cordoned, and take pods again when they are uncordoned', () => {
    for (const node of ['node-1', 'node-2']) admin.cordon(node);
    expect(taintsOf('node-1')).toMatchObject([{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
    admin.create(pod('a'));
    cluster.advance(10_000);
    expect(admin.get<Pod>('pod/a').spec.nodeName).toBeUndefined();
    admin.uncordon('node-2');
    cluster.until('it is placed', () => admin.get<Pod>('pod/a').spec.nodeName === 'node-2');
    expect(admin.get<Node>('node/node-2').spec).not.toHaveProperty('unschedulable');
  });

  test('are tainted', () => {
    admin.taint('node-1', ['gpu=yes:NoSchedule', 'old:NoExecute']);
    expect(said(() => admin.taint('node-1', ['gpu=no:NoSchedule']))).toBe(
      'error: node node-1 already has gpu taint(s) with same effect(s) and --overwrite is false',
    );
    admin.taint('node-1', ['gpu=no:NoSchedule', 'old-'], { overwrite: true });
    expect(taintsOf('node-1')).toEqual([{ key: 'gpu', value: 'no', effect: 'NoSchedule' }]);
    expect(said(() => admin.taint('node-1', ['gpu:NoExecute-']))).toBe('error: taint "gpu:NoExecute" not found');
    expect(said(() => admin.taint('node-1', ['gpu=a:Never']))).toBe(
      'error: invalid taint effect: Never, unsupported taint effect',
    );
    admin.taint('node-1', ['gpu:NoSchedule-']);
    expect(taintsOf('node-1')).toEqual([]);
  });

  test('are drained: their pods are evicted, and come up elsewhere', () => {
    admin.create(controller(4));
    cluster.until('all are ready', () => cluster.readyPods('app=web').length === 4);
    const evicted = admin.drain('node-1');
    expect(evicted.length).toBeGreaterThan(0);
    for (const { metadata } of evicted) expect(admin.find(`pod/${metadata.name}`)).toBeUndefined();
    cluster.until('all are ready', () => cluster.readyPods('app=web').length === 4);
    expect(new Set(cluster.pods('app=web').map(({ spec }) => spec.nodeName))).toEqual(new Set(['node-2']));
  });

  test('are not drained of pods that nobody would replace, or whose data would be lost, unless told to', () => {
    admin.create(pod('bare', { nodeName: 'node-1' }));
    admin.create(pod('cache', { nodeName: 'node-1', volumes: [{ name: 'x', emptyDir: {} }] }));
    expect(said(() => admin.drain('node-1'))).toBe(
      'error: unable to drain node "node-1" due to error: [cannot delete Pods with local storage (use --delete-emptydir-data to override): default/cache, cannot delete cannot delete Pods that declare no controller (use --force to override): default/bare], continuing command...',
    );
    expect(admin.get<Node>('node/node-1').spec?.unschedulable).toBe(true);
    expect(admin.drain('node-1', { force: true, deleteEmptydirData: true })).toHaveLength(2);
    expect(admin.list('pods')).toEqual([]);
  });
});

describe('without an API server', () => {
  test('the connection is refused', () => {
    expect(admin.isServed()).toBe(true);
    admin.engine.stop(masterAddress('c', 'apiserver', 0));
    expect(said(() => admin.list('pods'))).toBe(
      'The connection to the server c.master.apiserver was refused - did you specify the right host or port?',
    );
    expect(admin.isServed()).toBe(false);
  });
});

test('the same calls at the same times make the same run', () => {
  const run = () => {
    const { engine, cluster: started } = world({ nodes: 1, seed: 7 });
    const user = new Admin(started);
    user.apply(controller(2));
    engine.runFor(5_000);
    user.scale('rc/web', 1);
    return [engine.fingerprint(), user.list<Endpoints>('endpoints').length];
  };
  expect(run()).toEqual(run());
});
