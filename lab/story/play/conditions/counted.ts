/** Looks at how many pods, nodes, addresses, Events or requests there are of a kind. */

import type { Labels } from '../../../../protocol/selectors.ts';
import { matchesLabels, parseSelector } from '../../../../protocol/selectors.ts';
import { nodeStatus } from '../../../../protocol/tables/nodes.ts';
import { summarize } from '../../../../protocol/tables/pod-status.ts';
import type { Count, EventCondition, NodesCondition, PodsCondition, TrafficCondition } from '../../format.ts';
import { readyAddresses } from '../../timeline/changes.ts';
import { listNames } from '../../timeline/lists.ts';
import { comparisonOf, isAs } from '../../words.ts';
import { latencyOf, successOf } from '../meter.ts';
import type { Stage } from '../stage.ts';
import { allOf, type Evidence } from './evidence.ts';
import { isReady } from './ready.ts';

const unknown: Evidence = { holds: false, seen: 'the API server does not answer' };

/** Tells whether labels match a selector; all do where there is none. */
export function isMatch(selector: string | undefined, labels: Labels | undefined): boolean {
  return selector === undefined || matchesLabels(parseSelector(selector), labels);
}

/** Looks at how many pods are so. */
export function lookAtPods({ view, names }: Stage, condition: PodsCondition): Evidence {
  const { count = '>= 1', matching, status, node: where, restarts, ready } = condition;
  if (!view.isLive('pods')) return unknown;
  const node = where === undefined ? undefined : (names.get(where) ?? where);
  const found = view.pods.filter((pod) => {
    if (!isMatch(matching, pod.metadata.labels)) return false;
    if (node !== undefined && pod.spec.nodeName !== node) return false;
    if (ready !== undefined && isReady(pod) !== ready) return false;
    const summary = summarize(pod);
    return (
      (status === undefined || summary.status === status) &&
      (restarts === undefined || isAs(comparisonOf(restarts), summary.restarts))
    );
  });
  return counted(
    found.length,
    count,
    'pod',
    found.map(({ metadata }) => metadata.name),
  );
}

/** Looks at how many nodes are so. */
export function lookAtNodes({ view }: Stage, { count = '>= 1', matching, status }: NodesCondition): Evidence {
  if (!view.isLive('nodes')) return unknown;
  const found = view.nodes.filter(
    (node) => isMatch(matching, node.metadata.labels) && (status === undefined || nodeStatus(node) === status),
  );
  return counted(
    found.length,
    count,
    'node',
    found.map(({ metadata }) => metadata.name),
  );
}

/** Looks at how many ready addresses Services have. */
export function lookAtEndpoints(stage: Stage, wanted: Readonly<Record<string, Count>>): Evidence {
  if (!stage.view.isLive('endpoints')) return unknown;
  return allOf(
    Object.entries(wanted).map(([service, count]) => {
      const slash = service.indexOf('/');
      const namespace = slash < 0 ? 'default' : service.slice(0, slash);
      const found = readyAddresses(stage.view.find('endpoints', namespace, service.slice(slash + 1)));
      return {
        holds: isAs(comparisonOf(count), found),
        seen: `Service ${service} has ${plural(found, 'address', 'addresses')}`,
      };
    }),
  );
}

/** Looks at how often an Event was recorded. */
export function lookAtEvents({ events }: Stage, condition: EventCondition): Evidence {
  const found = events.countOf(condition);
  const latest = found === 0 && condition.message !== undefined ? events.latest(condition.reason) : undefined;
  const instead = latest === undefined ? '' : `; the latest ${condition.reason} says "${latest}"`;
  return {
    holds: isAs(comparisonOf(condition.count ?? '>= 1'), found),
    seen: `${plural(found, 'such Event', 'such Events')}${instead}`,
  };
}

/** Looks at how requests fared, as last measured. */
export function lookAtTraffic({ meter, turns }: Stage, condition: TrafficCondition): Evidence {
  const measured = meter.measured(condition.of, condition.during, turns);
  const { ok, failed } = measured;
  if (ok + failed === 0) return { holds: false, seen: 'no request was sent in that time' };
  const parts: Evidence[] = [];
  if (condition.success !== undefined) {
    const share = successOf(measured);
    parts.push({
      holds: isAs(comparisonOf(condition.success), share),
      seen: `${percent(share)} of ${ok + failed} requests answered`,
    });
  }
  if (condition.failed !== undefined) {
    parts.push({
      holds: isAs(comparisonOf(condition.failed), failed),
      seen: `${failed} of ${ok + failed} requests failed`,
    });
  }
  for (const [part, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const wanted = condition[part];
    if (wanted === undefined) continue;
    const latency = latencyOf(measured, share);
    parts.push({ holds: isAs(comparisonOf(wanted), latency), seen: `${part} ${latency.toFixed(1)}ms` });
  }
  return { holds: parts.every(({ holds }) => holds), seen: parts.map(({ seen }) => seen).join(', ') };
}

/** Writes a share so that what is not all never reads 100 %. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return '-';
  const text = (share * 100).toFixed(2);
  return `${text === '100.00' && share < 1 ? '99.99' : text.replace(/\.?0+$/, '')}%`;
}

function counted(found: number, wanted: Count, kind: string, names: readonly string[]): Evidence {
  const list = found === 0 || found > 5 ? '' : ` (${listNames(names)})`;
  return { holds: isAs(comparisonOf(wanted), found), seen: `${plural(found, `such ${kind}`, `such ${kind}s`)}${list}` };
}

/** Writes a count with its noun: `no pod`, `1 pod`, `3 pods`. */
export function plural(count: number, one: string, many: string): string {
  return count === 0 ? `no ${one}` : `${count} ${count === 1 ? one : many}`;
}
