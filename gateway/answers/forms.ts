/** Gives answers and events of watches in the form that a client has asked for. */

import { formatFieldErrors, invalid } from '../../protocol/field-errors.ts';
import type { KubernetesList, ObjectChanged } from '../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../protocol/objects.ts';
import { failure } from '../../protocol/status.ts';
import type { CustomColumn } from '../../protocol/tables/custom.ts';
import { Refused } from '../refused.ts';
import { asPartialObjectMetadata, asPartialObjectMetadataList } from './metadata.ts';
import { asTable, type IncludeObject, type TableKind } from './table.ts';

/** The form of an answer, and what is to be known of what is answered to give it so. */
export interface Form {
  /** `Table`, `PartialObjectMetadata` or `PartialObjectMetadataList`; empty for the object itself. */
  readonly as: string;
  /** The version of `meta.k8s.io`: `v1` or `v1beta1`. */
  readonly asVersion: string;
  readonly includeObject: IncludeObject;
  readonly kind: TableKind;
  /** The columns of a custom resource, as its definition has them; undefined for a built-in kind. */
  readonly columns?: readonly CustomColumn[];
}

const policies: readonly string[] = ['Metadata', 'Object', 'None'];

/** Reads the option `includeObject` of a table. @throws Refused 400 for one that there is not */
export function includeObjectOption(query: URLSearchParams): IncludeObject {
  const policy = query.get('includeObject') || 'Metadata';
  if (policies.includes(policy)) return policy as IncludeObject;
  const problem = invalid('includeObject', policy, "must be 'Metadata', 'Object', 'None', or empty");
  throw new Refused(failure.badRequest(`Unable to convert to Table as requested: ${formatFieldErrors([problem])}`));
}

/**
 * Gives an answer in a form; a Status is given as it is, whatever was asked for.
 *
 * @param nowMs what ages are counted to, in ms since the Unix epoch
 * @throws Refused 406 where the answer has no such form
 */
export function inForm(answer: KubernetesObject | KubernetesList | Status, form: Form, nowMs: number): object {
  return transformed(answer, form, nowMs, false);
}

function transformed(answer: object, form: Form, nowMs: number, noHeaders: boolean): object {
  const { as, asVersion: version, includeObject, kind, columns } = form;
  const given = answer as KubernetesObject | KubernetesList;
  if (as === '' || (given.kind === 'Status' && given.apiVersion === 'v1')) return answer;
  if (as === 'Table') return asTable(given, kind, { version, includeObject, noHeaders }, nowMs, columns);
  const named = { ...kind, isCustom: columns !== undefined };
  return as === 'PartialObjectMetadataList'
    ? asPartialObjectMetadataList(given, named, version)
    : asPartialObjectMetadata(given, named, version);
}

/** An event of a watch, in whatever form. */
export interface FormedEvent {
  readonly type: ObjectChanged['body']['type'];
  readonly object: object;
}

/**
 * Makes what gives the events of one watch in a form, one after the other.
 *
 * Of tables only the first tells its columns. An object that has no such form is given as it is: the answer has begun.
 */
export function eventsInForm(form: Form): (event: ObjectChanged['body'], nowMs: number) => FormedEvent {
  let isFirst = true;
  return ({ type, object }, nowMs) => {
    const noHeaders = !isFirst;
    isFirst = false;
    try {
      return { type, object: transformed(object, form, nowMs, noHeaders) };
    } catch (error) {
      if (error instanceof Refused) return { type, object };
      throw error;
    }
  };
}
