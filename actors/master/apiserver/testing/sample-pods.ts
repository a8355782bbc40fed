/** Pods for the tests of their kind, and what the kind makes of them. */

import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { Pod } from '../../../../protocol/objects.ts';
import { podStrategy } from '../kinds/pod.ts';

/** A pod's spec as a user may write it, right or wrong. */
export type Spec = Record<string, unknown>;

/** Makes a pod of any spec. */
export function pod(spec: Spec, metadata: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default', resourceVersion: '1', ...metadata },
    spec,
  } as unknown as Pod;
}

/** Makes a container. */
export const web = (more: object = {}) => ({ name: 'web', image: 'nginx:1.25', ...more });

/** Makes the spec of one container that has `more`, and of `rest` beside it. */
export const spec = (more: object, rest: object = {}): Spec => ({ containers: [web(more)], ...rest });

/** Fills in the defaults. */
export const defaulted = (given: Pod) => podStrategy.applyDefaults(given);

/** Makes a pod as it is stored when it is created. */
export const stored = (given: Spec, metadata: object = {}) =>
  podStrategy.prepareForCreate(defaulted(pod(given, metadata)));

/** Tells why a new pod is refused. */
export const errorsOf = (given: Spec, metadata: object = {}) =>
  podStrategy.validateCreate(stored(given, metadata)).map(formatFieldError);

/** Tells why a change of a pod is refused. */
export const changeErrors = (given: Spec, old: Spec) =>
  podStrategy.validateUpdate(stored(given), stored(old)).map(formatFieldError);
