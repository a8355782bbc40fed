/** Members of etcd that are each wrong in one way: a check that does not see them proves nothing. */

import { etcd } from '../../../actors/master/etcd/actor.ts';
import { carryOut } from '../../../actors/master/etcd/carry-out.ts';
import { describeLease } from '../../../actors/master/etcd/leasing.ts';
import type { EtcdMemory } from '../../../actors/master/etcd/memory.ts';
import { beginLeading, replicate } from '../../../actors/master/etcd/raft/replication.ts';
import { beginSync, type WalRecord } from '../../../actors/master/etcd/wal.ts';
import { type Action, type ActorDefinition, type AnyEvent, damageOf, type Self } from '../../../protocol/actor.ts';
import type { KvRange, KvTxn } from '../../../protocol/messages/etcd.ts';
import type { FaultName } from '../fault-plan.ts';

type Member = Self<EtcdMemory>;
type Does = Action<EtcdMemory, unknown>;

/** A wrong member, and the faults that bring its wrong to light. */
export interface WrongEtcd {
  readonly wrong: string;
  readonly definition: ActorDefinition;
  readonly faults: readonly FaultName[];
  readonly members: number;
  /** Where it shows seldom: a larger run, and the seed to begin at. */
  readonly larger?: { readonly clients: number; readonly seconds: number; readonly from: number };
  /** What the verdict says of it. */
  readonly says: RegExp;
}

const real = etcd.behaviour.actions as Record<string, Does>;

/** The real member, but for some of its actions. */
function but(actions: Record<string, Does>): ActorDefinition {
  return { ...etcd, behaviour: { ...etcd.behaviour, actions: { ...etcd.behaviour.actions, ...actions } } };
}

/** Starts a sync and says at once that it has ended. */
function syncInWords(self: Member): void {
  const { raft, wal } = self.memory;
  raft.outbox.syncing = raft.outbox.held;
  raft.outbox.held = [];
  self.disk.sync();
  self.raise({ type: 'disk.synced', note: beginSync(wal) });
}

/** The door to the world with some of its verbs changed. */
function through(self: Member, verbs: Partial<Record<keyof Self, unknown>>): Member {
  return new Proxy(self, {
    get: (door, name) => {
      if (name in verbs) return verbs[name as keyof Self];
      const found = door[name as keyof Self];
      return typeof found === 'function' ? found.bind(door) : found;
    },
  });
}

/** The real member, but for what it tells watches of changes. */
function telling(push: (self: Member, to: AnyEvent, body: AnyEvent) => void): ActorDefinition {
  const changed =
    (action: Does): Does =>
    (self, ...rest) => {
      const tell = (to: AnyEvent, type: string, body: AnyEvent) => {
        if (type === 'key.changed') push(self, to, body);
        else self.push(to, type, body);
      };
      action(through(self, { push: tell }), ...rest);
    };
  return but(Object.fromEntries(Object.entries(real).map(([name, action]) => [name, changed(action)])));
}

/** Begins to lead as the paper's Figure 8 has it: without an entry of its own term, so that what was left is sent alone. */
function leadWithoutEntry(self: Member): void {
  const { raft } = self.memory;
  beginLeading(raft);
  raft.log.entries.pop();
  raft.termStart = 0;
  replicate(raft, self.monotonic());
  carryOut(self);
}

/** All of them. */
export const wrongEtcds: readonly WrongEtcd[] = [
  {
    wrong: 'acknowledges before its disk has synced',
    definition: but({ syncLog: syncInWords }),
    members: 1,
    faults: ['power'],
    says: /state machine safety/,
  },
  {
    wrong: 'forgets the last record when it recovers',
    definition: but({
      readDisk: (self, ...rest) => {
        const { disk } = self;
        const file = disk.files().findLast((name) => name.startsWith('wal-'));
        if (file !== undefined) disk.replace(file, disk.read(file).slice(0, -1));
        real.readDisk!(self, ...rest);
      },
    }),
    members: 1,
    faults: ['crash'],
    says: /not linearizable|was told/,
  },
  {
    wrong: 'serves a read from the revision before',
    definition: but({
      takeRange: (self, event: KvRange, ...rest) => {
        const { revision } = self.memory.store.mvcc;
        if (event.body.serializable === true || revision % 40 !== 0) return real.takeRange!(self, event, ...rest);
        const reply = (to: AnyEvent, type: string, body: AnyEvent) =>
          self.reply(to, type, type === 'kv.ranged' ? { ...body, revision: revision - 1 } : body);
        const past = { ...event, body: { ...event.body, revision: revision - 1, serializable: true } };
        return real.takeRange!(through(self, { reply }), past, ...rest);
      },
    }),
    members: 1,
    faults: ['delay'],
    says: /stale/,
  },
  {
    wrong: 'does not look at what a write is guarded by',
    definition: but({
      takeTxn: (self, event: KvTxn, ...rest) => {
        const isBlind = self.memory.store.mvcc.revision % 40 === 0;
        real.takeTxn!(self, isBlind ? { ...event, body: { ...event.body, compare: [] } } : event, ...rest);
      },
    }),
    members: 1,
    faults: ['delay'],
    says: /not linearizable/,
  },
  {
    wrong: 'answers a lease as renewed and does not renew it',
    definition: but({ renewLease: describeLease as Does }),
    members: 1,
    faults: ['delay'],
    says: /not linearizable/,
  },
  {
    wrong: 'resumes a watch one revision late',
    definition: but({
      startWatch: (self, event, ...rest) => {
        const body = { ...event.body, startRevision: event.body.startRevision + 1 };
        real.startWatch!(self, { ...event, body }, ...rest);
      },
    }),
    members: 1,
    faults: ['crash', 'cut'],
    says: /not (resumable|reliable)/,
  },
  {
    wrong: 'tells of progress before the events',
    definition: but({
      answerProgress: (self, event, ...rest) => {
        const push = (to: AnyEvent, type: string, body: AnyEvent) =>
          self.push(to, type, { ...body, revision: body.revision + 1 });
        real.answerProgress!(through(self, { push }), event, ...rest);
      },
    }),
    members: 1,
    faults: ['delay'],
    says: /not (bookmarkable|ordered|reliable)/,
  },
  {
    wrong: 'tells an event twice',
    definition: telling((self, to, body) => {
      self.push(to, 'key.changed', body);
      if (body.revision % 50 === 0) self.push(to, 'key.changed', body);
    }),
    members: 1,
    faults: ['delay'],
    says: /not unique/,
  },
  {
    wrong: 'leaves an event out',
    definition: telling((self, to, body) => {
      if (body.revision % 50 !== 0 || !to.from.endsWith('.a')) self.push(to, 'key.changed', body);
    }),
    members: 1,
    faults: ['delay'],
    says: /not reliable/,
  },
  {
    wrong: 'tells the events of one revision one by one',
    definition: telling((self, to, body) => {
      for (const event of body.events) self.push(to, 'key.changed', { ...body, events: [event] });
    }),
    members: 1,
    faults: ['delay'],
    says: /not atomic/,
  },
  {
    wrong: 'of three: reads without asking whether its leader still leads',
    definition: but({
      takeRange: (self, event: KvRange, ...rest) => {
        real.takeRange!(self, { ...event, body: { ...event.body, serializable: true } }, ...rest);
      },
    }),
    members: 3,
    faults: ['split', 'cut'],
    says: /stale/,
  },
  {
    wrong: 'of three: votes twice in a term',
    definition: but({
      answerVote: (self, ...rest) => {
        self.memory.raft.vote = '';
        real.answerVote!(self, ...rest);
      },
    }),
    members: 3,
    faults: ['crash-leader', 'delay', 'reorder'],
    says: /election safety/,
  },
  {
    wrong: 'of three: acknowledges before its disk has synced',
    definition: but({ syncLog: syncInWords }),
    members: 3,
    faults: ['blackout', 'slow-disk'],
    says: /not linearizable|was told|leader completeness|state machine safety/,
  },
  {
    wrong: 'of three: reads as leader without looking how old its lease is',
    definition: but({
      takeRange: (self, event: KvRange, ...rest) => {
        const { raft } = self.memory;
        const isTrusting = raft.leader === raft.id && self.memory.applied >= raft.termStart;
        real.takeRange!(self, isTrusting ? { ...event, body: { ...event.body, serializable: true } } : event, ...rest);
      },
    }),
    members: 3,
    // A client that writes at a leader that is cut off is stuck: few of them read there when another leads already.
    larger: { clients: 12, seconds: 90, from: 93 },
    faults: ['pause', 'cut', 'split'],
    says: /stale|linearizable/,
  },
  {
    wrong: 'of three: takes half a record for a whole one when it recovers',
    definition: but({
      readDisk: (self, ...rest) => {
        const { disk } = self;
        for (const file of disk.files()) {
          const records = disk.read(file) as readonly Partial<WalRecord>[];
          const torn = records.findIndex((record) => damageOf(record) === 'torn');
          const before = records[torn - 1];
          if (before === undefined) continue;
          const guess = { index: before.index! + 1, entry: { ...before.entry, command: undefined } };
          disk.replace(file, records.with(torn, guess as WalRecord));
        }
        real.readDisk!(self, ...rest);
      },
    }),
    members: 3,
    faults: ['power', 'blackout', 'slow-disk'],
    says: /log matching/,
  },
  {
    wrong: 'of three: commits what an earlier leader left by counting who has it',
    definition: but({
      lead: leadWithoutEntry,
      hearAppended: (self, event, ...rest) => {
        const { raft, wal } = self.memory;
        const matchOf = (voter: string) => (voter === raft.id ? wal.durable : (raft.progress.get(voter)?.match ?? 0));
        const [, second = 0] = raft.voters.map(matchOf).sort((a, b) => b - a);
        if (raft.leader === raft.id) raft.commit = Math.max(raft.commit, second);
        real.hearAppended!(self, event, ...rest);
      },
    }),
    members: 3,
    faults: ['mute-candidate', 'crash-leader', 'cut'],
    says: /leader completeness|state machine safety|not linearizable/,
  },
];
