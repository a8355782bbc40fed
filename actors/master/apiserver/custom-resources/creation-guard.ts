/** No object comes to be of a resource whose definition goes at the same moment, whichever API server sees it first. */

import type { CustomResourceDefinition } from '../../../../protocol/custom/definition.ts';
import { definitions } from '../../../../protocol/custom/definition.ts';
import type { KeyValue } from '../../../../protocol/messages/etcd.ts';
import type { Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { storageKey } from '../storage-keys.ts';
import type { Companions } from '../verdict.ts';
import type { CustomKind } from './kinds.ts';
import { terminatingRefusal } from './kinds.ts';

/** Makes a creation fail unless the definition still is what it was at a revision. */
export function definitionGuard({ resource }: CustomKind, revision: number): Companions {
  const key = storageKey(definitions, '', resource);
  return { guards: [{ key, target: 'mod', op: '=', value: revision }], ops: [] };
}

/** Refuses a creation by what the definition has become; undefined where it may be tried again. */
export function goneRefusal(found: KeyValue | undefined): Status | undefined {
  if (found === undefined) return failure.noSuchResource();
  const crd = found.value as CustomResourceDefinition;
  return terminatingRefusal({ crd, resource: crd.metadata.name });
}
