/** Applies manifests to a live cluster, as `kubectl apply -f` does. */

import { planApply } from '../../deploy/apply.ts';
import type { Message } from '../../protocol/message.ts';
import type { RequestRefused, RequestSucceeded } from '../../protocol/messages/api.ts';
import { withMeta } from '../../protocol/meta.ts';
import type { KubernetesObject, Status } from '../../protocol/objects.ts';
import { groupResource, type ResourceKind } from '../../protocol/resources.ts';
import type { ClusterLink } from '../cluster-link.ts';
import { refusalOf } from '../door.ts';

/** As kubectl's `maxPatchRetry`. */
const mostTries = 5;

/** What became of an object. */
export type Applied = 'created' | 'configured' | 'unchanged';

/** A manifest that was refused. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError';
  readonly status: Status;

  constructor(status: Status) {
    super(status.message ?? 'the server refused it');
    this.status = status;
  }
}

/** Applies one object. @throws ApplyError with the API server's own words */
export async function applyObject(
  link: ClusterLink,
  apiserver: string,
  manifest: KubernetesObject,
  kind: ResourceKind,
): Promise<Applied> {
  const namespace = manifest.metadata.namespace ?? 'default';
  const object = kind.namespaced ? withMeta(manifest, { namespace }) : manifest;
  const target = { resource: groupResource(kind), ...(kind.namespaced && { namespace }) };
  const named = { ...target, name: object.metadata.name ?? '' };
  for (let tries = 1; ; tries++) {
    try {
      const live = await found(link, apiserver, named);
      const plan = planApply(object, live);
      if (plan.do === 'nothing') return 'unchanged';
      if (plan.do === 'create') {
        await ask(link, apiserver, 'object.create', { ...target, object: plan.object });
        return 'created';
      }
      await ask(link, apiserver, 'object.patch', { ...named, patchType: 'strategic', patch: plan.patch });
      return 'configured';
    } catch (error) {
      const isConflict = error instanceof ApplyError && error.status.reason === 'Conflict';
      if (!isConflict || tries === mostTries) throw error;
    }
  }
}

async function found(link: ClusterLink, apiserver: string, named: object): Promise<KubernetesObject | undefined> {
  try {
    return await ask(link, apiserver, 'object.get', named);
  } catch (error) {
    if (error instanceof ApplyError && error.status.reason === 'NotFound') return undefined;
    throw error;
  }
}

async function ask(link: ClusterLink, apiserver: string, type: string, body: object): Promise<KubernetesObject> {
  const answer: Message = await link.ask<Message>(apiserver, type, body);
  if (answer.type === 'request.succeeded') return (answer as RequestSucceeded).body.object;
  throw new ApplyError(refusalOf(answer as RequestRefused));
}
