/** After all faults are healed: every member takes a write and a read, and every watch is told all, within a bound. */

import type { Call } from '../../actors/client/etcd-load/history.ts';
import type { Puppet } from '../../engine/puppet.ts';
import type { Message } from '../../protocol/message.ts';
import { prefixEnd } from '../../protocol/messages/etcd.ts';
import { clientAddress } from '../../protocol/subjects.ts';
import { keyPrefix, memoryOf, type World } from './world.ts';

/** Within what time, in ms after the last fault has ended, everything works again. */
export const progressWithinMs = 30_000;
const stepMs = 200;

/** What came of it: the calls that proved it, the last revision, and what did not work in time, in words. */
export interface Progress {
  readonly calls: readonly Call[];
  readonly revision: number;
  readonly missing: readonly string[];
}

/** Demands progress. */
export function demandProgress(world: World): Progress {
  const prober = new Prober(world);
  const missing: string[] = [];
  const { engine, healMs } = world;
  const deadlineMs = healMs + progressWithinMs;
  for (const member of world.members) {
    for (const what of ['write', 'read'] as const) {
      if (!prober.succeeds(member, what, deadlineMs)) missing.push(`no ${what} at ${member} succeeds`);
    }
  }
  // Clients go on for a short while; what they write last must be told to all watches, too.
  engine.runUntil(Math.max(engine.now(), healMs + 8_000));
  const member = world.members[0]!;
  const isRead = missing.length === 0 && prober.succeeds(member, 'read', engine.now() + progressWithinMs);
  if (missing.length === 0 && !isRead) missing.push(`no last read at ${member} succeeds`);
  const behind = () => world.clients.filter((client) => memoryOf(world, client).next <= prober.revision);
  const untilMs = engine.now() + progressWithinMs;
  while (behind().length > 0 && engine.now() < untilMs) engine.runFor(stepMs);
  for (const client of behind()) {
    missing.push(
      `the watch of ${client} has not come to revision ${prober.revision}, only before ${memoryOf(world, client).next}`,
    );
  }
  const within = `within ${progressWithinMs / 1000} s after all faults were healed`;
  return { calls: prober.calls, revision: prober.revision, missing: missing.map((what) => `${what} ${within}`) };
}

/** Asks until it is answered. */
class Prober {
  readonly calls: Call[] = [];
  revision = 0;
  private readonly world: World;
  private readonly puppet: Puppet;

  constructor(world: World) {
    this.world = world;
    this.puppet = world.engine.puppet(clientAddress('c', 'prober'), undefined, { machine: 'prober' });
  }

  succeeds(member: string, what: 'write' | 'read', deadlineMs: number): boolean {
    const { engine } = this.world;
    do if (this.ask(member, what)) return true;
    while (engine.now() < deadlineMs);
    return false;
  }

  private ask(member: string, what: 'write' | 'read'): boolean {
    const { engine } = this.world;
    const asked = what === 'write' ? this.write() : read;
    const call: Call = {
      client: 'prober',
      member,
      asked,
      startMs: engine.now(),
      endMs: Number.POSITIVE_INFINITY,
      answered: undefined,
    };
    this.calls.push(call);
    this.puppet.ask<Message>(member, asked.type, asked.body, { deadlineMs: 2_000 });
    engine.runUntil(() => this.puppet.received.length > 0, { withinMs: 3_000 });
    const [answer] = this.puppet.take();
    if (answer?.type === 'kv.committed' || answer?.type === 'kv.ranged') {
      call.endMs = engine.now();
      call.answered = { type: answer.type, body: answer.body } as NonNullable<Call['answered']>;
      this.revision = Math.max(this.revision, (answer.body as { revision: number }).revision);
      return true;
    }
    engine.runFor(stepMs);
    return false;
  }

  private write(): Call['asked'] {
    const put = { op: 'put', key: `${keyPrefix}probe`, value: `prober:${this.calls.length}` } as const;
    return { type: 'kv.txn', body: { compare: [], success: [put], failure: [] } };
  }
}

const read: Call['asked'] = { type: 'kv.range', body: { key: keyPrefix, rangeEnd: prefixEnd(keyPrefix) } };
