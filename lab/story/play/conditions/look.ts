/** Looks at any condition. */

import type { Condition } from '../../format.ts';
import type { Stage } from '../stage.ts';
import { lookAtEndpoints, lookAtEvents, lookAtNodes, lookAtPods, lookAtTraffic } from './counted.ts';
import { allOf, type Evidence } from './evidence.ts';
import { lookAtReady } from './ready.ts';

/** Looks at all parts of a condition; `sinceMs` is when it began to be waited for, and what was seen before is not counted. */
export function look(stage: Stage, condition: Condition, sinceMs: number): Evidence {
  const parts: Evidence[] = [];
  const { ready, pods, nodes, endpoints, answers, traffic, event } = condition;
  if (ready !== undefined) parts.push(lookAtReady(stage, ready));
  if (pods !== undefined) parts.push(lookAtPods(stage, pods));
  if (nodes !== undefined) parts.push(lookAtNodes(stage, nodes));
  if (endpoints !== undefined) parts.push(lookAtEndpoints(stage, endpoints));
  if (answers !== undefined) parts.push(lookAtAnswers(stage, answers, sinceMs));
  if (traffic !== undefined) parts.push(lookAtTraffic(stage, traffic));
  if (event !== undefined) parts.push(lookAtEvents(stage, event));
  return allOf(parts);
}

function lookAtAnswers(stage: Stage, wanted: string | readonly string[], sinceMs: number): Evidence {
  const targets = [wanted].flat().flatMap((target) => (target === 'all' ? serviceTargets(stage) : [target]));
  if (targets.length === 0) return { holds: false, seen: 'there is no Service to ask' };
  const parts = targets.map((target) => {
    const name = target.replace(/^http:\/\//, '');
    const answer = stage.probes.look(target, sinceMs);
    if (answer === undefined) return { holds: false, name, seen: `${name} was not answered yet` };
    return { holds: answer.ok, name, seen: `${name} does not answer (${answer.why})` };
  });
  if (parts.some(({ holds }) => !holds)) return allOf(parts);
  if (parts.length > 5) return { holds: true, seen: `${parts.length} targets answer` };
  return {
    holds: true,
    seen: `${parts.map(({ name }) => name).join(', ')} ${parts.length > 1 ? 'answer' : 'answers'}`,
  };
}

/** Every TCP port of every applied Service, by name. */
function serviceTargets({ view, applied }: Stage): string[] {
  const targets: string[] = [];
  for (const { kind, namespace, name } of applied.values()) {
    if (kind.resource !== 'services') continue;
    const service = view.find('services', namespace, name) as ReturnType<typeof view.services.at>;
    for (const { port, protocol = 'TCP' } of service?.spec.ports ?? []) {
      if (protocol === 'TCP') targets.push(`http://${name}.${namespace}:${port}`);
    }
  }
  return targets;
}
