/** Faults as they begin and end in a run. */

import type { FaultHandle } from '../../engine/bus/faults.ts';
import { soundDisk } from '../../engine/host/machines.ts';
import type { LeaderMove } from '../../protocol/messages/etcd.ts';
import { deathMs, type Fault } from './fault-plan.ts';
import { leaderOf, roleOf } from './members.ts';
import { memberMachine, type World } from './world.ts';

/** What is broken now. */
export class Breakage {
  private readonly world: World;
  /** How many faults keep each member down. */
  private readonly downs: number[];
  private readonly unpowered = new Set<number>();

  constructor(world: World) {
    this.world = world;
    this.downs = world.members.map(() => 0);
  }

  /** Begins a fault that ends at a time, in ms since the Unix epoch; gives what ends it. */
  begin(fault: Fault, untilMs: number): () => void {
    const { engine, members } = this.world;
    switch (fault.kind) {
      case 'crash': {
        const { member, loseUnsynced } = fault;
        const strike = () => this.crash(member, loseUnsynced);
        return this.down([member], strike, fault.afterAnswer, untilMs);
      }
      case 'crash-leader': {
        const leader = leaderOf(engine, members);
        return leader < 0 ? () => {} : this.down([leader], () => this.crash(leader, false), false, untilMs);
      }
      case 'mute-candidate':
        return this.muteCandidate();
      case 'power':
        return this.down([fault.member], () => this.cutPower(fault.member), fault.afterAnswer, untilMs);
      case 'blackout': {
        const all = members.map((_, i) => i);
        const strike = () => {
          for (const member of all) this.cutPower(member);
        };
        return this.down(all, strike, fault.afterAnswer, untilMs);
      }
      case 'pause':
        engine.pause(members[fault.member]!, Math.min(fault.ms, untilMs - engine.now()));
        return () => {};
      case 'move-leader': {
        const to = members[fault.member]!;
        engine.inject<LeaderMove>(to, 'leader.move', { to });
        return () => {};
      }
      case 'hold': {
        const address = members[fault.member]!;
        return healing(engine.hold({ to: address }), engine.hold({ from: address }));
      }
      case 'cut':
        return healing(engine.cut(fault.from, fault.to, { oneWay: fault.oneWay }));
      case 'split': {
        const isApart = (machine: { name: string } | undefined) => fault.apart.includes(machine?.name ?? '');
        return healing(engine.intercept((_, { from, to }) => (isApart(from) === isApart(to) ? 'pass' : 'drop')));
      }
      case 'messages':
        return healing(engine.fault(fault.match, fault.verdict));
      case 'disk': {
        const machine = memberMachine(fault.member);
        engine.setDisk(machine, { fsyncMs: fault.fsyncMs, failure: fault.failure });
        return () => engine.setDisk(machine, soundDisk);
      }
      case 'clock': {
        const { kind: _, member, ...clock } = fault;
        engine.setClock(memberMachine(member), clock);
        return () => engine.setClock(memberMachine(member), { driftPpm: 0 });
      }
    }
  }

  /** Ends what is left: every message passes, every member runs, every disk is sound. */
  healAll(): void {
    const { engine, members } = this.world;
    engine.healAll();
    members.forEach((_, i) => {
      engine.setDisk(memberMachine(i), soundDisk);
      engine.setClock(memberMachine(i), { driftPpm: 0 });
      this.downs[i] = 0;
      this.revive(i);
    });
  }

  private crash(member: number, loseUnsynced: boolean): void {
    this.world.engine.crash(this.world.members[member]!, { loseUnsynced });
  }

  private cutPower(member: number): void {
    this.world.engine.powerOff(memberMachine(member));
    this.unpowered.add(member);
  }

  private muteCandidate(): () => void {
    const { engine, members } = this.world;
    let cut: FaultHandle | undefined;
    const forget = engine.record({
      stepped: (address, _event, _isAnswered, state) => {
        const member = cut === undefined && roleOf(state) === 'candidate' ? members.indexOf(address) : -1;
        if (member >= 0) cut = engine.cut(memberMachine(member), '*', { oneWay: true });
      },
    });
    return () => {
      forget();
      cut?.heal();
    };
  }

  /** Takes members down, now or when one of them has answered a write; no longer when they would be up again too soon. */
  private down(those: readonly number[], strike: () => void, afterAnswer: boolean, untilMs: number): () => void {
    const { engine, members } = this.world;
    for (const member of those) this.downs[member]!++;
    let isOver = false;
    const addresses = those.map((member) => members[member]);
    const forget = engine.record({
      delivered: ({ type, from }, _receiver, atMs) => {
        if (isOver || type !== 'kv.committed' || !addresses.includes(from) || atMs > untilMs - deathMs) return;
        isOver = true;
        strike();
      },
    });
    if (!afterAnswer) {
      isOver = true;
      strike();
    }
    return () => {
      isOver = true;
      forget();
      for (const member of those) if (--this.downs[member]! === 0) this.revive(member);
    };
  }

  private revive(member: number): void {
    const { engine, members } = this.world;
    if (this.unpowered.delete(member)) engine.powerOn(memberMachine(member));
    else if (engine.inspect(members[member]!)?.isAlive !== true) engine.restart(members[member]!);
  }
}

function healing(...handles: FaultHandle[]): () => void {
  return () => {
    for (const handle of handles) handle.heal();
  };
}
