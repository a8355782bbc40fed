/** What the benchmark measures: each row runs alone in a fresh process, and gives figures. */

import { compiledChart } from '../engine/stepper/compiled-chart.ts';
import { xstateChart } from '../engine/stepper/xstate-chart.ts';
import { playMatch } from './empty-pair.ts';
import { commitTransactions } from './etcd-group.ts';
import { passBare } from './floor.ts';
import { measureRequests, measureStart, measureWatches } from './https/rows.ts';
import { stepLone } from './lone-chart.ts';
import { type Figures, measure, medianSeconds } from './measure.ts';
import { measureHosts } from './nats/hosts.ts';
import { measureWire } from './nats/rows.ts';
import { fill, type Size, served, startEmpty, startTraffic } from './whole-cluster.ts';

const messages = 2_000_000;
const steps = 4_000_000;
const transactions = 100_000;

/** The rows by name. */
export const rows = {
  stepper(): Figures {
    const compiled = medianSeconds(5, () => stepLone(steps, compiledChart));
    const xstate = medianSeconds(3, () => stepLone(steps / 40, xstateChart));
    return { compiledPerSecond: steps / compiled, xstatePerSecond: steps / 40 / xstate };
  },

  pair(): Figures {
    const floor = medianSeconds(5, () => passBare(messages));
    const bare = medianSeconds(5, () => playMatch(messages, { fingerprint: false }));
    const printed = medianSeconds(5, () => playMatch(messages));
    return { floorPerSecond: messages / floor, perSecond: messages / bare, printedPerSecond: messages / printed };
  },

  etcd(): Figures {
    const seconds = (members: number) => medianSeconds(3, () => commitTransactions(members, transactions));
    return { onePerSecond: transactions / seconds(1), threePerSecond: transactions / seconds(3) };
  },

  small: () => measureCluster({ nodes: 100, pods: 3000 }),
  serving: () => measureTraffic({ nodes: 100, pods: 3000 }, 100),
  large: () => measureCluster({ nodes: 1000, pods: 30_000 }),
  requests: measureRequests,
  watches: measureWatches,
  start: measureStart,
  wire: measureWire,
  hosts: measureHosts,
} satisfies Record<string, () => Figures | Promise<Figures>>;

/** Fills a cluster from empty machines, then lets it rest. */
function measureCluster(size: Size): Figures {
  const filled = measure(() => {
    const cluster = startEmpty(size);
    return { cluster, virtualSeconds: fill(cluster, size) };
  });
  const { cluster, virtualSeconds } = filled.result;
  const { messages: exchanged } = cluster.engine.statistics;
  cluster.engine.runFor(60_000); // what the last pods have set off
  const restSeconds = 600;
  const rest = measure(() => cluster.engine.runFor(restSeconds * 1000));
  return {
    virtualSeconds,
    wallSeconds: filled.wallSeconds,
    peakMiB: filled.peakMiB,
    messages: exchanged,
    messagesPerSecond: exchanged / filled.wallSeconds,
    restSecondsPerSecond: restSeconds / rest.wallSeconds,
  };
}

/** Fills a cluster, then has all its pods serve: so many requests a second to each ReplicationController's Service. */
function measureTraffic(size: Size, ratePerSecond: number): Figures {
  const cluster = startEmpty(size);
  fill(cluster, size);
  startTraffic(cluster, size, ratePerSecond);
  const { engine } = cluster;
  const before = { messages: engine.statistics.messages, served: served(cluster, size) };
  const { wallSeconds } = measure(() => engine.runFor(30_000));
  const messages = engine.statistics.messages - before.messages;
  const requests = served(cluster, size) - before.served;
  return { messagesPerSecond: messages / wallSeconds, requestsPerSecond: requests / wallSeconds };
}
