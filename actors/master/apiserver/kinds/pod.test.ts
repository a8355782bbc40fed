import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { Pod } from '../../../../protocol/objects.ts';
import { bindingStrategy, podStrategy } from './pod.ts';

type Spec = Record<string, unknown>;
const pod = (spec: Spec, metadata: object = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default', resourceVersion: '1', ...metadata },
    spec,
  }) as unknown as Pod;
const web = (more: object = {}) => ({ name: 'web', image: 'nginx:1.25', ...more });
const spec = (more: object, rest: object = {}) => ({ containers: [web(more)], ...rest });

const defaulted = (given: Pod) => podStrategy.applyDefaults(given);
const stored = (given: Spec, metadata: object = {}) => podStrategy.prepareForCreate(defaulted(pod(given, metadata)));
const errorsOf = (given: Spec, metadata: object = {}) =>
  podStrategy.validateCreate(stored(given, metadata)).map(formatFieldError);
const changeErrors = (given: Spec, old: Spec) =>
  podStrategy.validateUpdate(stored(given), stored(old)).map(formatFieldError);

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

describe('a new pod', () => {
  it('is Pending, with its class of service, whatever status came with it', () => {
    const given = { ...pod(spec({})), status: { phase: 'Running', podIP: '10.0.0.1' } } as Pod;
    expect(podStrategy.prepareForCreate(defaulted(given)).status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  it('is right', () => {
    expect(errorsOf(spec({ ports: [{ containerPort: 80, name: 'http' }] }))).toEqual([]);
  });
});

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

describe('a pod that changes', () => {
  it('may get another image, more tolerations and a shorter deadline', () => {
    const after = spec({ image: 'nginx:1.26' }, { activeDeadlineSeconds: 5, tolerations: [{ operator: 'Exists' }] });
    expect(changeErrors(after, spec({}, { activeDeadlineSeconds: 9 }))).toEqual([]);
  });

  it('may change nothing else, and is told what did', () => {
    const [error, ...others] = changeErrors(spec({}, { hostname: 'b' }), spec({}, { hostname: 'a' }));
    expect(others).toEqual([]);
    expect(error).toBe(
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n-\thostname: "a"\n+\thostname: "b"\n',
    );
  });

  it.each<[string, Spec, Spec, string]>([
    [
      'a container more',
      { containers: [web(), web({ name: 'b' })] },
      spec({}),
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      'a longer deadline',
      spec({}, { activeDeadlineSeconds: 9 }),
      spec({}, { activeDeadlineSeconds: 5 }),
      'spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value',
    ],
    [
      'no deadline any more',
      spec({}),
      spec({}, { activeDeadlineSeconds: 5 }),
      'spec.activeDeadlineSeconds: Invalid value: "null": must not update from a positive integer to nil value',
    ],
    [
      'a toleration less',
      spec({}),
      spec({}, { tolerations: [{ operator: 'Exists' }] }),
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      'a gate more',
      spec({}, { schedulingGates: [{ name: 'a/c' }] }),
      spec({}),
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a/c'",
    ],
  ])('may not get %s', (_name, after, before, expected) => {
    expect(changeErrors(after, before)).toEqual([expected]);
  });

  it('may get a longer list of nodes to choose from only while it is gated', () => {
    const gated = { schedulingGates: [{ name: 'a/b' }] };
    expect(changeErrors(spec({}, { ...gated, nodeSelector: { disk: 'ssd' } }), spec({}, gated))).toEqual([]);
    expect(changeErrors(spec({}, { nodeSelector: { disk: 'ssd' } }), spec({}))[0]).toContain(
      '+\tnodeSelector: {"disk":"ssd"}',
    );
  });

  it('keeps its status when its spec is updated, and its spec when its status is', () => {
    const old = { ...stored(spec({})), status: { phase: 'Running', qosClass: 'BestEffort' } } as Pod;
    const update = { ...stored(spec({ image: 'nginx:1.26' })), status: { phase: 'Failed' } } as Pod;
    expect(podStrategy.prepareForUpdate(update, old).status).toEqual(old.status);
    const status = podStrategy.prepareForStatusUpdate(update, old);
    expect(status.spec).toBe(old.spec);
    expect(status.status).toEqual({ phase: 'Failed', qosClass: 'BestEffort' });
  });
});

describe('the status of a pod', () => {
  const withState = (state: object, restartPolicy = 'Never') =>
    ({
      ...stored(spec({}, { restartPolicy })),
      status: { phase: 'Running', qosClass: 'BestEffort', containerStatuses: [{ name: 'web', state }] },
    }) as unknown as Pod;
  const ended = { terminated: { exitCode: 1 } };

  it('never leads a container back from its end where it may not restart', () => {
    const errors = podStrategy.validateStatusUpdate(withState({ running: {} }), withState(ended));
    expect(errors.map(formatFieldError)).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
    const restarting = withState(ended, 'OnFailure');
    expect(podStrategy.validateStatusUpdate(withState({ running: {} }, 'OnFailure'), restarting)).toEqual([]);
  });

  it('keeps the class of service', () => {
    const other = { ...withState(ended), status: { phase: 'Running', qosClass: 'Guaranteed' } } as Pod;
    expect(podStrategy.validateStatusUpdate(other, withState(ended)).map(formatFieldError)).toEqual([
      'status.qosClass: Invalid value: "Guaranteed": field is immutable',
    ]);
  });
});

describe('a binding', () => {
  const bind = (target: object) =>
    bindingStrategy
      .validateCreate({ apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a', namespace: 'default' }, target })
      .map(formatFieldError);

  it('is to a node, by name', () => {
    expect(bind({ kind: 'Node', name: 'n1' })).toEqual([]);
    expect(bind({ kind: 'Rack' })).toEqual([
      'target.kind: Unsupported value: "Rack": supported values: "Node", "<empty>"',
      'target.name: Required value',
    ]);
  });
});
