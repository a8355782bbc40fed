/** What a pod's worker learns from the API: new versions of the pod, and of the mirror of a static one. */

import { deepEqual } from '../../../protocol/deep-equal.ts';
import type { RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { MirrorSync, PodSync } from '../../../protocol/messages/pod-worker.ts';
import type { Pod } from '../../../protocol/objects.ts';
import type { Me } from './memory.ts';
import { refreshStatus } from './status-writer.ts';

/** Takes a version of the pod from its source. */
export function observe(self: Me, event: PodSync): void {
  observePod(self, event.body.pod);
}

/** Takes the object as it is after its status was patched. */
export function takeStatus(self: Me, event: RequestSucceeded): void {
  observePod(self, event.body.object as Pod);
}

/** Takes the mirror pod as it is now, or that there is none. */
export function observeMirror(self: Me, event: MirrorSync): void {
  const { memory } = self;
  const { mirror } = event.body;
  const isAnother = mirror?.metadata.uid !== memory.apiObject?.metadata.uid;
  memory.apiObject = mirror;
  if (mirror !== undefined) self.raise({ type: isAnother ? 'status.changed' : 'status.seen' });
}

/** Takes a version of the object whose status is kept, unless it or a newer one was seen. */
function observePod(self: Me, pod: Pod): void {
  const { memory } = self;
  const known = memory.apiObject;
  if (known !== undefined && (isNoNews(pod, known) || pod.metadata.uid !== known.metadata.uid)) return;
  memory.apiObject = pod;
  if (memory.input.source !== 'static') takePod(self, pod);
  self.raise({ type: 'status.seen' });
}

/** A pod's own resourceVersion is compared as the number it is; never one kind's with another's. */
function isNoNews({ metadata: { resourceVersion } }: Pod, known: Pod): boolean {
  const seen = known.metadata.resourceVersion;
  if (resourceVersion === seen) return seen !== undefined;
  return Number(resourceVersion ?? 0) < Number(seen ?? 0);
}

function takePod(self: Me, pod: Pod): void {
  const { memory } = self;
  const before = memory.pod;
  memory.pod = pod;
  const { labels, annotations, deletionGracePeriodSeconds } = before.metadata;
  const isOther =
    !deepEqual(pod.spec, before.spec) ||
    !deepEqual(pod.metadata.labels, labels) ||
    !deepEqual(pod.metadata.annotations, annotations);
  if (isOther) {
    for (const worker of memory.workers.values()) self.send<PodSync>(worker, 'pod.sync', { pod });
    if (pod.spec.activeDeadlineSeconds !== before.spec.activeDeadlineSeconds) self.raise({ type: 'deadline.changed' });
  }
  if ((pod.spec.readinessGates?.length ?? 0) > 0) refreshStatus(self);
  const isAsked = pod.metadata.deletionTimestamp !== before.metadata.deletionTimestamp;
  if (isAsked || pod.metadata.deletionGracePeriodSeconds !== deletionGracePeriodSeconds)
    self.raise({ type: 'verdict.end' });
}
