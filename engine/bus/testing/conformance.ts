/** What every bus promises, whatever carries it: run over the bus in memory and over NATS. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../../protocol/message.ts';
import type { Puppet, PuppetHandler } from '../../puppet.ts';

/** Three machines with puppets on them, joined by the bus that is tried. */
export interface BusWorld {
  /** Puts a puppet at `c.node.<machine>.<name>`. */
  puppet(machine: Machine, name: string, handler?: PuppetHandler): Puppet;
  /** Waits until everybody can be reached: addresses and subscriptions are known everywhere. */
  settle(): Promise<void>;
  /** Waits until a condition holds. @throws Error naming it when it does not */
  until(condition: () => boolean, what: string): Promise<void>;
  /** Lets so many ms of the run's time pass. */
  pass(ms: number): Promise<void>;
  /** Ends an actor as a crash does; its peers see it. */
  crash(puppet: Puppet): void;
  /** Loses the next message of a type that is sent from a machine. */
  loseNext(machine: Machine, type: string): void;
  /** Ends a machine with all that is on it; nobody is told. */
  powerOff(machine: Machine): Promise<void>;
  close(): Promise<void>;
}

/** The three machines. */
export type Machine = 'm1' | 'm2' | 'm3';

const bodies = (puppet: Puppet): unknown[] => puppet.received.map(({ body }) => body);
const types = (puppet: Puppet): string[] => puppet.received.map(({ type }) => type);
const at = (machine: Machine, name: string): string => `c.node.${machine}.${name}`;

/** Answers every question with its own body. */
const echo: PuppetHandler = (message, puppet) => {
  if (message.request > 0) puppet.answer(message, 'word.given', message.body);
};

/** Declares the suite for one bus. */
export function conformBus(name: string, open: () => Promise<BusWorld>): void {
  describe(name, () => {
    let world: BusWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    describe('messages', () => conformMessages(() => world));
    describe('requests', () => conformRequests(() => world));
    describe('groups and patterns', () => conformGroups(() => world));
    describe('streams', () => conformStreams(() => world));
  });
}

function conformMessages(the: () => BusWorld): void {
  it('arrive as they were sent, with who sent them and why', async () => {
    const reader = the().puppet('m2', 'reader');
    const writer = the().puppet('m1', 'writer');
    await the().settle();
    writer.send(reader.address, 'thing.said', { n: 1 });
    await the().until(() => reader.received.length === 1, 'the message');
    expect(reader.received[0]).toMatchObject({
      type: 'thing.said',
      body: { n: 1 },
      from: writer.address,
      to: reader.address,
      seq: 1,
      causeFrom: '',
      request: 0,
      stream: 0,
      place: 0,
    });
  });

  it('keep their order between two actors, 10,000 each way', async () => {
    const count = 10_000;
    const [one, other] = [the().puppet('m1', 'one'), the().puppet('m2', 'other')];
    await the().settle();
    for (let i = 0; i < count; i += 100) {
      for (let j = i; j < i + 100; j++) {
        one.send(other.address, 'number.said', j);
        other.send(one.address, 'number.said', j);
      }
      await the().pass(1);
    }
    await the().until(() => one.heard === count && other.heard === count, 'all numbers');
    const wanted = Array.from({ length: count }, (_, i) => i);
    expect(bodies(other)).toEqual(wanted);
    expect(bodies(one)).toEqual(wanted);
  });

  it('keep their order whether they go to the address or to the group of the same actor', async () => {
    const reader = the().puppet('m2', 'reader');
    reader.self.subscribe('c.group', { queue: true });
    const writer = the().puppet('m1', 'writer');
    await the().settle();
    for (let i = 0; i < 900; i++) writer.send(i % 3 === 0 ? 'c.group' : reader.address, 'number.said', i);
    await the().until(() => reader.heard === 900, 'all numbers');
    expect(bodies(reader)).toEqual(Array.from({ length: 900 }, (_, i) => i));
  });

  it('hold whatever plain data is', async () => {
    const sent = [
      undefined,
      null,
      true,
      0,
      -1.5,
      2 ** 53 - 1,
      1e300,
      '',
      'grüße 🚢 \u0000',
      [],
      {},
      [undefined, [null]],
      { absent: undefined, deep: { list: [1, 'two', { three: 3 }] } },
      new Map<unknown, unknown>([['a', new Map([[1, undefined]])]]),
      new Set(['a', 'b']),
      2n ** 60n,
      new Uint8Array([0, 255]),
      Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key-${i}`, i])),
    ];
    const reader = the().puppet('m2', 'reader');
    const writer = the().puppet('m1', 'writer');
    await the().settle();
    for (const body of sent) writer.send(reader.address, 'thing.said', body);
    await the().until(() => reader.received.length === sent.length, 'all of them');
    expect(bodies(reader).map(plain)).toEqual(sent.map(plain));
    expect(Object.keys(reader.received[12]?.body as object)).toEqual(['absent', 'deep']);
  });

  it('are as large as a long list is, and nothing of the same sender overtakes them', async () => {
    const list = Array.from({ length: 40_000 }, (_, i) => ({
      metadata: { name: `pod-${i}`, namespace: 'default', labels: { app: 'web', n: `${i}` }, uid: `uid-of-pod-${i}` },
      status: { phase: 'Running', podIP: `10.244.${i % 256}.${i >> 8}`, message: 'x'.repeat(60) },
    }));
    const reader = the().puppet('m2', 'reader');
    const writer = the().puppet('m1', 'writer');
    await the().settle();
    writer.send(reader.address, 'thing.said', 'before');
    writer.send(reader.address, 'list.said', list);
    writer.send(reader.address, 'thing.said', 'after');
    await the().until(() => reader.received.length === 3, 'the list and what is around it');
    expect(types(reader)).toEqual(['thing.said', 'list.said', 'thing.said']);
    expect(JSON.stringify(reader.received[1]?.body)).toBe(JSON.stringify(list));
  });
}

function conformRequests(the: () => BusWorld): void {
  it('are answered, with the note that stayed at home', async () => {
    const server = the().puppet('m2', 'server', echo);
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    for (let i = 0; i < 100; i++) asker.ask(server.address, 'word.ask', i, { note: { i } });
    await the().until(() => asker.received.length === 100, 'all answers');
    expect(asker.received.map(({ body, note }) => ({ body, note }))).toEqual(
      Array.from({ length: 100 }, (_, i) => ({ body: i, note: { i } })),
    );
  });

  it('are answered straight to the asker by who was handed the question', async () => {
    const worker = the().puppet('m3', 'worker', echo);
    const server = the().puppet('m2', 'server', (message, puppet) => puppet.self.pass(message, worker.address));
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    asker.ask(server.address, 'word.ask', 'hello');
    await the().until(() => asker.received.length === 1, 'the answer');
    expect(asker.received).toMatchObject([{ type: 'word.given', body: 'hello', from: worker.address }]);
  });

  it('are tried again with the same number, and answered once', async () => {
    const server = the().puppet('m2', 'server');
    server.handler = (message) => {
      if (server.heard === 3) server.answer(message, 'word.given', 'at last');
    };
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    asker.ask(server.address, 'word.ask', 1, { retries: 5, retryMs: 40, deadlineMs: 10_000 });
    await the().until(() => asker.received.length === 1, 'the answer');
    await the().pass(100);
    expect(asker.received).toMatchObject([{ type: 'word.given', body: 'at last' }]);
    expect(new Set(server.received.map(({ request }) => request)).size).toBe(1);
    expect(server.heard).toBeGreaterThanOrEqual(3);
  });

  it('expire at their deadline when nobody answers', async () => {
    const server = the().puppet('m2', 'server');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    asker.ask(server.address, 'word.ask', 1, { deadlineMs: 100 });
    await the().until(() => asker.received.length === 1, 'the expiry');
    expect(asker.received).toMatchObject([
      { type: 'request.expired', body: { to: server.address, type: 'word.ask', reason: 'deadline' } },
    ]);
  });

  it('to an address where nothing lives, on a machine that is up, are refused at once', async () => {
    the().puppet('m2', 'somebody');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    asker.ask(at('m2', 'nobody'), 'word.ask', 1, { deadlineMs: 60_000 });
    asker.open(at('m2', 'nobody'), 'words.watch', 1);
    await the().until(() => asker.received.length === 2, 'both refusals');
    expect(asker.received).toMatchObject([
      { type: 'request.expired', body: { reason: 'refused' } },
      { type: 'stream.broken', body: { reason: 'refused' } },
    ]);
  });

  it('to a machine that is gone meet silence until their deadline', async () => {
    const server = the().puppet('m3', 'server', echo);
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    await the().powerOff('m3');
    asker.ask(server.address, 'word.ask', 1, { deadlineMs: 300 });
    await the().pass(200);
    expect(types(asker)).toEqual([]);
    await the().until(() => asker.received.length === 1, 'the expiry');
    expect(asker.received).toMatchObject([{ type: 'request.expired', body: { reason: 'deadline' } }]);
  });

  it('may be larger than any frame, and so may their answers', async () => {
    const server = the().puppet('m2', 'server', echo);
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    const body = { text: 'y'.repeat(5_000_000) };
    asker.ask(server.address, 'word.ask', body, { deadlineMs: 60_000 });
    await the().until(() => asker.received.length === 1, 'the answer');
    expect(asker.received[0]?.body).toEqual(body);
  });
}

function conformGroups(the: () => BusWorld): void {
  /** A member of the group on each of some machines. */
  const members = (...machines: Machine[]): Puppet[] =>
    machines.map((machine) => {
      const member = the().puppet(machine, 'member', echo);
      member.self.subscribe('c.group', { queue: true });
      return member;
    });

  it('each question goes to exactly one member, and all members get some', async () => {
    const group = members('m2', 'm3');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    for (let i = 0; i < 300; i++) asker.ask('c.group', 'word.ask', i);
    await the().until(() => asker.received.length === 300, 'all answers');
    expect([...bodies(asker)].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(group.reduce((sum, { heard }) => sum + heard, 0)).toBe(300);
    for (const { heard } of group) expect(heard).toBeGreaterThan(0);
  });

  it('a member that leaves gets nothing more, and the others all of it', async () => {
    const [leaving, staying] = members('m2', 'm3');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    leaving?.self.unsubscribe('c.group');
    await the().settle();
    for (let i = 0; i < 50; i++) asker.ask('c.group', 'word.ask', i);
    await the().until(() => asker.received.length === 50, 'all answers');
    expect([leaving?.heard, staying?.heard]).toEqual([0, 50]);
  });

  it('a member that crashes leaves its group', async () => {
    const [leaving, staying] = members('m2', 'm3');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    the().crash(leaving as Puppet);
    await the().settle();
    for (let i = 0; i < 50; i++) asker.ask('c.group', 'word.ask', i);
    await the().until(() => asker.received.length === 50, 'all answers');
    expect(types(asker)).not.toContain('request.expired');
    expect(staying?.heard).toBe(50);
  });

  it('a question to a group that nobody is left in is refused at once', async () => {
    const [only] = members('m2');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    only?.self.unsubscribe('c.group');
    await the().settle();
    asker.ask('c.group', 'word.ask', 1, { deadlineMs: 60_000 });
    asker.open('c.group', 'words.watch', 1);
    await the().until(() => asker.received.length === 2, 'both refusals');
    expect(asker.take()).toMatchObject([
      { type: 'request.expired', body: { reason: 'refused' } },
      { type: 'stream.broken', body: { reason: 'refused' } },
    ]);
    asker.ask('c.group', 'word.ask', { text: 'z'.repeat(2_000_000) }, { deadlineMs: 60_000 });
    await the().until(() => asker.received.length === 1, 'the refusal of a large one');
    expect(asker.received).toMatchObject([{ type: 'request.expired', body: { reason: 'refused' } }]);
  });

  it('a question as large as a long list goes to one member', async () => {
    const group = members('m2', 'm3');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    const body = { text: 'z'.repeat(3_000_000) };
    asker.ask('c.group', 'word.ask', body, { deadlineMs: 60_000 });
    asker.ask('c.group', 'word.ask', 'after', { deadlineMs: 60_000 });
    await the().until(() => asker.received.length === 2, 'both answers');
    expect(bodies(asker)).toContainEqual(body);
    expect(group.reduce((sum, { heard }) => sum + heard, 0)).toBe(2);
  });

  it('nothing that its asker says later overtakes a large question to a group', async () => {
    const [member] = members('m2');
    const asker = the().puppet('m1', 'asker');
    await the().settle();
    asker.send(at('m2', 'member'), 'word.said', 'before');
    asker.ask('c.group', 'word.ask', { text: 'z'.repeat(3_000_000) });
    asker.send(at('m2', 'member'), 'word.said', 'after');
    await the().pass(1);
    asker.send('c.group', 'word.said', 'later');
    asker.send(at('m2', 'member'), 'word.said', 'last');
    await the().until(() => member?.heard === 5, 'all of it');
    expect(bodies(member as Puppet).map((body) => (typeof body === 'string' ? body : 'large'))).toEqual([
      'before',
      'large',
      'after',
      'later',
      'last',
    ]);
  });

  it('what is published reaches everybody once who subscribes it, on every machine', async () => {
    const readers = (['m1', 'm2', 'm3'] as const).map((machine) => the().puppet(machine, 'reader'));
    readers[0]?.self.subscribe('c.news.today');
    // Two that both match are two subscriptions of the same actor, and each is served.
    readers[1]?.self.subscribe('c.news.*');
    readers[2]?.self.subscribe('c.>');
    const other = the().puppet('m3', 'other');
    other.self.subscribe('c.news.>');
    const deaf = the().puppet('m2', 'deaf');
    deaf.self.subscribe('c.old.>');
    const writer = the().puppet('m1', 'writer');
    await the().settle();
    for (let i = 0; i < 20; i++) writer.publish('c.news.today', 'news.told', i);
    await the().until(() => [...readers, other].every(({ heard }) => heard >= 20), 'all news');
    await the().pass(50);
    for (const reader of [...readers, other]) expect(bodies(reader)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(deaf.heard).toBe(0);
  });

  it('what is published at an address reaches who lives there, and who listens there', async () => {
    const owner = the().puppet('m2', 'owner');
    const listeners = (['m1', 'm3'] as const).map((machine) => {
      const listener = the().puppet(machine, 'listener');
      listener.self.subscribe('c.node.m2.>');
      return listener;
    });
    const writer = the().puppet('m1', 'writer');
    await the().settle();
    writer.publish(owner.address, 'news.told', 'rain');
    await the().until(() => [owner, ...listeners].every(({ heard }) => heard > 0), 'the news');
    await the().pass(50);
    for (const one of [owner, ...listeners]) expect(bodies(one)).toEqual(['rain']);
  });

  it('what is sent to an address reaches nobody who listens to a pattern over it', async () => {
    const reader = the().puppet('m2', 'reader');
    const listener = the().puppet('m3', 'listener');
    listener.self.subscribe('c.node.m2.>');
    const writer = the().puppet('m1', 'writer');
    await the().settle();
    writer.send(reader.address, 'thing.said', 1);
    await the().until(() => reader.heard === 1, 'the message');
    await the().pass(50);
    expect(listener.heard).toBe(0);
  });
}

function conformStreams(the: () => BusWorld): void {
  /** An open stream from a server on m2 to a reader on m1. */
  const opened = async (): Promise<{ server: Puppet; reader: Puppet; opening: Message; stream: number }> => {
    const server = the().puppet('m2', 'server');
    const reader = the().puppet('m1', 'reader');
    await the().settle();
    const stream = reader.open(server.address, 'words.watch', undefined, 'mine');
    await the().until(() => server.received.length === 1, 'the opening');
    const [opening] = server.take() as [Message];
    return { server, reader, opening, stream };
  };

  it('bring every message in its place, with the note', async () => {
    const { server, reader, opening } = await opened();
    for (let i = 1; i <= 1000; i++) server.push(opening, 'word.said', i);
    await the().until(() => reader.heard === 1000, 'all of it');
    expect(reader.received.map(({ place, body, note }) => [place, body, note])).toEqual(
      Array.from({ length: 1000 }, (_, i) => [i + 1, i + 1, 'mine']),
    );
  });

  it('bring a long list in the middle of small messages', async () => {
    const { server, reader, opening } = await opened();
    const list = { items: Array.from({ length: 30_000 }, (_, i) => `item ${i} ${'-'.repeat(60)}`) };
    server.push(opening, 'word.said', 'first');
    server.push(opening, 'words.said', list);
    server.push(opening, 'word.said', 'last');
    await the().until(() => reader.heard === 3, 'all of it');
    expect(bodies(reader)).toEqual(['first', list, 'last']);
  });

  it('that lost a message break, and a reader that opens anew goes on from the last place it has', async () => {
    const { server, reader, opening } = await opened();
    server.push(opening, 'word.said', 'one');
    the().loseNext('m2', 'word.said');
    server.push(opening, 'word.said', 'lost');
    server.push(opening, 'word.said', 'three');
    await the().until(() => types(reader).includes('stream.broken'), 'the break');
    await the().until(() => types(server).includes('stream.closed'), 'that the server hears of it');
    expect(bodies(reader)[0]).toBe('one');
    expect(reader.received.at(-1)).toMatchObject({ body: { reason: 'gap', lastPlace: 1 } });
    expect(reader.received).toHaveLength(2);
    server.take();
    reader.open(server.address, 'words.watch', { after: 1 });
    await the().until(() => server.received.length === 1, 'the next opening');
    const [again] = server.take() as [Message];
    server.push(again, 'word.said', 'lost');
    server.push(again, 'word.said', 'three');
    await the().until(() => reader.heard === 4, 'the rest');
    expect(bodies(reader).slice(2)).toEqual(['lost', 'three']);
  });

  it('are cancelled by their reader, and the server hears it', async () => {
    const { server, reader, opening, stream } = await opened();
    server.push(opening, 'word.said', 1);
    await the().until(() => reader.heard === 1, 'the first word');
    reader.close(stream);
    await the().until(() => server.received.length === 1, 'the end');
    expect(server.received).toMatchObject([{ type: 'stream.closed', body: { reason: 'closed' } }]);
    server.push(opening, 'word.said', 2);
    await the().pass(50);
    expect(bodies(reader)).toEqual([1]);
  });

  it('are ended by their server after everything it pushed', async () => {
    const { server, reader, opening } = await opened();
    for (let i = 0; i < 10; i++) server.push(opening, 'word.said', i);
    server.end(opening, 'too old');
    await the().until(() => types(reader).includes('stream.broken'), 'the end');
    expect(types(reader)).toEqual([...Array.from({ length: 10 }, () => 'word.said'), 'stream.broken']);
    expect(reader.received.at(-1)).toMatchObject({ body: { reason: 'too old', lastPlace: 10 } });
  });

  it('end on each side when the other one crashes', async () => {
    const one = await opened();
    the().crash(one.server);
    await the().until(() => types(one.reader).includes('stream.broken'), 'the end');
    expect(one.reader.received).toMatchObject([{ body: { reason: 'closed' } }]);
    const other = the().puppet('m3', 'server');
    await the().settle();
    one.reader.open(other.address, 'words.watch', undefined);
    await the().until(() => other.received.length === 1, 'the opening');
    the().crash(one.reader);
    await the().until(() => types(other).includes('stream.closed'), 'the end');
  });

  it('opened at a group stay with the member that took them', async () => {
    const group = (['m2', 'm3'] as const).map((machine) => {
      const member = the().puppet(machine, 'member', (message, puppet) => {
        if (message.stream > 0) puppet.push(message, 'word.said', machine);
      });
      member.self.subscribe('c.group', { queue: true });
      return member;
    });
    const reader = the().puppet('m1', 'reader');
    await the().settle();
    for (let i = 0; i < 60; i++) reader.open('c.group', 'words.watch', undefined);
    await the().until(() => reader.heard === 60, 'a word of each');
    const [some, others] = group.map(({ heard }) => heard);
    expect((some ?? 0) + (others ?? 0)).toBe(60);
    expect(Math.min(some ?? 0, others ?? 0)).toBeGreaterThan(0);
  });
}

/** Makes two bodies comparable: what is the same bytes is the same. */
function plain(body: unknown): unknown {
  return body instanceof Uint8Array ? [...body] : body;
}
