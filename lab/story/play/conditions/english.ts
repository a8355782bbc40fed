/** Says conditions in words, for the timeline and the verdict. */

import type { Condition, EventCondition, NodesCondition, PodsCondition, TrafficCondition } from '../../format.ts';
import { inWords } from '../../words.ts';

/** Says a condition in words. */
export function inEnglish({ ready, pods, nodes, endpoints, answers, traffic, event }: Condition): string {
  const parts: string[] = [];
  if (ready !== undefined) parts.push(sayAll([ready].flat(), 'everything applied is ready', 'is ready', 'are ready'));
  if (pods !== undefined) parts.push(sayPods(pods));
  if (nodes !== undefined) parts.push(sayNodes(nodes));
  for (const [service, count] of Object.entries(endpoints ?? {})) {
    parts.push(`Service ${service} has ${inWords(count)} ready ${isOne(count) ? 'address' : 'addresses'}`);
  }
  if (answers !== undefined) parts.push(sayAll([answers].flat(), 'every Service answers', 'answers', 'answer'));
  if (traffic !== undefined) parts.push(sayTraffic(traffic));
  if (event !== undefined) parts.push(sayEvent(event));
  return parts.join(', and ');
}

function sayAll(names: readonly string[], all: string, one: string, many: string): string {
  return names.includes('all') ? all : `${names.join(', ')} ${names.length > 1 ? many : one}`;
}

function sayPods({ count = '>= 1', matching, status, node, restarts, ready }: PodsCondition): string {
  return words(
    inWords(count),
    isOne(count) ? 'pod' : 'pods',
    matching && `with ${matching}`,
    node && `on ${node}`,
    (status ?? ready) !== undefined && (isOne(count) ? 'is' : 'are'),
    status,
    ready !== undefined && (ready ? 'Ready' : 'not Ready'),
    restarts !== undefined && `restarted ${inWords(restarts)} times`,
  );
}

function sayNodes({ count = '>= 1', matching, status }: NodesCondition): string {
  const verb = isOne(count) ? 'is' : 'are';
  return words(
    inWords(count),
    isOne(count) ? 'node' : 'nodes',
    matching && `with ${matching}`,
    status && `${verb} ${status}`,
  );
}

const when = { before: ' before the fault', fault: ' during the fault', after: ' after healing' };

function sayTraffic({ of, during, success, failed, p50, p99 }: TrafficCondition): string {
  const wanted = [
    success && `success ${success}`,
    failed !== undefined && `failed requests: ${inWords(failed)}`,
    p50 && `p50 ${p50}`,
    p99 && `p99 ${p99}`,
  ].filter((word) => typeof word === 'string');
  return `${of ?? 'traffic'}${during === undefined ? '' : when[during]}: ${wanted.join(', ')}`;
}

function sayEvent({ reason, about, message, count = '>= 1' }: EventCondition): string {
  const noun = isOne(count) ? 'Event' : 'Events';
  return words(inWords(count), noun, reason, about && `about ${about}`, message && `saying "${message}"`);
}

function isOne(count: number | string): boolean {
  return /^(?:>=|==)? *1$/.test(String(count));
}

function words(...parts: (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}
