/** Which custom resources there are, as a controller learns it from their definitions. */

import type { CustomResourceDefinition } from '../../../../protocol/custom/definition.ts';
import { servedKinds } from '../../../../protocol/custom/served-kinds.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';

/** Takes in a change of a definition: `kinds` has the kind of each that is served, by the definition's name. */
export function takeDefinition(kinds: Map<string, ResourceKind>, { type, object }: Change): void {
  const { name } = object.metadata;
  const kind = type === 'DELETED' ? undefined : servedKinds(object as CustomResourceDefinition)[0];
  if (kind === undefined) kinds.delete(name);
  else kinds.set(name, kind);
}
