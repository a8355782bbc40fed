/** What kubectl 1.33 really sends, caught on its way, and what it shows of the same object with `-o json`. */

/** A body, and the object in it. */
export interface Capture {
  readonly command: string;
  /** In base 64. */
  readonly body: string;
  readonly object: object;
}

const zeroMeta = { creationTimestamp: null };

/** One for each way a value can lie on the wire that kubectl sends by itself. */
export const captures: readonly Capture[] = [
  {
    command: 'kubectl create rolebinding rb --clusterrole=view --user=jane --serviceaccount=default:builder',
    body:
      'azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtSb2xlQmluZGluZxKcAQoZCgJyYhIAGgdkZWZhdWx0IgAqADIAOABC' +
      'ABIpCgRVc2VyEhlyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvGgRqYW5lIgASJAoOU2VydmljZUFjY291bnQSABoHYnVpbGRlciIHZGVm' +
      'YXVsdBouChlyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvEgtDbHVzdGVyUm9sZRoEdmlldxoAIgA=',
    object: {
      kind: 'RoleBinding',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'rb', namespace: 'default', ...zeroMeta },
      subjects: [
        { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' },
        { kind: 'ServiceAccount', name: 'builder', namespace: 'default' },
      ],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    },
  },
  {
    command: 'kubectl create deployment web --image=nginx:1.27 --replicas=2 --port=80',
    body:
      'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Er0BCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEosBCAISDAoKCgNhcHAS' +
      'A3dlYhpxChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViElESMwoFbmdpbngSCm5naW54OjEuMjcqADIKCgAQABhQIgAqAEIAagBy' +
      'AIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==',
    object: {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', labels: { app: 'web' }, ...zeroMeta },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' }, ...zeroMeta },
          spec: {
            containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }], resources: {} }],
          },
        },
        strategy: {},
      },
      status: {},
    },
  },
  {
    command: 'kubectl create token default --duration=1h --audience=a',
    body:
      'azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIgChAKABIAGgAiACoAMgA4AEIAEgYKAWEgkBwaBAoA' +
      'EgAaACIA',
    object: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: zeroMeta,
      spec: { audiences: ['a'], expirationSeconds: 3600, boundObjectRef: null },
      status: { token: '', expirationTimestamp: null },
    },
  },
  {
    command: 'kubectl create quota q --hard=pods=50,cpu=1.5',
    body:
      'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI1ChEKAXESABoAIgAqADIAOABCABIeCg4KA2NwdRIHCgUxNTAwbQoMCgRwb2RzEgQKAjUw' +
      'GgAaACIA',
    object: {
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name: 'q', ...zeroMeta },
      spec: { hard: { cpu: '1500m', pods: '50' } },
      status: {},
    },
  },
  {
    command: 'kubectl create pdb p --selector=app=web --min-available=50%',
    body:
      'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSOgoRCgFwEgAaACIAKgAyADgAQgASGQoJCAEQABoDNTAlEgwKCgoD' +
      'YXBwEgN3ZWIaCggAGAAgACgAMAAaACIA',
    object: {
      kind: 'PodDisruptionBudget',
      apiVersion: 'policy/v1',
      metadata: { name: 'p', ...zeroMeta },
      spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    },
  },
];
