/** Which objects of a resource a list or a watch is about: what can be looked up by an index, and what must be evaluated. */

import type { FieldTerm } from '../../../protocol/field-selectors.ts';
import { FieldSelectorError, parseFieldSelector } from '../../../protocol/field-selectors.ts';
import type { KubernetesObject, Status } from '../../../protocol/objects.ts';
import type { ResourceKind } from '../../../protocol/resources.ts';
import type { Selector } from '../../../protocol/selectors.ts';
import { everything, isEverything, matchesLabels, parseSelector, SelectorError } from '../../../protocol/selectors.ts';
import { failure } from '../../../protocol/status.ts';
import { formOf } from './conversion/form.ts';
import { fieldRefusal, hasFields, unsupportedField } from './field-labels.ts';

/** What is asked for. Empty texts ask for nothing. */
export interface Selection {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly name: string;
  /** Of pods: the node they are bound to. */
  readonly node: string;
  readonly labels: Selector;
  /** The conditions on fields beyond the three above. */
  readonly terms: readonly FieldTerm[];
  /** Whether there is anything to evaluate beyond namespace, name and node. */
  readonly isPlain: boolean;
}

/** What a request says of the objects it means. */
export interface SelectionRequest {
  readonly namespace?: string;
  readonly name?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Reads what a request asks for, in the words of a `form` where that is not the stored one, or says why it cannot be had. */
export function selectionOf(kind: ResourceKind, request: SelectionRequest, form?: ResourceKind): Selection | Status {
  try {
    const labels = request.labelSelector ? parseSelector(request.labelSelector) : everything;
    const given = request.fieldSelector ? parseFieldSelector(request.fieldSelector) : [];
    const fields = form === undefined ? undefined : formOf(form).fields;
    const terms: FieldTerm[] = [];
    for (const term of given) {
      const field = fields === undefined ? term.field : (fields.get(term.field) ?? '');
      const refusal = field === '' ? unsupportedField(term.field) : fieldRefusal(kind, field);
      if (refusal !== undefined) return failure.badRequest(refusal);
      terms.push(field === term.field ? term : { ...term, field });
    }
    return select(kind, request, labels, terms);
  } catch (error) {
    if (error instanceof SelectorError || error instanceof FieldSelectorError) return failure.badRequest(error.message);
    throw error;
  }
}

function select(
  kind: ResourceKind,
  request: SelectionRequest,
  labels: Selector,
  terms: readonly FieldTerm[],
): Selection {
  let { namespace = '', name = '' } = request;
  let node = '';
  const rest: FieldTerm[] = [];
  for (const term of terms) {
    const { field, op, value } = term;
    if (op === '=' && field === 'metadata.name' && (name === '' || name === value)) name = value;
    else if (op === '=' && field === 'metadata.namespace' && (namespace === '' || namespace === value))
      namespace = value;
    else if (op === '=' && field === 'spec.nodeName' && value !== '' && node === '') node = value;
    else rest.push(term);
  }
  return { kind, namespace, name, node, labels, terms: rest, isPlain: rest.length === 0 && isEverything(labels) };
}

/** Tells whether an object is among what is asked for. */
export function isSelected(selection: Selection, object: KubernetesObject): boolean {
  const { metadata } = object;
  if (selection.namespace !== '' && metadata.namespace !== selection.namespace) return false;
  if (selection.name !== '' && metadata.name !== selection.name) return false;
  if (selection.node !== '' && nodeNameOf(object) !== selection.node) return false;
  return (
    selection.isPlain ||
    (matchesLabels(selection.labels, metadata.labels) && hasFields(selection.kind, selection.terms, object))
  );
}

/** The node a pod is bound to; empty for an unbound pod and for what is no pod. */
export function nodeNameOf(object: KubernetesObject): string {
  return (object as { spec?: { nodeName?: string } }).spec?.nodeName ?? '';
}
