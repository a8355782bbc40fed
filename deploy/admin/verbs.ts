/** The verbs of a user with kubectl that the longer ones are made of. */

import type { Engine } from '../../engine/engine.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import type { InNamespace, Selection } from './options.ts';
import type { Reference } from './reference.ts';

/** A user, as far as `delete --wait` and `drain` need one. */
export interface Verbs {
  readonly engine: Engine;
  /** Asks the API server anything, and gives the object it answers with. @throws KubectlError */
  request<T extends KubernetesObject>(type: string, body: object, doing?: string): T;
  /** Gets an object, or undefined where there is none. @throws KubectlError for any other refusal */
  find<T extends KubernetesObject>(reference: Reference, options?: InNamespace): T | undefined;
  /** As `kubectl get TYPE`, by any name of the resource; by namespace and name. @throws KubectlError */
  list<T extends KubernetesObject>(resource: string, selection?: Selection): T[];
}
