/** What a story plays on: the cluster, everybody who looks at it, and what the story has done so far. */

import type { Admin } from '../../../deploy/admin.ts';
import type { Cluster } from '../../../deploy/cluster.ts';
import type { NodeGroup } from '../../../deploy/cluster-spec.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Story } from '../format.ts';
import type { Tell, Weight } from '../timeline/moment.ts';
import type { Reference } from '../words.ts';
import type { EventLog } from './event-log.ts';
import type { Meter } from './meter.ts';
import type { Probes } from './probes.ts';
import type { Turns } from './turns.ts';
import type { View } from './view.ts';

/** A fault that lasts: how it is ended, and whether it has ended by itself. */
export interface LastingFault {
  readonly end: () => void;
  readonly isOver: () => boolean;
}

/** Everything a step or a condition may need. */
export interface Stage {
  readonly story: Story;
  readonly engine: Engine;
  readonly cluster: Cluster;
  readonly admin: Admin;
  readonly view: View;
  readonly events: EventLog;
  readonly meter: Meter;
  readonly probes: Probes;
  readonly tell: Tell;
  /** Draws for the story's own choices, from its seed. */
  readonly random: () => number;
  /** When the story began, in ms since the epoch. */
  readonly startMs: number;
  /** The objects that were applied and not deleted since, by `resource namespace/name`. */
  readonly applied: Map<string, Reference>;
  /** Names given to nodes and pods by `as`. */
  readonly names: Map<string, string>;
  /** The faults that last until they are ended, by the title of whom each was done to. */
  readonly faults: Map<string, LastingFault[]>;
  readonly turns: Turns;
  /** The groups of nodes so far, which name and address those that join. */
  readonly groups: NodeGroup[];
}

/** ms since the start. */
export function elapsed({ engine, startMs }: Stage): number {
  return engine.now() - startMs;
}

/** Tells something that the story itself does or sees. */
export function tell(stage: Stage, weight: Weight, text: string): void {
  stage.tell({ atMs: elapsed(stage), who: 'story', weight, before: '', subject: text });
}
