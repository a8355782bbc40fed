/** Deleting as kubectl does: its options, and waiting for the end. */

import type { DeleteOptions } from '../../protocol/messages/api.ts';
import { objectKey } from '../../protocol/meta.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { kindOf } from './reference.ts';
import { KubectlError } from './refusal.ts';
import type { Verbs } from './verbs.ts';

/** The options of `kubectl delete`. */
export interface DeletionOptions {
  /** As `--cascade`: what becomes of the objects that this one owns; `background` unless told. */
  readonly cascade?: 'background' | 'foreground' | 'orphan';
  /** As `--grace-period`; the object's own unless told. */
  readonly gracePeriodSeconds?: number;
  /** As `--now`: a grace period of one second. */
  readonly now?: boolean;
  /** As `--force`: at once, without waiting for the node to say that the pod has ended. */
  readonly force?: boolean;
  /** As `--wait`, but off unless told: lets time pass until the object is gone. */
  readonly wait?: boolean;
  /** As `--timeout`, of `wait`; an hour unless told. */
  readonly timeoutMs?: number;
}

const policies = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

/** Makes of kubectl's options those of the API. */
export function deleteOptionsOf({ cascade = 'background', ...options }: DeletionOptions): DeleteOptions {
  const seconds = graceOf(options);
  return {
    propagationPolicy: policies[cascade],
    ...(seconds !== undefined && { gracePeriodSeconds: seconds }),
  };
}

/** Without `--force`, kubectl makes no grace period at all one of a second. */
function graceOf({ gracePeriodSeconds, now = false, force = false }: DeletionOptions): number | undefined {
  if (force) return gracePeriodSeconds ?? 0;
  if (now) return 1;
  return gracePeriodSeconds === 0 ? 1 : gracePeriodSeconds;
}

const pollMs = 1_000;
const longestMs = 3_600_000;

/** Lets time pass until none of these objects is there any more, or one of the same name has taken its place. @throws KubectlError */
export function waitUntilGone(user: Verbs, objects: readonly KubernetesObject[], timeoutMs = longestMs): void {
  const end = user.engine.now() + timeoutMs;
  let left = objects;
  for (;;) {
    left = left.filter((object) => user.find(object)?.metadata.uid === object.metadata.uid);
    const [first] = left;
    if (first === undefined) return;
    if (user.engine.now() >= end) {
      const { resource } = kindOf(first);
      throw new KubectlError(`error: timed out waiting for the condition on ${resource}/${objectKey(first)}`);
    }
    user.engine.runFor(pollMs);
  }
}
