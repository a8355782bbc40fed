/** A client that applies, and what it applies, for tests through messages. */

import type { Status } from '../../../../../protocol/objects.ts';
import type { Got, World } from '../../testing/world.ts';

/** A Deployment as a user may apply it. */
export const deployment = (spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' }, ...metadata },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx:1.14.2', ports: [{ containerPort: 80 }] }] },
    },
    ...spec,
  },
});

/** A ConfigMap as a user may apply it. */
export const configMap = (data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', ...metadata },
  data,
});

/** Where they are. */
export const web = { resource: 'deployments.apps', namespace: 'default', name: 'web' };
export const settings = { resource: 'configmaps', namespace: 'default', name: 'settings' };

/** The request to apply to the Deployment; `more` may name another target. */
export const applying = (fieldManager: string, patch: unknown, more: object = {}) => ({
  ...web,
  patchType: 'apply',
  fieldManager,
  patch,
  ...more,
});

/** Applies to the Deployment what must be taken. */
export function apply(world: World, fieldManager: string, patch: unknown, more: object = {}): Got {
  return world.do('object.patch', applying(fieldManager, patch, more));
}

/** Applies data to the ConfigMap that must be taken. */
export function applyData(world: World, fieldManager: string, data: object, more: object = {}): Got {
  return world.do('object.patch', applying(fieldManager, configMap(data), { ...settings, ...more }));
}

/** Applies to the Deployment what must be refused. */
export function refused(world: World, fieldManager: string, patch: unknown, more: object = {}): Status {
  return world.refused('object.patch', applying(fieldManager, patch, more));
}

/** Who manages an object, each as `manager operation subresource`, and which fields. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds.
export function managers(object: any): Record<string, unknown> {
  return Object.fromEntries(
    // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds.
    (object.metadata.managedFields ?? []).map(({ manager, operation, subresource, fieldsV1 }: any) => [
      [manager, operation, subresource].filter(Boolean).join(' '),
      fieldsV1,
    ]),
  );
}
