/** The official JavaScript client: objects, watches, informers, logs, commands, forwarded ports, kinds of one's own. */

import { createConnection, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  type V1Pod,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveCluster } from './cluster.ts';

let cluster: LiveCluster;
const config = new KubeConfig();
beforeAll(async () => {
  cluster = await LiveCluster.start();
  config.loadFromFile(cluster.kubeconfig);
});
afterAll(() => cluster.stop());

const namespace = 'default';
const core = () => config.makeApiClient(CoreV1Api);
const pod = (name: string): V1Pod => ({
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
});

async function ready(name: string): Promise<void> {
  for (;;) {
    const { status } = await core().readNamespacedPod({ name, namespace });
    if (status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')) return;
  }
}

describe('the JavaScript client', () => {
  it('knows what it talks to', async () => {
    expect(await config.makeApiClient(VersionApi).getCode()).toMatchObject({ major: '1', minor: '30' });
  });

  it('creates, reads, lists, patches, replaces and deletes', async () => {
    const created = await core().createNamespacedPod({ namespace, body: pod('one') });
    expect(created.metadata?.uid).toMatch(/^[\da-f-]{36}$/);
    const { items } = await core().listNamespacedPod({ namespace, labelSelector: 'app=one' });
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['one']);
    const patched = await core().patchNamespacedPod(
      { name: 'one', namespace, body: { metadata: { labels: { tier: 'front' } } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    expect(patched.metadata?.labels).toEqual({ app: 'one', tier: 'front' });
    await core().deleteNamespacedPod({ name: 'one', namespace, body: { gracePeriodSeconds: 0 } });
    await expect(core().readNamespacedPod({ name: 'one', namespace })).rejects.toMatchObject({ code: 404 });
  });

  it('pages through a list', async () => {
    const name = (i: number) => `page-${i}`;
    for (let i = 0; i < 5; i++)
      await core().createNamespacedConfigMap({
        namespace,
        body: { metadata: { name: name(i), labels: { page: 'x' } } },
      });
    const names: string[] = [];
    let token: string | undefined;
    do {
      const options = { namespace, labelSelector: 'page=x', limit: 2, ...(token && { _continue: token }) };
      const { items, metadata } = await core().listNamespacedConfigMap(options);
      names.push(...items.map((item) => item.metadata?.name ?? ''));
      token = metadata?._continue;
    } while (token);
    expect(names).toEqual([0, 1, 2, 3, 4].map(name));
  });

  it('applies on the server’s side', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const wanted = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace }, data: { a: '1' } };
    const applied = await objects.patch(wanted, undefined, undefined, 'tests', true, PatchStrategy.ServerSideApply);
    expect(applied.metadata).toMatchObject({ managedFields: [{ manager: 'tests', operation: 'Apply' }] });
  });

  it('watches, and is told of what happens', async () => {
    const seen: string[] = [];
    let hear = () => {};
    const controller = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { labelSelector: 'watched=yes' },
      (type, object) => {
        seen.push(`${type} ${object.metadata.name}`);
        hear();
      },
      () => {},
    );
    const heard = async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (hear = resolve));
    };
    await core().createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'w', labels: { watched: 'yes' } } },
    });
    await heard(1);
    await core().deleteNamespacedConfigMap({ name: 'w', namespace });
    await heard(2);
    controller.abort();
    expect(seen).toEqual(['ADDED w', 'DELETED w']);
  });

  it('keeps an informer', async () => {
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () =>
      core().listNamespacedPod({ namespace }),
    );
    const added = new Promise<string>((resolve) =>
      informer.on('add', ({ metadata }) => metadata?.name === 'web' && resolve('web')),
    );
    await informer.start();
    await core().createNamespacedPod({ namespace, body: pod('web') });
    expect(await added).toBe('web');
    await informer.stop();
  });

  it('reads logs, runs commands and forwards ports', async () => {
    await ready('web');
    const said = new PassThrough().setEncoding('utf8');
    const logs = new Promise<string>((resolve) => {
      let text = '';
      said.on('data', (piece) => (text += piece)).on('end', () => resolve(text));
    });
    await new Log(config).log(namespace, 'web', 'web', said, { follow: false });
    await logs;

    const out = new PassThrough().setEncoding('utf8');
    let printed = '';
    out.on('data', (piece) => (printed += piece));
    const status = await new Promise<{ status?: string }>((resolve) => {
      void new Exec(config).exec(namespace, 'web', 'web', ['hostname'], out, null, null, false, resolve);
    });
    expect([status.status, printed]).toEqual(['Success', 'web\n']);

    const forward = new PortForward(config);
    const server = createServer((socket) => void forward.portForward(namespace, 'web', [80], socket, null, socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = createConnection(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
      socket.on('data', (piece) => {
        text += piece;
        if (text.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    server.close();
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('uses kinds of one’s own', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const name = 'books.library.example';
    await objects.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
      spec: {
        group: 'library.example',
        scope: 'Namespaced',
        names: { plural: 'books', kind: 'Book' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', x_kubernetes_preserve_unknown_fields: true } },
          },
        ],
      },
    } as never);
    const custom = config.makeApiClient(CustomObjectsApi);
    const kind = { group: 'library.example', version: 'v1', namespace, plural: 'books' };
    const body = { apiVersion: 'library.example/v1', kind: 'Book', metadata: { name: 'faust' }, spec: { pages: 300 } };
    for (;;) {
      const created = await custom.createNamespacedCustomObject({ ...kind, body }).catch((error) => error);
      if (created.code !== 404) break;
    }
    expect(await custom.getNamespacedCustomObject({ ...kind, name: 'faust' })).toMatchObject({ spec: { pages: 300 } });
  });

  it('is refused in Kubernetes’s words', async () => {
    const wrong = { metadata: { name: 'wrong' }, spec: { containers: [] } };
    const error = await core()
      .createNamespacedPod({ namespace, body: wrong })
      .catch((error) => error);
    expect(error.code).toBe(422);
    expect(JSON.parse(error.body)).toMatchObject({
      reason: 'Invalid',
      message: expect.stringContaining('spec.containers: Required value'),
    });
  });

  it('scales by the subresource', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'scaled' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
    const body = { metadata: { name: 'scaled' }, spec: { replicas: 1, selector: { matchLabels: labels }, template } };
    await apps.createNamespacedDeployment({ namespace, body });
    // The controller writes the object's status meanwhile: whoever is too late reads again.
    for (let isDone = false; !isDone; ) {
      const scale = await apps.readNamespacedDeploymentScale({ name: 'scaled', namespace });
      isDone = await apps
        .replaceNamespacedDeploymentScale({ name: 'scaled', namespace, body: { ...scale, spec: { replicas: 3 } } })
        .then(
          () => true,
          ({ code }) => code !== 409,
        );
    }
    expect((await apps.readNamespacedDeployment({ name: 'scaled', namespace })).spec?.replicas).toBe(3);
  });
});
