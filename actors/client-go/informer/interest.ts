/** Which changes concern a subscriber: the others it is not told of. */

import { deepEqual } from '../../../protocol/deep-equal.ts';
import type { Change, Interest } from '../../../protocol/messages/informer.ts';
import { controllerOf } from '../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { remembered } from '../../../protocol/remembered.ts';

/** Tells whether a change is one that the subscriber asked for. */
export function concerns({ controlledBy, fields }: Interest, { type, object, old }: Change): boolean {
  if (controlledBy !== undefined && !isOf(object, controlledBy) && !(old && isOf(old, controlledBy))) return false;
  if (fields === undefined || type !== 'MODIFIED' || old === undefined) return true;
  return pathsOf(fields).some((path) => !deepEqual(valueAt(object, path), valueAt(old, path)));
}

/** Whoever loses an object must hear that it did; so it counts as theirs as long as nobody else has it. */
function isOf(object: KubernetesObject, kind: string): boolean {
  const controller = controllerOf(object);
  return controller === undefined || controller.kind === kind;
}

const pathsOf = remembered((fields: readonly string[]) => fields.map((field) => field.split('.')));

function valueAt(object: KubernetesObject, path: readonly string[]): unknown {
  let value: unknown = object;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}
