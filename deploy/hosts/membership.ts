/** A host's part in a cluster, from joining to leaving. */

import type { NatsConnection } from 'nats';
import type { NodeConfig } from '../../protocol/node-config.ts';
import type { ClusterSpec } from '../cluster-spec.ts';
import { type Buckets, openBuckets } from './buckets.ts';
import { leaveHost, lost, releaseHost, startMember } from './claims.ts';
import { type ClusterDocument, type HostEntry, nodesOfHost, type Process, specOf } from './document.ts';
import { HostsError } from './hosts-error.ts';
import { type Joined, type Joining, join } from './joining.ts';
import type { Lease, LeaseWatch } from './lease.ts';
import type { Placement, Version } from './placement.ts';

/** Told what becomes of a host's part. */
export interface MembershipWatch extends LeaseWatch {
  /** The document is another one: a host came, went, or got more. */
  changed(document: ClusterDocument): void;
}

/** What a host has, and that it is surely its own. */
export class Membership {
  readonly cluster: string;
  readonly host: string;
  /** This process, as the document names it. */
  readonly process: Process;
  readonly lease: Lease;
  /** In how many copies NATS keeps the document. */
  readonly replicas: number;
  /** The document's revision with this process in it: higher than that of any process that joined before, under any name. */
  readonly joinedAtRevision: number;
  readonly #placement: Placement;
  #version: Version;
  #watch: MembershipWatch | undefined;

  private constructor(buckets: Buckets, host: string, joined: Joined) {
    this.cluster = buckets.cluster;
    this.host = host;
    this.replicas = buckets.replicas;
    this.process = joined.process;
    this.lease = joined.lease;
    this.#placement = joined.placement;
    this.#version = joined.version;
    this.joinedAtRevision = joined.version.revision;
  }

  /**
   * Joins: takes a lease, then the claim, and founds the cluster first where that is asked for. Whoever had the name, or
   * is to be taken over, must be gone; one that may just have died is waited for until its lease has run out.
   *
   * @throws HostsError; nothing is claimed then
   */
  static async join(connection: NatsConnection, joining: Joining): Promise<Membership> {
    const { cluster, host, leaseMaxAgeMs } = joining;
    const buckets = await openBuckets(connection, cluster, {
      isFounding: joining.founding !== undefined,
      isHost: true,
      ...(leaseMaxAgeMs !== undefined && { leaseMaxAgeMs }),
    });
    return new Membership(buckets, host, await join(buckets, joining));
  }

  /** The document as it was seen last. */
  get document(): ClusterDocument {
    return this.#version.document;
  }

  /** What this host has. */
  get entry(): HostEntry {
    const entry = this.document.hosts[this.host];
    if (entry === undefined) throw lost(this.document, this.host);
    return entry;
  }

  /** This host's nodes. */
  get nodes(): NodeConfig[] {
    return nodesOfHost(this.entry);
  }

  /** The whole cluster, with the nodes of all hosts. */
  get spec(): ClusterSpec {
    return specOf(this.document);
  }

  /** Tells whether what this host has is surely its own at this moment; cheap. */
  isSurelyValid(): boolean {
    return this.lease.isSurelyValid();
  }

  /** Keeps the lease, and tells what becomes of it, from now on. @throws HostsError when the lease ran out meanwhile */
  async keep(watch: MembershipWatch): Promise<void> {
    this.#watch = watch;
    await this.lease.keep(watch, () => void this.#look());
  }

  /** Looks at the document now; it is looked at after each renewal anyway. @throws HostsError */
  async refresh(): Promise<ClusterDocument> {
    this.#see(await this.#placement.read());
    return this.document;
  }

  /**
   * Notes that a member of etcd of this host is about to be started with these data: from then on it is nowhere without
   * them. To be called when its folder is durable, before it says its first word.
   *
   * @throws HostsError
   */
  async startMember(index: number, data: string): Promise<void> {
    const { host, process } = this;
    this.#see(await this.#placement.change((to) => startMember(to, host, process.id, index, data, Date.now())));
  }

  /**
   * Leaves in good order: others see that it is gone at once. It keeps what it has, to come back to; with `release` it
   * gives everything back. Nothing of this host may run any more.
   *
   * @throws HostsError where NATS does not answer; the lease then runs out by itself
   */
  async leave(options: { readonly release?: boolean } = {}): Promise<void> {
    const { host, process } = this;
    this.lease.stop();
    await this.#placement.change((document) => {
      if (document.hosts[host]?.id !== process.id) return document;
      if (options.release === true) return releaseHost(document, host, new Set());
      return leaveHost(document, host, process.id, Date.now());
    });
    await this.lease.end();
  }

  async #look(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      // The document is gone with its cluster: so is the claim. Else NATS does not answer, which the lease notices.
      if (error instanceof HostsError && error.code === 'no-cluster') {
        this.lease.lose(new HostsError('lost', `cluster ${this.cluster}`, 'was removed', 'this process ends'));
      }
    }
  }

  #see(version: Version): void {
    // Answers may overtake each other.
    if (version.revision <= this.#version.revision) return;
    this.#version = version;
    if (version.document.hosts[this.host]?.id !== this.process.id) {
      this.lease.lose(lost(version.document, this.host));
      return;
    }
    this.#watch?.changed(version.document);
  }
}
