/** Faults as they begin and end in a run. */

import type { FaultHandle } from '../../engine/bus/faults.ts';
import { soundDisk } from '../../engine/host/machines.ts';
import type { Fault } from './fault-plan.ts';
import { leaderOf } from './members.ts';
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

  /** Begins a fault; gives what ends it. */
  begin(fault: Fault): () => void {
    const { engine, members } = this.world;
    switch (fault.kind) {
      case 'crash':
        return this.down(fault.member, () =>
          engine.crash(members[fault.member]!, { loseUnsynced: fault.loseUnsynced }),
        );
      case 'crash-leader': {
        const leader = leaderOf(engine, members);
        return leader < 0 ? () => {} : this.down(leader, () => engine.crash(members[leader]!));
      }
      case 'power':
        return this.down(fault.member, () => {
          engine.powerOff(memberMachine(fault.member));
          this.unpowered.add(fault.member);
        });
      case 'hold': {
        const address = members[fault.member]!;
        return healing(engine.hold({ to: address }), engine.hold({ from: address }));
      }
      case 'cut':
        return healing(engine.cut(fault.from, fault.to, { oneWay: fault.oneWay }));
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

  private down(member: number, strike: () => void): () => void {
    this.downs[member]!++;
    strike();
    return () => {
      this.downs[member]!--;
      if (this.downs[member] === 0) this.revive(member);
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
