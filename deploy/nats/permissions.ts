/**
 * What each user of a NATS server may send and hear, so that a host has the mail of its own actors and of no others.
 *
 * NATS decides by the subject a message goes to, and by who is connected. docs/nats-permissions.md says what that holds.
 */

import { escapeToken } from '../../protocol/subjects.ts';
import { bucketName, escapeKey } from '../hosts/buckets.ts';
import { keysBucket } from '../hosts/shared-keys.ts';

/** Lists of NATS patterns, as a server's configuration has them. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** It may answer whoever asks it. */
  readonly answers: boolean;
}

/** A host, as far as its permissions go. */
export interface PermittedHost {
  readonly name: string;
  /** It may have replicas of the control plane. */
  readonly isControl: boolean;
  readonly nodes: readonly string[];
}

/** What the answers to a host's own questions are sent to begins with; it alone may hear them. */
export function inboxOf(host: string): string {
  return `_INBOX.${escapeToken(host)}`;
}

/** What every host needs: its mail, its services, its lease, and the cluster's document. */
function basics(cluster: string, { name, nodes }: PermittedHost): { publish: string[]; subscribe: string[] } {
  const [c, host] = [escapeToken(cluster), escapeToken(name)];
  const [placement, leases] = [bucketName(cluster, 'placement'), bucketName(cluster, 'leases')];
  return {
    publish: [
      // Requests and answers that components of nodes send to those of the control plane, and packets to other nodes.
      `${c}.master.>`,
      `${c}.node.*.network`,
      // Answers to the doors, pieces of what is large, and what hosts ask each other.
      `${c}.host.*.gateway`,
      `${c}.host.*.wire.*`,
      `${c}.host.*.clock`,
      `${c}.host.*.faults`,
      // What it records.
      `${c}.host.${host}.trace.blocks`,
      ...readsOf(placement),
      ...readsOf(leases),
      `$KV.${placement}.cluster`,
      `$KV.${leases}.${escapeKey(name)}.*`,
    ],
    subscribe: [
      `${inboxOf(name)}.>`,
      `${c}.host.${host}.>`,
      ...nodes.map((node) => `${c}.node.${escapeToken(node)}.>`),
    ],
  };
}

/** What a host may do: one of nodes alone speaks to few, one of the control plane to all. */
export function hostPermissions(cluster: string, host: PermittedHost): Permissions {
  const { publish, subscribe } = basics(cluster, host);
  if (!host.isControl) return { publish, subscribe, answers: true };
  const c = escapeToken(cluster);
  const buckets = [bucketName(cluster, 'placement'), bucketName(cluster, 'leases'), keysBucket(cluster)];
  return {
    // Which replicas it has is decided when it joins: any may be its.
    publish: [
      ...publish.filter((subject) => !subject.startsWith(`${c}.`)),
      `${c}.master.>`,
      `${c}.node.>`,
      `${c}.host.>`,
      ...buckets.map((bucket) => `$JS.API.STREAM.CREATE.KV_${bucket}`),
      ...buckets.map((bucket) => `$JS.API.STREAM.UPDATE.KV_${bucket}`),
      ...readsOf(keysBucket(cluster)),
      `$KV.${keysBucket(cluster)}.>`,
    ],
    subscribe: [`${c}.master.>`, ...subscribe],
    answers: true,
  };
}

/** Somebody with `troupe hosts`, `actors`, `fault` and `record`: asks and commands hosts, and hears everything. */
export function operatorPermissions(cluster: string): Permissions {
  const c = escapeToken(cluster);
  return {
    publish: [`${c}.host.>`, '$JS.API.>', '$JS.ACK.>', ...adminSubjects(cluster)],
    subscribe: ['_INBOX.>', `${c}.>`],
    answers: false,
  };
}

/** Somebody who listens, as with `nats sub`, and says nothing. */
export function readerPermissions(cluster: string): Permissions {
  return { publish: [], subscribe: [`${escapeToken(cluster)}.>`], answers: false };
}

/** What reading a bucket's keys asks of JetStream; which streams there are may be known to all. */
function readsOf(bucket: string): string[] {
  return [
    '$JS.API.INFO',
    '$JS.API.STREAM.NAMES',
    `$JS.API.STREAM.INFO.KV_${bucket}`,
    `$JS.API.STREAM.MSG.GET.KV_${bucket}`,
  ];
}

/** What a cluster is removed by. */
function adminSubjects(cluster: string): string[] {
  return [`$KV.${bucketName(cluster, 'placement')}.>`, `$KV.${bucketName(cluster, 'leases')}.>`];
}
