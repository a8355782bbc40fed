/** A CustomResourceDefinition of two versions, with one of everything that documents treat in their own way. */

const spec = {
  type: 'object',
  required: ['cronSpec', 'maybe'],
  properties: {
    cronSpec: { type: 'string', description: 'When it is done.', pattern: '^.*$' },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    maybe: { type: 'string', nullable: true },
    names: {
      type: 'object',
      required: ['first'],
      additionalProperties: { type: 'string', nullable: true },
    },
    port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
    replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    template: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { image: { type: 'string' } } },
  },
};

/** The definition, established. */
export const cronTabs = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'crontabs.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    scope: 'Namespaced',
    names: { plural: 'crontabs', kind: 'CronTab' },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        schema: {
          openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status: { type: 'object' } } },
        },
      },
      { name: 'v1alpha1', served: false, storage: false },
    ],
  },
  status: {
    acceptedNames: {
      plural: 'crontabs',
      singular: 'crontab',
      kind: 'CronTab',
      listKind: 'CronTabList',
      shortNames: ['ct'],
      categories: ['all'],
    },
    conditions: [
      { type: 'NamesAccepted', status: 'True' },
      { type: 'Established', status: 'True' },
    ],
  },
};
