/** What a change of an object comes to, and where a try to write it stands. */

import type { Compare, KvOp } from '../../../protocol/messages/etcd.ts';
import type { KubernetesObject, Status } from '../../../protocol/objects.ts';

/** What else a write does, in the same transaction. */
export interface Companions {
  readonly guards: readonly Compare[];
  readonly ops: readonly KvOp[];
}

/** What a change comes to. */
export type Verdict =
  /** The object has the version it was made of. */
  | { readonly do: 'put'; readonly object: KubernetesObject; readonly with?: Companions }
  | { readonly do: 'remove'; readonly with?: Companions }
  /** Nothing needs to be written. */
  | { readonly do: 'keep' }
  | { readonly do: 'refuse'; readonly status: Status };

/** Where one try stands. */
export interface UpdateAttempt {
  readonly existing: KubernetesObject;
  readonly revision: number;
  readonly verdict: Verdict;
}
