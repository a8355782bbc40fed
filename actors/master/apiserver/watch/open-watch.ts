/** Opening a watch: from a version, or with all there is first. */

import type { ObjectWatch } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import { failure } from '../../../../protocol/status.ts';
import { oldestResumable } from '../event-ring.ts';
import { isRefusal } from '../refusal.ts';
import { findRefusal, versionOf } from '../resource-version.ts';
import type { Selection } from '../selection.ts';
import { selectionOf } from '../selection.ts';
import type { WatchCache } from './watch-cache.ts';

/** How a watch begins. */
export interface Beginning {
  readonly selection: Selection;
  /** Told from here on; undefined: first what there is. */
  readonly resumeFrom: number | undefined;
  /** The end of what there is, is marked by a bookmark. */
  readonly marksInitialEnd: boolean;
}

/** Decides how a watch begins, or why it cannot. */
export function beginningOf(
  kind: ResourceKind,
  body: ObjectWatch['body'],
  cache: WatchCache,
  form?: ResourceKind,
): Beginning | Status {
  const selection = selectionOf(kind, body, form);
  if (isRefusal(selection)) return selection;
  const { resourceVersion = '', sendInitialEvents } = body;
  const refusal = findRefusal(resourceVersion);
  if (refusal !== undefined) return refusal;
  const version = versionOf(resourceVersion);
  if (sendInitialEvents === true || (version === 0 && sendInitialEvents === undefined)) {
    const marksInitialEnd = sendInitialEvents === true && body.allowWatchBookmarks === true;
    return { selection, resumeFrom: undefined, marksInitialEnd };
  }
  const oldest = oldestResumable(cache.ring);
  if (version !== 0 && version < oldest) return failure.expired(`too old resource version: ${version} (${oldest})`);
  return { selection, resumeFrom: version, marksInitialEnd: false };
}

/** Makes the object of a bookmark: nothing but a version. */
export function bookmark(kind: ResourceKind, revision: number, endsInitial = false): KubernetesObject {
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  return {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(revision), ...(endsInitial && { annotations }) },
  } as unknown as KubernetesObject;
}
