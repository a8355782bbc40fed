/** What is checked while a run goes on: Raft after every step of a member, members' stores from time to time. */

import type { Recorder } from '../../engine/recorder.ts';
import type { StateValue } from '../../engine/stepper/chart.ts';
import { EqualStates } from '../invariants/equal-states.ts';
import { RaftSafety } from '../invariants/raft-safety.ts';
import { appliedIndex, digestOf, isSameEntry, isServing, raftView } from './members.ts';
import type { World } from './world.ts';

/** Watches a world's members. */
export class MemberWatch {
  readonly raft = new RaftSafety(isSameEntry);
  readonly states = new EqualStates();
  private readonly world: World;
  private readonly members: ReadonlySet<string>;
  private readonly lives = new Map<string, number>();
  /** Where the living ones stand. */
  private readonly at = new Map<string, StateValue>();

  constructor(world: World) {
    this.world = world;
    this.members = new Set(world.members);
    const recorder: Recorder = {
      stepped: (address, _event, _isAnswered, state) => {
        if (this.members.has(address)) this.look(address, state);
      },
      spawned: ({ address, incarnation }) => this.lives.set(address, incarnation),
      ended: (address) => this.at.delete(address),
    };
    world.engine.record(recorder);
  }

  /** Compares the stores of the members that have applied equally much. */
  compareStates(): void {
    const { engine } = this.world;
    for (const [address, state] of this.at) {
      if (!isServing(state)) continue;
      const { memory } = engine.doorOf(address);
      this.states.see(address, appliedIndex(memory), digestOf(memory));
    }
  }

  /** Looks at every whole log again, for what a look at what is new cannot see. */
  finish(): void {
    for (const [address, state] of this.at) {
      const view = this.viewOf(address, state);
      if (view !== undefined) this.raft.seeAll(view);
    }
    this.compareStates();
  }

  private look(address: string, state: StateValue): void {
    this.at.set(address, state);
    const view = this.viewOf(address, state);
    if (view !== undefined) this.raft.see(view);
  }

  private viewOf(address: string, state: StateValue) {
    return raftView(address, this.lives.get(address) ?? 1, this.world.engine.doorOf(address).memory, state);
  }
}
