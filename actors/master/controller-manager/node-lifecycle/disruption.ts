/** What the health of whole zones means for evictions (`handleDisruption`). */

import type { Node } from '../../../../protocol/objects.ts';
import { add } from '../../../client-go/work-queue.ts';
import type { ControllerManagerConfig } from '../flags.ts';
import { evictionsKey, type NodeController } from './cache.ts';
import type { Finding } from './health.ts';
import { judgeDisruption, setRate, stateOf, type Zone, type ZoneCount, type ZoneState, zoneOf } from './zones.ts';

const excludedLabel = 'node.kubernetes.io/exclude-disruption';

/** Counts the zones' nodes and sets their eviction rates; gives the nodes that must be made reachable again. */
export function spreadDisruption(self: NodeController, findings: readonly Finding[]): Node[] {
  const { known: cache, input } = self.memory;
  const { config } = input;
  const counts = countZones(findings);
  const states = new Map<string, ZoneState>();
  for (const [name, count] of counts) states.set(name, stateOf(count, config['unhealthy-zone-threshold']));
  const verdict = judgeDisruption(cache.zones, states);
  for (const name of cache.zones.keys()) if (!counts.has(name)) cache.zones.delete(name);
  if (verdict === 'total') return stopEvictions(self);
  if (verdict === 'over') hearAllAnew(self);
  if (verdict === 'same') return [];
  for (const [name, zone] of cache.zones) {
    const state = states.get(name) ?? 'normal';
    if (verdict === 'local' && zone.state === state) continue;
    setRate(zone, rateOf(config, state, counts.get(name)), self.monotonic());
    zone.state = state;
    add(self.memory.queue, evictionsKey);
  }
  return [];
}

function countZones(findings: readonly Finding[]): Map<string, ZoneCount> {
  const counts = new Map<string, ZoneCount>();
  for (const { node, current } of findings) {
    if (node.metadata.labels?.[excludedLabel] !== undefined) continue;
    const name = zoneOf(node);
    const count = counts.get(name) ?? { ready: 0, notReady: 0 };
    counts.set(name, count);
    if (current?.status === 'True') count.ready++;
    else count.notReady++;
  }
  return counts;
}

/** No node at all is ready: more likely it is this machine that is cut off. */
function stopEvictions(self: NodeController): Node[] {
  const { known: cache } = self.memory;
  self.log('warn', 'no node is ready: all evictions stop');
  for (const zone of cache.zones.values()) {
    setRate(zone, 0, self.monotonic());
    zone.state = 'full';
  }
  return [...cache.nodes.objects.values()];
}

/** Nodes not heard of while nothing was heard of have their whole grace period again. */
function hearAllAnew(self: NodeController): void {
  const { health } = self.memory.known;
  self.log('info', 'some nodes are ready: evictions begin anew');
  for (const [name, one] of health) health.set(name, { ...one, heardAtMs: self.monotonic() });
}

/** A zone that is wholly not ready is evicted at the usual rate, as long as another is not. */
function rateOf(config: ControllerManagerConfig, state: Zone['state'], count: ZoneCount | undefined): number {
  if (state !== 'partial') return config['node-eviction-rate'];
  const size = (count?.ready ?? 0) + (count?.notReady ?? 0);
  return size > config['large-cluster-size-threshold'] ? config['secondary-node-eviction-rate'] : 0;
}
