/** The options of kubectl's commands, and what they give. */

import type { KubernetesObject } from '../../protocol/objects.ts';

/** Who the user is, and how patient. */
export interface AdminOptions {
  /** The last token of the user's address; `admin` unless told. */
  readonly name?: string;
  /** As `--request-timeout`, so that a call ends when no server answers; 60,000 ms unless told. */
  readonly requestTimeoutMs?: number;
}

/** Where an object is looked for; `default` unless told, as kubectl does. */
export interface InNamespace {
  readonly namespace?: string;
}

/** Which objects are listed. */
export interface Selection extends InNamespace {
  /** As `--all-namespaces`. */
  readonly allNamespaces?: boolean;
  /** As `--selector`. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** How an object is written. */
export interface WriteOptions extends InNamespace {
  /** The file it comes from; a refusal names it. */
  readonly source?: string;
  /** As `--validate`: whether fields that the kind does not have are refused; `strict` unless told. */
  readonly validate?: 'strict' | 'warn' | 'ignore';
}

/** What `kubectl apply` did, in the word it prints. */
export interface Applied<T extends KubernetesObject = KubernetesObject> {
  readonly did: 'created' | 'configured' | 'unchanged';
  readonly object: T;
}
