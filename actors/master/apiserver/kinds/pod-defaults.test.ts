import { describe, expect, it } from 'vitest';
import { defaulted, pod, spec } from '../testing/sample-pods.ts';

describe('the defaults of a pod', () => {
  it('are those of Kubernetes', () => {
    const { spec: filled } = defaulted(
      pod(
        spec({
          ports: [{ containerPort: 80 }],
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
          readinessProbe: { httpGet: { port: 80 } },
          livenessProbe: { tcpSocket: { port: 80 }, timeoutSeconds: 5 },
          lifecycle: { preStop: { httpGet: { port: 80 } } },
          resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
        }),
      ),
    );
    expect(filled).toEqual({
      containers: [
        {
          name: 'web',
          image: 'nginx:1.25',
          imagePullPolicy: 'IfNotPresent',
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP', apiVersion: 'v1' } } }],
          readinessProbe: {
            httpGet: { port: 80, path: '/', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          livenessProbe: {
            tcpSocket: { port: 80 },
            timeoutSeconds: 5,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          lifecycle: { preStop: { httpGet: { port: 80, path: '/', scheme: 'HTTP' } } },
          resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
    });
  });

  it('pull an image always where its tag is latest, or none', () => {
    const policy = (image: string) => defaulted(pod(spec({ image }))).spec.containers[0]?.imagePullPolicy;
    expect(['nginx', 'nginx:latest', 'host:5000/nginx', 'host:5000/a/nginx:latest'].map(policy)).toEqual(
      Array(4).fill('Always'),
    );
    expect(['nginx:1', 'nginx@sha256:abc', 'host:5000/nginx:1'].map(policy)).toEqual(Array(3).fill('IfNotPresent'));
  });

  it('are never filled in twice', () => {
    const once = defaulted(pod(spec({ ports: [{ containerPort: 80 }] })));
    expect(defaulted(once)).toBe(once);
  });

  it('keep what was given, a grace period of nothing too', () => {
    const given = spec({}, { terminationGracePeriodSeconds: 0, enableServiceLinks: false, restartPolicy: 'Never' });
    expect(defaulted(pod(given)).spec).toMatchObject({
      terminationGracePeriodSeconds: 0,
      enableServiceLinks: false,
      restartPolicy: 'Never',
    });
  });

  it('give volumes a mode, and an empty directory where they have no source', () => {
    const volumes = [
      { name: 'a' },
      { name: 'b', secret: { secretName: 's' } },
      { name: 'c', hostPath: { path: '/x' } },
    ];
    expect(defaulted(pod(spec({}, { volumes }))).spec.volumes).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', secret: { secretName: 's', defaultMode: 420 } },
      { name: 'c', hostPath: { path: '/x', type: '' } },
    ]);
  });

  it("open the host's ports where the pod uses the host's network", () => {
    const given = defaulted(pod(spec({ ports: [{ containerPort: 80 }] }, { hostNetwork: true })));
    expect(given.spec.containers[0]?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
  });

  it('name the service account by both its names', () => {
    expect(defaulted(pod(spec({}, { serviceAccount: 'robot' }))).spec).toMatchObject({
      serviceAccountName: 'robot',
      serviceAccount: 'robot',
    });
  });
});
