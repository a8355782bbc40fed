/** `kubectl get namespaces`. */

import type { Namespace } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import type { Column } from './table.ts';

/** The columns of namespaces. */
export const namespaceColumns: readonly Column<Namespace>[] = [
  { name: 'Name', cell: ({ metadata }) => metadata.name },
  { name: 'Status', cell: ({ status }) => status?.phase ?? '' },
  { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) },
];
