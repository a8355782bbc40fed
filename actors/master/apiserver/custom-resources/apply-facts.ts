/** What server-side apply must know of a custom resource. */

import { customSchemaNode } from '../../../../protocol/custom/schema-node.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import type { Scope } from '../apply/scope.ts';
import type { CustomKind } from './kinds.ts';
import { schemaFor } from './kinds.ts';

/** Gives the shape of each version; an object is the same in all of them that are served, but for what it says its version is. */
export function applyFacts(custom: CustomKind, kind: ResourceKind): Pick<Scope, 'schema' | 'schemaIn' | 'convert'> {
  const schemaIn = (apiVersion: string) => customSchemaNode(schemaFor(custom, apiVersion));
  const isServed = (apiVersion: string) => custom.served.some((one) => apiVersionOf(one) === apiVersion);
  return {
    schema: schemaIn(apiVersionOf(kind)),
    schemaIn,
    convert: (object, from, to) => {
      if (from === to) return object;
      return isServed(to) ? { ...object, apiVersion: to } : undefined;
    },
  };
}
