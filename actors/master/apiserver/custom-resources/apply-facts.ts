/** What server-side apply must know of a custom resource. */

import { customSchemaNode } from '../../../../protocol/custom/schema-node.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import type { CustomKind } from './kinds.ts';
import { schemaFor } from './kinds.ts';

/** Gives the shape of a version, and which versions there are. */
export function applyFacts(
  custom: CustomKind,
  kind: ResourceKind,
): { schema: SchemaNode; hasVersion: (apiVersion: string) => boolean } {
  return {
    schema: customSchemaNode(schemaFor(custom, apiVersionOf(kind))),
    hasVersion: (apiVersion) => custom.served.some((one) => apiVersionOf(one) === apiVersion),
  };
}
