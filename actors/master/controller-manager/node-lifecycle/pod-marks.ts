/** Marking the pods of a node that is not ready as not ready, so that no traffic goes to them (`MarkPodsNotReady`). */

import type { Pod } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { referenceTo } from '../../../client-go/event-recorder.ts';
import { replaceBy } from '../controller/patches.ts';
import { record } from '../controller/rule.ts';
import { type Answer, type Call, isRefusedAs } from '../controller/sync.ts';
import { isReady } from '../pods/pod-state.ts';
import type { NodeController } from './cache.ts';

/** Gives the pods that still say they are ready. */
export function podsToMark(pods: Iterable<Pod>): Pod[] {
  const marked: Pod[] = [];
  for (const pod of pods) if (isReady(pod)) marked.push(pod);
  return marked;
}

/** Makes the call that marks a pod as not ready. */
export function markCall(pod: Pod, nowMs: number): Call {
  const lastTransitionTime = toRfc3339(nowMs);
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime } : condition,
  );
  const marked: Pod = { ...pod, status: { ...pod.status, conditions } };
  return replaceBy('pods', marked, 'status');
}

/** Takes the answer about a pod; false where it must be tried again. */
export function afterMark(self: NodeController, pod: Pod, answer: Answer | undefined): boolean {
  if (isRefusedAs(answer, 'NotFound')) return true;
  record(self, { regarding: referenceTo(pod), type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' });
  return answer?.refusal === undefined;
}
