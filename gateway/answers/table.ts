/** Answers as tables, for people to look at: `meta.k8s.io` `Table`. */

import type { KubernetesList } from '../../protocol/messages/api.ts';
import type { KubernetesObject, ListMeta } from '../../protocol/objects.ts';
import type { ResourceKind } from '../../protocol/resources.ts';
import { apiVersionOf } from '../../protocol/resources.ts';
import type { Cell, ColumnDefinition, KindTable, RowCondition } from '../../protocol/tables/column.ts';
import { type CustomColumn, customTable } from '../../protocol/tables/custom.ts';
import { tableOfKind } from '../../protocol/tables/tables.ts';
import { isList, type PartialObjectMetadata, partialOf } from './metadata.ts';

/** What a table's rows have of their objects beside the cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** One row. Without its object it has `null` there, as in the real server. */
export interface TableRow {
  readonly cells: readonly Cell[];
  readonly conditions?: readonly RowCondition[];
  readonly object: KubernetesObject | PartialObjectMetadata | null;
}

/** A table. `columnDefinitions` is `null` where the reader knows them from the first event of the watch. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  readonly columnDefinitions: readonly ColumnDefinition[] | null;
  readonly rows: readonly TableRow[];
}

/** How a table is asked for. */
export interface TableOptions {
  /** The version of `meta.k8s.io`: `v1` or `v1beta1`. */
  readonly version: string;
  readonly includeObject: IncludeObject;
  /** Leaves the columns out, for the later events of a watch. */
  readonly noHeaders?: boolean;
}

/** What kind of object a table is of. */
export type TableKind = Pick<ResourceKind, 'group' | 'version' | 'kind'>;

/**
 * Makes the table of an object, or of the items of a list.
 *
 * @param nowMs what ages are counted to, in ms since the Unix epoch
 * @param columns those that the definition of a custom resource asks for, an empty list where it asks for none;
 * undefined for a built-in kind
 */
export function asTable(
  answer: KubernetesObject | KubernetesList,
  kind: TableKind,
  options: TableOptions,
  nowMs: number,
  columns?: readonly CustomColumn[],
): Table {
  const shown = isList(answer) ? kind : kindOf(answer, kind);
  const table = columns === undefined || shown !== kind ? tableOfKind(shown) : customTable(columns);
  const objects = isList(answer) ? inOrder(answer.items, table) : [answer];
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata: isList(answer) ? listMetaOf(answer.metadata) : versionOf(answer.metadata?.resourceVersion),
    columnDefinitions: options.noHeaders === true ? null : table.columns,
    rows: objects.map((object) => rowOf(object, table, shown, options, nowMs)),
  };
}

/** An answer of another kind, such as the Scale of a Deployment, is shown as what it is. */
function kindOf({ apiVersion, kind }: KubernetesObject, asked: TableKind): TableKind {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || kind === asked.kind) return asked;
  const slash = apiVersion.indexOf('/');
  return { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1), kind };
}

function inOrder(items: readonly KubernetesObject[], { order }: KindTable): readonly KubernetesObject[] {
  return order === undefined ? items : items.toSorted(order);
}

function listMetaOf(metadata: ListMeta | undefined): ListMeta {
  const { continue: next, remainingItemCount } = metadata ?? {};
  return {
    ...versionOf(metadata?.resourceVersion),
    ...(next && { continue: next }),
    ...(typeof remainingItemCount === 'number' && { remainingItemCount }),
  };
}

function versionOf(resourceVersion: string | undefined): ListMeta {
  return resourceVersion ? { resourceVersion } : {};
}

function rowOf(
  object: KubernetesObject,
  table: KindTable,
  kind: TableKind,
  options: TableOptions,
  nowMs: number,
): TableRow {
  const conditions = table.conditions?.(object);
  return {
    cells: table.cells(object, nowMs),
    ...(conditions && { conditions }),
    object: includedOf(object, kind, options),
  };
}

function includedOf(object: KubernetesObject, kind: TableKind, { includeObject, version }: TableOptions) {
  if (includeObject === 'Object') return typed(object, kind);
  // Whoever waits for the end of the initial events must see the annotation that says so.
  return includeObject === 'None' && !endsInitialEvents(object) ? null : partialOf(object, version);
}

/** Items of a list need not say what they are. */
function typed(object: KubernetesObject, kind: TableKind): KubernetesObject {
  if (object.kind !== undefined) return object;
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
}

function endsInitialEvents({ metadata }: KubernetesObject): boolean {
  return metadata?.annotations?.['k8s.io/initial-events-end'] === 'true';
}
