/** Managers of a custom resource whose schema has changed since they wrote (structured-merge-diff's `ReconcileFieldSetWithSchema`). */

import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import type { FieldSet } from './field-set.ts';
import { childrenAt, hasElement, isEmptySet, makeNode, noFields } from './field-set.ts';
import { formOf, innerNode } from './form.ts';
import type { Managers, Managing } from './managers.ts';
import { managingFields } from './managers.ts';
import { fieldName } from './path-element.ts';
import type { Scope } from './scope.ts';

/** Makes a list or map that has become atomic owned whole by those who managed parts of it. */
export function reconciled(scope: Scope, managers: Managers): Managers {
  // Kubernetes's own kinds do not change.
  if (scope.schema === undefined || scope.schema.name) return managers;
  const all = new Map<string, Managing>();
  for (const [id, managing] of managers) {
    all.set(id, managingFields(managing, reconcile(managing.fields, scope.schema)));
  }
  return all;
}

function reconcile(set: FieldSet, node: SchemaNode): FieldSet {
  let changed: Record<string, FieldSet> | undefined;
  for (const element in set) {
    if (element === '.') continue;
    const name = fieldName(element);
    const inner = name === undefined ? node.items : innerNode(node, name);
    const children = childrenAt(set, element);
    if (inner === undefined || isEmptySet(children)) continue;
    const isAtomic = inner.type !== 'any' && formOf(undefined, inner) === 'leaf';
    const below = isAtomic ? noFields : reconcile(children, inner);
    if (below === children) continue;
    changed ??= { ...set };
    changed[element] = makeNode(isAtomic || hasElement(set, element), below) ?? noFields;
  }
  return changed ?? set;
}
