/** CustomResourceDefinitions as people write them, for tests. */

import type { CustomResourceDefinition } from '../../../../../protocol/custom/definition.ts';

/** What of a definition a test may want otherwise. */
type Parts = {
  names?: object;
  scope?: string;
  versions?: readonly object[];
  group?: string;
  conversion?: object;
};

/** The schema of cron tabs. */
export const cronTabSchema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['cronSpec'],
      properties: {
        cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' },
        image: { type: 'string' },
        replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
        policy: { type: 'string', enum: ['Allow', 'Forbid'], default: 'Allow' },
        nodes: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        note: { type: 'string', nullable: true },
        port: { 'x-kubernetes-int-or-string': true },
        extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        template: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    },
    status: {
      type: 'object',
      properties: {
        replicas: { type: 'integer', minimum: 0 },
        labelSelector: { type: 'string' },
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          items: {
            type: 'object',
            required: ['type', 'status'],
            properties: {
              type: { type: 'string' },
              status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
              lastTransitionTime: { type: 'string', format: 'date-time' },
            },
          },
        },
      },
    },
  },
};

/** One version of cron tabs, with status and scale. */
export const cronTabVersion = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: cronTabSchema },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.labelSelector',
    },
  },
  additionalPrinterColumns: [
    { name: 'Spec', type: 'string', description: 'When it runs', jsonPath: '.spec.cronSpec' },
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Image', type: 'string', jsonPath: '.spec.image', priority: 1 },
  ],
};

/** The cron tabs of the documentation. */
export function cronTabs(parts: Parts = {}): CustomResourceDefinition {
  const {
    names = {},
    scope = 'Namespaced',
    versions = [cronTabVersion],
    group = 'stable.example.com',
    ...rest
  } = parts;
  const all = {
    plural: 'crontabs',
    singular: 'crontab',
    kind: 'CronTab',
    shortNames: ['ct'],
    categories: ['all'],
    ...names,
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${all.plural}.${group}` },
    spec: { group, scope, names: all, versions, ...rest },
  } as unknown as CustomResourceDefinition;
}

/** A cron tab. */
export function cronTab(name: string, spec: object = {}, more: object = {}) {
  return {
    apiVersion: 'stable.example.com/v1',
    kind: 'CronTab',
    metadata: { name, namespace: 'default', ...more },
    spec: { cronSpec: '* * * * */5', image: 'my-awesome-cron-image', ...spec },
  };
}

/** One that owns nothing and lies in no namespace, without schema for its status. */
export function clusterIssuers(): CustomResourceDefinition {
  return cronTabs({
    group: 'cert.example.com',
    scope: 'Cluster',
    names: {
      plural: 'clusterissuers',
      singular: 'clusterissuer',
      kind: 'ClusterIssuer',
      shortNames: [],
      categories: [],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  selfSigned: { type: 'object' },
                  acme: { type: 'object', properties: { server: { type: 'string' } } },
                },
                oneOf: [{ required: ['selfSigned'] }, { required: ['acme'] }],
              },
            },
          },
        },
      },
    ],
  });
}
