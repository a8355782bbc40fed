import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { pod, World } from '../testing/world.ts';

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

const space = (labels: Record<string, string>) => {
  const named = Object.entries(labels).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value]);
  const metadata = { name: 'safe', labels: Object.fromEntries(named) };
  world.do('object.create', { resource: 'namespaces', object: { apiVersion: 'v1', kind: 'Namespace', metadata } });
  world.settle();
};
const inSafe = (spec: object = {}) => ({ ...pod('web', { spec }), metadata: { name: 'web', namespace: 'safe' } });
const creation = (object: object, resource = 'pods') => ({ resource, namespace: 'safe', object });
const strict = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

describe('a namespace that enforces', () => {
  it('restricted refuses an ordinary pod, and says all that must be set', () => {
    space({ enforce: 'restricted' });
    expect(world.refused('object.create', creation(inSafe()))).toMatchObject({
      code: 403,
      message:
        'pods "web" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    });
    const containers = [{ name: 'main', image: 'nginx', securityContext: strict }];
    expect(world.do('object.create', creation(inSafe({ containers }))).code).toBe(201);
  });

  it('baseline refuses what reaches out of the pod', () => {
    space({ enforce: 'baseline', 'enforce-version': 'v1.30' });
    const containers = [
      {
        name: 'main',
        image: 'nginx',
        ports: [{ containerPort: 80, hostPort: 80 }],
        securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN'] } },
      },
    ];
    const spec = { hostNetwork: true, volumes: [{ name: 'host', hostPath: { path: '/' } }], containers };
    expect(world.refused('object.create', creation(inSafe(spec))).message).toBe(
      'pods "web" is forbidden: violates PodSecurity "baseline:v1.30": non-default capabilities (container "main" must not include "NET_ADMIN" in securityContext.capabilities.add), host namespaces (hostNetwork=true), hostPath volumes (volume "host"), hostPort (container "main" uses hostPort 80), privileged (container "main" must not set securityContext.privileged=true)',
    );
    expect(world.do('object.create', creation(inSafe())).code).toBe(201);
  });

  it('warns of a controller whose pods it would refuse, at birth and at a change', () => {
    space({ enforce: 'baseline' });
    const template = (hostPID: boolean) => ({
      metadata: { labels: { app: 'x' } },
      spec: { hostPID, containers: [{ name: 'main', image: 'nginx' }] },
    });
    const object = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'rc', namespace: 'safe' },
      spec: { selector: { app: 'x' }, template: template(false) },
    };
    const resource = 'replicationcontrollers';
    expect(world.do('object.create', creation(object, resource)).warnings).toBeUndefined();
    const patch = { spec: { template: template(true) } };
    const changed = world.do('object.patch', { resource, namespace: 'safe', name: 'rc', patchType: 'merge', patch });
    expect(changed.warnings).toEqual(['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)']);
  });
});

describe('the labels of a namespace', () => {
  const patch = (value: string) => ({
    resource: 'namespaces',
    name: 'safe',
    patchType: 'merge',
    patch: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': value } } },
  });

  it('must be words that mean something', () => {
    space({});
    expect(world.refused('object.patch', patch('strict')).message).toBe(
      'Namespace "safe" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
    );
  });

  it('bring a warning of the pods there that they would not let in', () => {
    space({});
    for (const name of ['a', 'b']) {
      world.do('object.create', creation({ ...inSafe({ hostPID: true }), metadata: { name, namespace: 'safe' } }));
    }
    world.settle();
    expect(world.do('object.patch', patch('baseline')).warnings).toEqual([
      'existing pods in namespace "safe" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 1 other pod): host namespaces',
    ]);
    expect(world.do('object.patch', patch('privileged')).warnings).toBeUndefined();
  });
});

it('a namespace that only warns lets every pod in', () => {
  space({ warn: 'restricted' });
  const { code, warnings } = world.do('object.create', creation(inSafe()));
  expect(code).toBe(201);
  expect(warnings).toEqual([expect.stringMatching(/^would violate PodSecurity "restricted:latest": allowPriv/)]);
});

it('a namespace without such labels asks nothing', () => {
  expect(
    world.do('object.create', { resource: 'pods', namespace: 'default', object: pod('a') }).warnings,
  ).toBeUndefined();
});
