/** A working week with kubectl, second day: into the pods. Logs, exec, attach, port-forward, cp, top, rollouts. */

import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveCluster, squeeze } from './cluster.ts';

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await LiveCluster.start();
  cluster.file('pod.yaml', pod);
  await cluster.run(`apply -f ${cluster.file('pod.yaml', pod)}`);
  await cluster.run('wait --for=condition=Ready pod/web pod/pair --timeout=60s');
});
afterAll(() => cluster.stop());

const pod = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: red}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{containerPort: 80}]
    env: [{name: GREETING, value: hello}]
    volumeMounts: [{name: settings, mountPath: /etc/settings}]
  volumes: [{name: settings, configMap: {name: settings}}]
---
apiVersion: v1
kind: Pod
metadata: {name: pair}
spec:
  containers: [{name: one, image: nginx}, {name: two, image: busybox}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

describe('logs', () => {
  it('are what the container said', async () => {
    expect((await cluster.run('logs web')).length).toBeGreaterThan(0);
    const [line = ''] = (await cluster.run('logs web --timestamps --tail=1')).split('\n');
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z /);
  });

  it('of a pod with two containers are of the first, or of the one named', async () => {
    expect((await cluster.kubectl('logs pair')).err).toMatch(
      /Defaulted container "one" out of: one, two|a container name must be specified/,
    );
    expect((await cluster.kubectl('logs pair -c two')).code).toBe(0);
    expect(await cluster.refused('logs pair -c three')).toContain('container three is not valid for pod pair');
  });

  it('can be followed', async () => {
    const following = cluster.start('logs -f web');
    await cluster.run('get --raw /api/v1/namespaces/default/services/web:80/proxy/hello');
    await following.until(/\/hello/);
    await following.stop();
  });

  it('of what is not there', async () => {
    expect(await cluster.refused('logs nobody')).toMatch(/[Ee]rror from server \(NotFound\): pods "nobody" not found/);
    expect(await cluster.refused('logs web --previous')).toContain(
      'previous terminated container "web" in pod "web" not found',
    );
  });
});

describe('exec', () => {
  it('runs a program in the container', async () => {
    expect(await cluster.run('exec web -- hostname')).toBe('web\n');
    expect(await cluster.run('exec web -- cat /etc/settings/colour')).toBe('red');
    expect(await cluster.run('exec web -- env')).toMatch(/^GREETING=hello$/m);
    expect(await cluster.run(`exec web -- sh -c 'echo $GREETING && echo again'`)).toBe('hello\nagain\n');
  });

  it('passes on what is typed, and how it ends', async () => {
    expect(await cluster.run('exec -i web -- cat', 'typed\n').catch(String)).toBe('typed\n');
    const { code, err } = await cluster.kubectl(`exec web -- sh -c 'exit 3'`);
    expect([code, err.trim()]).toEqual([3, 'command terminated with exit code 3']);
    expect(await cluster.refused('exec web -- nonsense')).toMatch(/executable file not found in \$PATH/);
  });

  it('cannot copy where there is no tar, as in any small image', async () => {
    const file = cluster.file('x.txt', 'x');
    expect((await cluster.kubectl(`cp ${file} web:/tmp/x.txt`)).code).not.toBe(0);
  });
});

describe('port-forward', () => {
  it('carries a connection to the port of a pod', async () => {
    const forwarding = cluster.start('port-forward pod/web :80');
    await forwarding.until(/Forwarding from 127\.0\.0\.1:(\d+) -> 80/);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(forwarding.said.out)?.[1]);
    expect(await http(port, '/x')).toMatch(/^HTTP\/1\.1 200 /);
    await forwarding.stop();
  });
});

function http(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = createConnection(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    );
    socket.on('data', (data) => (said += data));
    socket.on('error', reject);
    socket.on('close', () => resolve(said));
  });
}

it('top shows what nodes and pods use', async () => {
  let tops = await cluster.kubectl('top nodes');
  while (tops.code !== 0 && /metrics (not available|not available yet)|not yet/i.test(tops.err))
    tops = await cluster.kubectl('top nodes');
  expect(squeeze(tops.out)[0]).toMatch(/^NAME \| CPU\(cores\) \| CPU\S* \| MEMORY\(bytes\) \| MEMORY\S*$/);
  expect(squeeze(await cluster.run('top pods'))[0]).toBe('NAME | CPU(cores) | MEMORY(bytes)');
});

describe('a rollout', () => {
  it('is followed, paused, resumed, undone, restarted', async () => {
    await cluster.run('create deployment shop --image=shop:1 --replicas=2');
    expect(await cluster.run('rollout status deployment/shop --timeout=60s')).toContain('successfully rolled out');
    await cluster.run('set image deployment/shop shop=shop:2');
    await cluster.run('rollout status deployment/shop --timeout=60s');
    expect(await cluster.run('rollout history deployment/shop')).toMatch(
      /REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>/,
    );
    expect(await cluster.run('rollout undo deployment/shop')).toBe('deployment.apps/shop rolled back\n');
    await cluster.run('rollout status deployment/shop --timeout=60s');
    expect(await cluster.run("get deployment shop -o 'jsonpath={.spec.template.spec.containers[0].image}'")).toBe(
      'shop:1',
    );
    expect(await cluster.run('rollout pause deployment/shop')).toBe('deployment.apps/shop paused\n');
    expect(await cluster.run('rollout resume deployment/shop')).toBe('deployment.apps/shop resumed\n');
    expect(await cluster.run('rollout restart deployment/shop')).toBe('deployment.apps/shop restarted\n');
    await cluster.run('rollout status deployment/shop --timeout=60s');
  });

  it('that is over can be waited for', async () => {
    expect(await cluster.run('wait --for=condition=Available deployment/shop --timeout=60s')).toBe(
      'deployment.apps/shop condition met\n',
    );
    expect(await cluster.run('delete pod pair')).toBe('pod "pair" deleted\n');
    // Older ones complain of what is gone already.
    if (cluster.minor >= 24) expect(await cluster.run('wait --for=delete pod/pair --timeout=60s')).toBe('');
  });
});
