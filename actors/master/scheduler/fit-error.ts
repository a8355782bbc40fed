/** Says, in kube-scheduler's words, why no node was found for a pod. */

import type { Refusal } from './plugin.ts';

/** What `kubectl describe` shows where there is no node at all. */
export const noNodesAvailable = 'no nodes available to schedule pods';

/** Writes how many nodes gave which reasons, reasons in the order of their texts with counts; then what preemption came to. */
export function fitErrorMessage(
  nodeCount: number,
  refusals: ReadonlyMap<string, Pick<Refusal, 'reasons'>>,
  postFilter = '',
): string {
  const counts = new Map<string, number>();
  for (const { reasons } of refusals.values()) {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort(byBytes);
  const told = texts.length === 0 ? '' : ` ${texts.join(', ')}.`;
  return `0/${nodeCount} nodes are available:${told}${postFilter === '' ? '' : ` ${postFilter}`}`;
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An Event's message has at most 1,024 characters. */
const longestMessage = 1024;

/** Cuts a message to what an Event may hold. */
export function cutMessage(message: string): string {
  const suffix = ' ...';
  return message.length <= longestMessage ? message : message.slice(0, longestMessage - suffix.length) + suffix;
}
