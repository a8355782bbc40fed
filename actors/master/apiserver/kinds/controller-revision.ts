/** ControllerRevisions: what a StatefulSet or DaemonSet was at one time. */

import type * as apps from 'kubernetes-types/apps/v1.js';
import { required } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { immutable, nonNegative } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

type ControllerRevision = Omit<apps.ControllerRevision, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

/** A snapshot of a controller's state, never changed but for its number. */
export const controllerRevisionStrategy = defineStrategy<ControllerRevision>('controllerrevisions.apps', {
  nameRule: dns1123Subdomain,
  validate: ({ data, revision }) => [
    ...(data === undefined ? [required('data', 'data is mandatory')] : []),
    ...nonNegative(revision ?? 0, 'revision'),
  ],
  validateUpdate: (one, old) => immutable(one.data, old.data, 'data'),
});
