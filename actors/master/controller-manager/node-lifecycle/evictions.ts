/** The evictions whose turn it is: nodes get the taint that evicts their pods, at the rate of their zone (`doNoExecuteTaintingPass`). */

import type { Step, Sync } from '../controller/sync.ts';
import { finish } from '../controller/sync.ts';
import { type NodeController, zoneFor } from './cache.ts';
import { conditionOf } from './health.ts';
import { afterRefreshing, afterTainting, makeTaintWork, type TaintWork, writeTaints } from './taint-writes.ts';
import { noExecuteChange, type TaintChange } from './taints.ts';
import { nextNode, putBack, untilNextNodeMs, type Zone } from './zones.ts';

/** ms until a node without a Ready condition is looked at again. */
const retryMs = 50;

/** Takes a step of the pass over all zones' queues. */
export function evict(self: NodeController, sync: Sync): Step {
  const taints = sync.work as TaintWork;
  switch (sync.stage) {
    case '':
      sync.work = makeTaintWork(changesDue(self));
      return writeTaints(sync.work as TaintWork, self.now());
    case 'tainting':
      return afterTainting(taints, sync.answers) ?? conclude(self, taints);
    default:
      return afterRefreshing(taints, sync.answers, self.now());
  }
}

function changesDue(self: NodeController): TaintChange[] {
  const changes: TaintChange[] = [];
  for (const zone of self.memory.known.zones.values()) {
    for (let name = nextNode(zone, self.monotonic()); name !== undefined; name = nextNode(zone, self.monotonic())) {
      const change = changeOf(self, zone, name);
      if (change === undefined) continue;
      self.memory.known.evicting.add(name);
      changes.push(change);
    }
  }
  return changes;
}

/** A node that is gone or ready again needs none. */
function changeOf(self: NodeController, zone: Zone, name: string): TaintChange | undefined {
  const node = self.memory.known.nodes.objects.get(name);
  if (node === undefined) return undefined;
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) putBack(zone, name, self.monotonic() + retryMs);
  return ready === undefined ? undefined : noExecuteChange(node, ready);
}

function conclude(self: NodeController, { failed }: TaintWork): Step {
  const { zones, nodes, evicting } = self.memory.known;
  evicting.clear();
  for (const name of failed) {
    const node = nodes.objects.get(name);
    if (node !== undefined) putBack(zoneFor(self, node), name, self.monotonic());
  }
  let againMs: number | undefined;
  for (const zone of zones.values()) {
    const ms = untilNextNodeMs(zone, self.monotonic());
    if (ms !== undefined && (againMs === undefined || ms < againMs)) againMs = ms;
  }
  // As the pass is made every 100 ms (`NodeEvictionPeriod`).
  return againMs === undefined ? finish : { do: 'finish', againMs: Math.max(100, Math.ceil(againMs)) };
}
