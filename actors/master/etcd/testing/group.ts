/** A group of etcd members for tests, each on a machine of its own; a client who asks them; and what can break. */

import { Engine } from '../../../../engine/engine.ts';
import type { Puppet } from '../../../../engine/puppet.ts';
import type { Disk } from '../../../../protocol/actor.ts';
import { parseFlags } from '../../../../protocol/flags.ts';
import type { Message } from '../../../../protocol/message.ts';
import {
  type KeyValue,
  type KeyWatch,
  type KvOp,
  type KvRange,
  type KvTxn,
  prefixEnd,
} from '../../../../protocol/messages/etcd.ts';
import type { RaftTimeoutNow } from '../../../../protocol/messages/raft.ts';
import { etcd } from '../actor.ts';
import { flags } from '../flags.ts';
import type { EtcdMemory } from '../memory.ts';
import { isLeading } from '../raft/raft.ts';
import { emptyRaftLog } from '../raft/raft-log.ts';
import { isAlive } from '../store/mvcc.ts';
import { emptyWal, writeEntries, writeState } from '../wal.ts';
import { Transcript } from './transcript.ts';

/** What a member's disk holds when it starts. */
export interface Past {
  term: number;
  vote?: number;
  /** The terms of the entries of its log. */
  log: readonly number[];
}

/** How a group is made. */
export interface GroupOptions {
  seed?: number | string;
  config?: Record<string, unknown>;
  /** By member. */
  pasts?: readonly Past[];
  /** ms that a sync takes at all of them; 1 unless told. */
  fsyncMs?: number;
}

/** Messages take 1 ms, and a sync 1 ms, unless a test has it otherwise; `m0` is the machine of member 0. */
export class Group {
  readonly engine: Engine;
  readonly members: readonly string[];
  readonly transcript = new Transcript();
  private readonly client: Puppet;
  /** The last answer to each request, in words. */
  private readonly answers = new Map<number, string>();
  private readonly watches = new Map<number, string[]>();

  constructor(size: 1 | 3 | 5, { seed = 1, config = {}, pasts = [], fsyncMs = 1 }: GroupOptions = {}) {
    this.members = Array.from({ length: size }, (_, i) => `c.master.etcd.${i}`);
    this.engine = new Engine({
      seed,
      definitions: [etcd],
      latency: { sameZoneMs: 1, jitter: 0 },
      freeze: true,
      recorder: this.transcript,
    });
    this.engine.place('client', {});
    this.client = this.engine.puppet('c.client', (message) => this.hear(message), { machine: 'client' });
    const input = { members: [...this.members], config: parseFlags(flags, config) };
    this.members.forEach((address, i) => {
      this.engine.place(machine(i), {});
      this.setSync(i, fsyncMs);
      this.engine.spawn(address, 'etcd', input, { machine: machine(i) });
    });
    for (const [i, past] of pasts.entries()) this.give(i, past);
  }

  // Asking.

  /** Has a key written by way of a member; gives the number to look up the answer by. */
  put(at: number, key: string, value: unknown = key, lease = 0): number {
    return this.txn(at, { op: 'put', key, value, lease });
  }

  txn(at: number, ...success: KvOp[]): number {
    return this.ask<KvTxn>(at, 'kv.txn', { compare: [], success, failure: [] });
  }

  /** Reads a key at a member. */
  read(at: number, key: string, options: { serializable?: boolean } = {}): number {
    return this.ask<KvRange>(at, 'kv.range', { key, ...options });
  }

  ask<M extends Message>(at: number, type: M['type'], body: M['body']): number {
    return this.client.ask<M>(this.members[at]!, type, body);
  }

  /** What a request was answered, in words: `committed 2`, `read /a=1`, `refused NoLeader`; `nothing` so far. */
  answer(request: number): string {
    return this.answers.get(request) ?? 'nothing';
  }

  /** Writes, and waits for the answer. */
  written(at: number, key: string, value: unknown = key): string {
    return this.answered(this.put(at, key, value));
  }

  /** Waits for an answer, a minute at most. */
  answered(request: number): string {
    this.engine.runUntil(() => this.answers.has(request), { withinMs: 60_000 });
    return this.answer(request);
  }

  /** Watches all that begins with a slash; what is told comes into the list: `created 1`, `2:/a`, `broken closed`. */
  watch(at: number, startRevision = 0): readonly string[] {
    const body = { key: '/', rangeEnd: prefixEnd('/'), startRevision };
    const told: string[] = [];
    this.watches.set(this.client.open<KeyWatch>(this.members[at]!, 'key.watch', body), told);
    return told;
  }

  // Time, and what breaks.

  advance(ms: number): void {
    this.engine.runFor(ms);
  }

  crash(member: number): void {
    this.engine.crash(this.members[member]!);
  }

  /** Cuts the power of a member: what it had not synced is lost. */
  losePower(member: number): void {
    this.engine.crash(this.members[member]!, { silent: true, loseUnsynced: true });
  }

  restart(member: number): void {
    this.engine.restart(this.members[member]!);
  }

  /** Cuts some members off from the others; the client still reaches all. */
  isolate(...some: number[]): void {
    for (const a of some) for (const b of this.others(...some)) this.engine.cut(machine(a), machine(b));
  }

  heal(): void {
    this.engine.healAll();
  }

  /** Sets how long a member's syncs take from now on. */
  setSync(member: number, fsyncMs: number): void {
    this.engine.setDisk(machine(member), { fsyncMs });
  }

  /** Has a member stand for election at once, whoever leads, as if it had been asked to (thesis §3.10). */
  stand(member: number): void {
    const { term } = this.memory(member).raft;
    this.engine.inject<RaftTimeoutNow>(this.members[member]!, 'raft.timeout-now', { term });
  }

  /** Waits until one (not these) leads whom a majority follows, with an entry of its term committed; gives which. */
  elect(...except: number[]): number {
    const isThere = () => {
      const leader = this.leader();
      const followers = this.alive().filter((i) => this.memory(i).raft.leader === this.members[leader]).length;
      return leader >= 0 && !except.includes(leader) && followers > this.members.length / 2 && this.isSettled(leader);
    };
    if (!this.engine.runUntil(isThere, { withinMs: 60_000 })) throw new Error('no leader in a minute');
    return this.leader();
  }

  // Looking.

  /** Who leads the latest term; -1 for nobody. */
  leader(): number {
    const leaders = this.alive().filter((i) => isLeading(this.memory(i).raft));
    leaders.sort((a, b) => this.memory(b).raft.term - this.memory(a).raft.term);
    return leaders[0] ?? -1;
  }

  /** All members but some. */
  others(...some: number[]): number[] {
    return this.members.map((_, i) => i).filter((i) => !some.includes(i));
  }

  memory(member: number): EtcdMemory {
    return this.engine.inspect(this.members[member]!)!.memory as EtcdMemory;
  }

  /** The terms of the entries that a member has in memory. */
  terms(member: number): number[] {
    return this.memory(member).raft.log.entries.map(({ term }) => term);
  }

  /** What a member has applied: `/a=1 /b=2`. */
  stored(member: number): string {
    const { histories } = this.memory(member).store.mvcc;
    return wordsOf([...histories.values()].map(({ head }) => head).filter(isAlive));
  }

  role(member: number): string {
    const { state } = this.engine.inspect(this.members[member]!)!;
    const role = (state as { serving?: { raft: string | object } }).serving?.raft;
    return typeof role === 'object' ? Object.keys(role)[0]! : (role ?? 'recovering');
  }

  alive(): number[] {
    return this.others().filter((i) => this.engine.inspect(this.members[i]!)?.isAlive === true);
  }

  private isSettled(leader: number): boolean {
    const { raft } = this.memory(leader);
    return raft.commit >= raft.termStart;
  }

  /** Writes a past to a member's disk, and starts it anew from there. */
  private give(member: number, { term, vote, log }: Past): void {
    const { disk } = this.engine.doorOf(this.members[member]!);
    writePast(disk, { term, vote: vote === undefined ? '' : this.members[vote]! }, log);
    this.crash(member);
    this.restart(member);
  }

  private hear(message: Message): void {
    const { stream, request } = message;
    if (stream > 0) this.watches.get(stream)?.push(tellingOf(message));
    else if (request > 0) this.answers.set(request, answerOf(message));
  }
}

/** The machine a member is on. */
export function machine(member: number): string {
  return `m${member}`;
}

function writePast(disk: Disk, state: { term: number; vote: string }, terms: readonly number[]): void {
  const entries = terms.map((term, i) => ({ term, command: commandOf(i + 1, term), proposer: '', number: 0 }));
  writeState(emptyWal(), disk, state);
  writeEntries(emptyWal(), disk, { ...emptyRaftLog(), entries });
}

/** An entry of a past puts a key named after its place, with its term as the value. */
function commandOf(index: number, term: number): unknown {
  const txn = { compare: [], success: [{ op: 'put', key: `/${index}`, value: term }], failure: [] };
  return { kind: 'txn', txn, valueBytes: [1], cost: 256 };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of all types.
function answerOf({ type, body }: Message<string, any>): string {
  if (type === 'kv.committed') return `committed ${body.revision}`;
  if (type === 'kv.ranged') return `read ${wordsOf(body.kvs)}`.trim();
  if (type === 'etcd.refused') return `refused ${body.code}`;
  if (type === 'lease.described') return `ttl ${body.ttlSeconds}`;
  return type;
}

// biome-ignore lint/suspicious/noExplicitAny: what streams bring is of all types.
function tellingOf({ type, body }: Message<string, any>): string {
  if (type === 'key.changed') return `${body.revision}:${body.events.map((e: { kv: KeyValue }) => e.kv.key).join()}`;
  if (type === 'watch.created') return `created ${body.revision}`;
  if (type === 'watch.compacted') return `compacted ${body.compactRevision}`;
  if (type === 'stream.broken') return `broken: ${body.reason}`;
  return type;
}

function wordsOf(kvs: readonly KeyValue[]): string {
  return kvs.map(({ key, value }) => `${key}=${value}`).join(' ');
}
