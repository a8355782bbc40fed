/** How the API server treats one kind: what it fills in, what it refuses, what a client may not change. */

import { copyWith, withFields } from '../../../../protocol/copy.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { NameRule } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { findResource } from '../../../../protocol/resources.ts';
import { validateMeta, validateMetaUpdate } from './metadata.ts';

/** What is done to an object of one kind on its way to the store. All pure: a changed object is a new one. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds strategies of all kinds of objects.
export interface Strategy<T extends KubernetesObject = any> {
  readonly kind: ResourceKind;
  /** Fills in what was left open, as Kubernetes's `SetDefaults`. */
  applyDefaults(object: T): T;
  /** Takes away what a client may not give at birth, and gives the first status and generation. After defaulting. */
  prepareForCreate(object: T): T;
  /** Keeps what an update of the object itself may not touch; counts the generation up when the spec changed. */
  prepareForUpdate(object: T, old: T): T;
  /** Keeps all but the status (and the metadata a status update may change). */
  prepareForStatusUpdate(object: T, old: T): T;
  validateCreate(object: T): FieldError[];
  validateUpdate(object: T, old: T): FieldError[];
  validateStatusUpdate(object: T, old: T): FieldError[];
  /** A replace of an object that is not there creates it. */
  readonly allowsCreateOnUpdate: boolean;
  /** A replace may come without a resourceVersion. */
  readonly allowsUnconditionalUpdate: boolean;
  /** What the writer is warned of, though it is done. */
  warnings?(object: T, old?: T): readonly string[];
}

/** What is special about a kind; everything else is as for all kinds. */
export interface KindRules<T extends KubernetesObject> {
  readonly nameRule: NameRule;
  readonly defaults?: (object: T) => T;
  /** The status a new object has; absent: none. */
  readonly firstStatus?: (object: T) => unknown;
  /** The status given by its creator stays (Nodes and Events come with theirs). */
  readonly keepsGivenStatus?: boolean;
  /** Further preparation at birth. */
  readonly prepareCreate?: (object: T) => T;
  /** Further preparation of an update, after the status was kept. */
  readonly prepareUpdate?: (object: T, old: T) => T;
  /** Further preparation of a status update, after the rest was kept. */
  readonly prepareStatusUpdate?: (object: T, old: T) => T;
  /** Counts generations: those parts of the object whose change is a new one. Absent: the kind has no generation. */
  readonly generationOf?: (object: T) => unknown;
  /** Checks all but the metadata, at birth and after every update. */
  readonly validate?: (object: T) => FieldError[];
  /** Checks at birth only. */
  readonly validateCreate?: (object: T) => FieldError[];
  /** Checks what an update changed. */
  readonly validateUpdate?: (object: T, old: T) => FieldError[];
  readonly validateStatus?: (object: T, old: T) => FieldError[];
  readonly allowsCreateOnUpdate?: boolean;
  readonly allowsUnconditionalUpdate?: boolean;
}

/** Makes the strategy of a resource out of what is special about it. */
export function defineStrategy<T extends KubernetesObject>(resource: string, rules: KindRules<T>): Strategy<T> {
  const kind = findResource(resource);
  if (kind === undefined) throw new Error(`there is no resource "${resource}"`);
  return {
    kind,
    applyDefaults: (object) => rules.defaults?.(object) ?? object,
    prepareForCreate: (object) => prepareCreate(rules, object),
    prepareForUpdate: (object, old) => prepareUpdate(rules, object, old),
    prepareForStatusUpdate: (object, old) => prepareStatusUpdate(rules, object, old),
    validateCreate: (object) => [
      ...validateMeta(object.metadata, kind.namespaced, rules.nameRule),
      ...(rules.validate?.(object) ?? []),
      ...(rules.validateCreate?.(object) ?? []),
    ],
    validateUpdate: (object, old) => [
      ...validateMetaUpdate(object.metadata, old.metadata),
      ...(rules.validate?.(object) ?? []),
      ...(rules.validateUpdate?.(object, old) ?? []),
    ],
    validateStatusUpdate: (object, old) => [
      ...validateMetaUpdate(object.metadata, old.metadata),
      ...(rules.validateStatus?.(object, old) ?? []),
    ],
    allowsCreateOnUpdate: rules.allowsCreateOnUpdate ?? false,
    allowsUnconditionalUpdate: rules.allowsUnconditionalUpdate ?? true,
  };
}

function prepareCreate<T extends KubernetesObject>(rules: KindRules<T>, object: T): T {
  const counted = withGeneration(object, rules.generationOf === undefined ? undefined : 1);
  const status = rules.keepsGivenStatus ? (object as { status?: unknown }).status : rules.firstStatus?.(object);
  const born = withStatus(counted, status);
  return rules.prepareCreate?.(born) ?? born;
}

function prepareUpdate<T extends KubernetesObject>(rules: KindRules<T>, object: T, old: T): T {
  const kept = withStatus(withGeneration(object, old.metadata.generation), (old as { status?: unknown }).status);
  const prepared = rules.prepareUpdate?.(kept, old) ?? kept;
  const counted = rules.generationOf;
  if (counted === undefined || deepEqual(counted(prepared), counted(old))) return prepared;
  return withGeneration(prepared, (old.metadata.generation ?? 0) + 1);
}

function prepareStatusUpdate<T extends KubernetesObject>(rules: KindRules<T>, object: T, old: T): T {
  const { metadata, status } = object as T & { status?: unknown };
  const rest = metadata === old.metadata ? old : withGeneration(copyWith(old, { metadata }), old.metadata.generation);
  const kept = withStatus(rest, status);
  return rules.prepareStatusUpdate?.(kept, old) ?? kept;
}

function withGeneration<T extends KubernetesObject>(object: T, generation: number | undefined): T {
  return object.metadata.generation === generation ? object : withMeta(object, { generation });
}

function withStatus<T extends KubernetesObject>(object: T, status: unknown): T {
  const given = object as T & { status?: unknown };
  if (given.status === status) return object;
  return withFields(given, { status }) as unknown as T;
}
