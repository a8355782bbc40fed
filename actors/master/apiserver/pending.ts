/** A request in flight: a small state machine of its own, whose stages its verb names and steps. */

import type { Message } from '../../../protocol/message.ts';
import type { ObjectConnected } from '../../../protocol/messages/api.ts';
import type {
  EtcdRefused,
  KvCommitted,
  KvRange,
  KvRanged,
  KvTxn,
  LeaseGrant,
  LeaseKeepAlive,
  RangeBody,
  TxnBody,
} from '../../../protocol/messages/etcd.ts';
import type { KubernetesObject, Status } from '../../../protocol/objects.ts';
import type { ResourceKind } from '../../../protocol/resources.ts';
import type { Admitted } from './authorization/let-in.ts';
import type { CustomKind } from './custom-resources/kinds.ts';
import type { Health } from './health.ts';
import type { Begun } from './recent-answers.ts';
import type { Verb } from './route.ts';
import type { UpdateAttempt } from './verdict.ts';

/** What a request needs next, or how it ends. `stage` is where it stands until that comes. */
export type Step =
  | { readonly do: 'range'; readonly body: RangeBody; readonly stage: string }
  | { readonly do: 'txn'; readonly body: TxnBody; readonly stage: string }
  /** Waits for its turn to write to the quotas of its namespace. */
  | { readonly do: 'queue'; readonly stage: string }
  /** Waits until the caches know of a revision. */
  | { readonly do: 'await'; readonly revision: number; readonly stage: string }
  /** Asks after components of the control plane. */
  | { readonly do: 'check'; readonly components: readonly string[]; readonly stage: string }
  /** Deletes these, each as a request of its own. */
  | { readonly do: 'delete-all'; readonly targets: readonly DeletionTarget[]; readonly stage: string }
  | {
      readonly do: 'succeed';
      readonly code: number;
      readonly object: KubernetesObject;
      readonly warnings?: readonly string[];
      /** Of a token that is asked for. */
      readonly claims?: Readonly<Record<string, unknown>>;
    }
  /** Ends by telling where a connection leads; the kubelet's address is added. */
  | { readonly do: 'connect'; readonly to: Destination }
  | { readonly do: 'refuse'; readonly status: Status };

type Connected = ObjectConnected['body'];
/** Where a connection leads. */
export type Destination = Omit<Extract<Connected, { to: 'pod' }>, 'kubelet'> | Extract<Connected, { to: 'address' }>;

/** One object to delete on behalf of a request for many. */
export interface DeletionTarget {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** A component that was asked after, and how it is. */
export type CheckedComponent = Health & { readonly component: string };

/** What came of what a request asked for. */
export type Answer =
  | Pick<KvRanged, 'type' | 'body'>
  | Pick<KvCommitted, 'type' | 'body'>
  | Pick<EtcdRefused, 'type' | 'body'>
  | { readonly type: 'revision.reached' | 'revision.missed' | 'turn.came'; readonly body: undefined }
  | { readonly type: 'components.checked'; readonly body: { found: readonly CheckedComponent[] } }
  | { readonly type: 'deletions.done'; readonly body: { refusal?: Status } };

/** What was last asked of etcd, to ask it of another member. */
export type EtcdCall =
  | Pick<KvRange, 'type' | 'body'>
  | Pick<KvTxn, 'type' | 'body'>
  | Pick<LeaseGrant, 'type' | 'body'>
  | Pick<LeaseKeepAlive, 'type' | 'body'>;

/** One request in flight. */
export interface Pending {
  readonly id: number;
  readonly verb: Verb;
  readonly question: Message;
  /** The user from outside that asks; undefined for a component of the cluster. */
  readonly asker: Admitted | undefined;
  readonly kind: ResourceKind;
  /** The form the asker speaks, where its objects are stored in another (`kind`). */
  readonly form: ResourceKind | undefined;
  /** The custom resource it is of, as it was when the request came; undefined for a built-in kind. */
  readonly custom: CustomKind | undefined;
  /** The stored kind, as group-resource. */
  readonly resource: string;
  /** Empty for what lies in no namespace. */
  readonly namespace: string;
  /** Empty where a collection is meant, or the name is not known yet. */
  readonly name: string;
  readonly subresource: string;
  /** Where the object lies in etcd; for a collection, under which all of it does; empty for what is not stored. */
  readonly key: string;
  /** The request on whose behalf this one is; 0 for an asker's own. */
  readonly parent: number;
  stage: string;
  /** What the verb keeps between its stages. */
  work: unknown;
  /** Where its answer is kept, in case it comes twice; undefined for what only reads. */
  readonly begun: Begun | undefined;
  /** The etcd lease its write is attached to; 0 for none. */
  lease: number;
  /** Where a guarded update stands. */
  attempt: UpdateAttempt | undefined;
  warnings: readonly string[];
  /** The revision the caches must reach before it goes on. */
  awaits: number;
  call: EtcdCall | undefined;
  /** The member it was asked of, as `Memory.member`. */
  askedOf: number;
  tries: number;
  /** Deletions under way for this request, and the first that was refused. */
  children: number;
  childRefusal: Status | undefined;
}

/** Adds what an asker is warned of, each once however often the write is tried. */
export function addWarnings(pending: Pending, warnings: readonly string[]): void {
  const news = warnings.filter((warning) => !pending.warnings.includes(warning));
  if (news.length > 0) pending.warnings = [...pending.warnings, ...news];
}

/** Ends a request well. */
export function succeed(pending: Pending, code: number, object: KubernetesObject): Step {
  return pending.warnings.length === 0
    ? { do: 'succeed', code, object }
    : { do: 'succeed', code, object, warnings: pending.warnings };
}

/** Ends a request with a refusal. */
export function refuse(status: Status): Step {
  return { do: 'refuse', status };
}
