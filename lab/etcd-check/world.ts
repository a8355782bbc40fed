/** The world of a run: so many members of etcd and clients of it, each on a machine of its own. */

import { etcdLoad } from '../../actors/client/etcd-load/actor.ts';
import type { EtcdLoadInput, EtcdLoadMemory } from '../../actors/client/etcd-load/memory.ts';
import { etcd } from '../../actors/master/etcd/actor.ts';
import { flags } from '../../actors/master/etcd/flags.ts';
import { Engine } from '../../engine/engine.ts';
import type { ActorDefinition } from '../../protocol/actor.ts';
import { parseFlags } from '../../protocol/flags.ts';
import { clientAddress, masterAddress } from '../../protocol/subjects.ts';

/** What a run is made of. */
export interface Cast {
  readonly seed: number;
  readonly members: number;
  readonly clients: number;
  /** Virtual seconds of faults. */
  readonly seconds: number;
  /** Plays etcd; the real one unless told. For proofs that a wrong one is seen. */
  readonly etcd?: ActorDefinition;
  /** Settings of etcd, by its flags' names. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const cluster = 'c';
const prefix = '/k/';
const keyCount = 6;

/** Everybody, set up. */
export interface World {
  readonly engine: Engine;
  /** The addresses of the members; member i is on the machine `memberMachine(i)`. */
  readonly members: readonly string[];
  readonly clients: readonly string[];
  /** ms since the Unix epoch: when the run began, and when its faults end. */
  readonly epochMs: number;
  readonly healMs: number;
}

/** The machine of a member. */
export function memberMachine(i: number): string {
  return `etcd-${i}`;
}

/** The machine of a client. */
export function clientMachine(i: number): string {
  return `client-${i}`;
}

/** What all clients' keys begin with. */
export const keyPrefix = prefix;

/** Sets up a world; nobody has said anything yet but their first words. */
export function setUp(cast: Cast): World {
  const definition = cast.etcd ?? etcd;
  const engine = new Engine({ seed: cast.seed, definitions: [definition, etcdLoad] });
  const epochMs = engine.now();
  const healMs = epochMs + cast.seconds * 1000;
  const members = range(cast.members).map((i) => masterAddress(cluster, 'etcd', i));
  // Half of the runs tear what was not synced when the power goes; in a quarter leaders read by their clocks.
  const [tearsWrites, readsByLease] = [cast.seed % 2 === 0, cast.seed % 4 === 1];
  const config = parseFlags(flags, {
    'watch-progress-notify-interval': '2s',
    'snapshot-count': 200,
    'read-only-option': readsByLease ? 'lease-based' : 'safe',
    ...cast.config,
  });
  members.forEach((address, i) => {
    engine.spawn(address, definition.kind, { members, config }, { machine: memberMachine(i) });
    engine.setDisk(memberMachine(i), { tearsWrites });
  });
  const clients = range(cast.clients).map((i) => clientAddress(cluster, nameOf(i)));
  clients.forEach((address, i) => {
    engine.spawn(address, etcdLoad.kind, inputOf(i, members, healMs), { machine: clientMachine(i) });
  });
  return { engine, members, clients, epochMs, healMs };
}

/** What a client remembers. */
export function memoryOf({ engine }: World, client: string): EtcdLoadMemory {
  return engine.doorOf(client).memory as EtcdLoadMemory;
}

function inputOf(i: number, members: readonly string[], healMs: number): EtcdLoadInput {
  return {
    name: nameOf(i),
    members,
    keys: range(keyCount).map((n) => `${prefix}${n}`),
    prefix,
    // One client in four watches a single key, the others all.
    watchPrefix: i % 4 === 3 ? `${prefix}0` : prefix,
    endAt: healMs + 2_000,
    thinkMs: 100,
    timeoutMs: 4_000,
    leaseSeconds: 4,
    patienceMs: 5_000,
  };
}

function nameOf(i: number): string {
  return String.fromCharCode(97 + (i % 26)) + (i < 26 ? '' : Math.floor(i / 26));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
