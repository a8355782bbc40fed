import { describe, expect, it } from 'vitest';
import { errorsOf, type Spec, spec, web } from '../testing/sample-pods.ts';

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('a pod that is refused', () => {
  it.each<[string, Spec, string[]]>([
    ['has no container', { containers: [] }, ['spec.containers: Required value']],
    ['has a container without name', spec({ name: '' }), ['spec.containers[0].name: Required value']],
    ['has a badly named container', spec({ name: 'Web' }), [`spec.containers[0].name: Invalid value: "Web": ${label}`]],
    ['has a container without image', spec({ image: '' }), ['spec.containers[0].image: Required value']],
    [
      'has blanks around an image',
      spec({ image: ' nginx' }),
      ['spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'],
    ],
    ['names two containers alike', { containers: [web(), web()] }, ['spec.containers[1].name: Duplicate value: "web"']],
    [
      'names an init container as a container',
      spec({}, { initContainers: [web()] }),
      ['spec.initContainers[0].name: Duplicate value: "web"'],
    ],
    [
      'has a port out of range',
      spec({ ports: [{ containerPort: 70000 }] }),
      ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    ['has a port without number', spec({ ports: [{}] }), ['spec.containers[0].ports[0].containerPort: Required value']],
    [
      'names two ports alike',
      spec({
        ports: [
          { name: 'http', containerPort: 80 },
          { name: 'http', containerPort: 81 },
        ],
      }),
      ['spec.containers[0].ports[1].name: Duplicate value: "http"'],
    ],
    [
      'takes a port of the host twice',
      spec({
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
      }),
      ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"'],
    ],
    [
      'speaks an unknown protocol',
      spec({ ports: [{ containerPort: 80, protocol: 'HTTP' }] }),
      ['spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'mounts a volume it does not have',
      spec({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
    ],
    [
      'mounts two volumes in one place',
      spec(
        {
          volumeMounts: [
            { name: 'a', mountPath: '/data' },
            { name: 'b', mountPath: '/data' },
          ],
        },
        { volumes: [{ name: 'a' }, { name: 'b' }] },
      ),
      ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique'],
    ],
    [
      'names two volumes alike',
      spec({}, { volumes: [{ name: 'a' }, { name: 'a' }] }),
      ['spec.volumes[1].name: Duplicate value: "a"'],
    ],
    [
      'has a volume of two kinds',
      spec({}, { volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/x' } }] }),
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'has a badly named variable',
      spec({ env: [{ name: '1A' }] }),
      [
        "spec.containers[0].env[0].name: Invalid value: \"1A\": a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
      ],
    ],
    [
      'gives a variable a value and a source',
      spec({ env: [{ name: 'A', value: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ],
    [
      'asks for a field that is not offered',
      spec({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }] }),
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      ],
    ],
    [
      'asks for more than it is limited to',
      spec({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'asks for less than nothing',
      spec({ resources: { requests: { memory: '-1Gi' } } }),
      ['spec.containers[0].resources.requests[memory]: Invalid value: "-1Gi": must be greater than or equal to 0'],
    ],
    [
      'asks for a resource that does not exist',
      spec({ resources: { limits: { gold: '1' } } }),
      [
        'spec.containers[0].resources.limits[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.limits[gold]: Invalid value: "gold": must be a standard resource for containers',
        'spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource for containers',
      ],
    ],
    [
      'asks for part of a device',
      spec({ resources: { limits: { 'example.com/gpu': '500m' } } }),
      [
        'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer',
        'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer',
      ],
    ],
    [
      'has a probe of no kind',
      spec({ readinessProbe: {} }),
      ['spec.containers[0].readinessProbe: Required value: must specify a handler type'],
    ],
    [
      'has a liveness probe that must succeed twice',
      spec({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'has a probe of two kinds',
      spec({ readinessProbe: { exec: { command: ['true'] }, tcpSocket: { port: 80 } } }),
      ['spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'probes an init container',
      spec({}, { initContainers: [{ name: 'init', image: 'i', readinessProbe: { tcpSocket: { port: 80 } } }] }),
      [
        'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
    [
      'restarts in an unknown way',
      spec({}, { restartPolicy: 'Sometimes' }),
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'pulls in an unknown way',
      spec({ imagePullPolicy: 'Sometimes' }),
      [
        'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
    [
      'tolerates without saying what',
      spec({}, { tolerations: [{ value: 'a' }] }),
      [
        'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      'tolerates for a while what does not evict',
      spec({}, { tolerations: [{ key: 'a', effect: 'NoSchedule', tolerationSeconds: 3 }] }),
      [
        'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
      ],
    ],
    [
      'prefers a node with no weight',
      spec(
        {},
        {
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }],
            },
          },
        },
      ),
      [
        'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
      ],
    ],
    [
      'has a deadline of nothing',
      spec({}, { activeDeadlineSeconds: 0 }),
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      'resolves names by itself, but says not how',
      spec({}, { dnsPolicy: 'None' }),
      ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    ],
    [
      'is bound while gated',
      spec({}, { nodeName: 'n1', schedulingGates: [{ name: 'a/b' }] }),
      ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
    ],
  ])('%s', (_name, given, expected) => {
    expect(errorsOf(given)).toEqual(expected);
  });

  it('mirrors a static pod of no node', () => {
    expect(errorsOf(spec({}), { annotations: { 'kubernetes.io/config.mirror': 'x' } })).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
    ]);
  });
});
