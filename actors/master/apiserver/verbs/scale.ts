/** The scale subresource: the replica count of any workload, in one form (`autoscaling/v1`). */

import { invalid } from '../../../../protocol/field-errors.ts';
import type { ObjectPatch, ObjectReplace } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, LabelSelector, Status } from '../../../../protocol/objects.ts';
import { formatSelector, selectorFromLabelSelector, selectorFromLabels } from '../../../../protocol/selectors.ts';
import { failure, staleVersion } from '../../../../protocol/status.ts';
import { nothingTaken } from '../allocation/service-allocation.ts';
import { applied } from '../apply/apply-patch.ts';
import { scaleScope } from '../apply/scale-managers.ts';
import { trackedScale, trackScaled } from '../apply/track-scale.ts';
import type { Conversation } from '../conversation.ts';
import { noReplicas, readScale, scalePaths, withReplicas } from '../custom-resources/scale.ts';
import { seenBy } from '../custom-resources/view.ts';
import type { World } from '../memory.ts';
import type { Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import type { Outcome, Update } from '../update-loop.ts';
import { beginUpdate, resumeUpdate } from '../update-loop.ts';
import type { Verdict } from '../verdict.ts';
import { get } from './get.ts';
import { formRefusal, patchedObject } from './patch.ts';
import type { WriteWork } from './written.ts';
import { verdictOnTracked } from './written.ts';

/** A Scale, as it is shown and given. */
export interface Scale extends KubernetesObject {
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

type Scaled = KubernetesObject & {
  spec: { replicas?: number; selector?: LabelSelector | Readonly<Record<string, string>> };
  status?: { replicas?: number };
};

/** Shows a workload as its Scale. */
export function scaleOf(object: KubernetesObject): Scale {
  const { spec, status } = object as Scaled;
  return scaleFrom(object, spec.replicas, status?.replicas ?? 0, selectorText(object as Scaled));
}

function scaleFrom(
  { metadata }: KubernetesObject,
  wanted: number | undefined,
  replicas: number,
  selector: string,
): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: wanted === undefined ? {} : { replicas: wanted },
    status: { replicas, ...(selector !== '' && { selector }) },
  };
}

function selectorText({ kind, spec }: Scaled): string {
  if (spec.selector === undefined) return '';
  const selector =
    kind === 'ReplicationController'
      ? selectorFromLabels(spec.selector as Readonly<Record<string, string>>)
      : selectorFromLabelSelector(spec.selector as LabelSelector);
  return formatSelector(selector);
}

/** The conversation of `object.get` on a scale. */
export const getScale: Conversation = {
  begin: (world, pending) => shown(pending, get.begin(world, pending)),
  resume: (world, pending, answer) => shown(pending, get.resume(world, pending, answer)),
};

function shown(pending: Pending, step: Step): Step {
  if (step.do !== 'succeed') return step;
  const scale = scaleFor(pending, seenBy(pending, step.object));
  return isRefusal(scale) ? refuse(scale) : { ...step, object: scale };
}

/** Shows what a request is about as its Scale, or says why it has none. */
function scaleFor(pending: Pending, object: KubernetesObject): Scale | Status {
  const paths = pending.custom === undefined ? undefined : scalePaths(pending.custom, pending.kind.version);
  if (paths === undefined) return scaleOf(object);
  const found = readScale(object, paths);
  if (isRefusal(found)) return found;
  if (found.specReplicas === undefined && pending.verb === 'get-scale') return noReplicas(paths);
  return scaleFrom(object, found.specReplicas, found.statusReplicas, found.selector);
}

/** Makes what a request is about want another number of replicas. */
function rescaled(pending: Pending, existing: KubernetesObject, replicas: number): KubernetesObject {
  const paths = pending.custom === undefined ? undefined : scalePaths(pending.custom, pending.kind.version);
  if (paths !== undefined) return withReplicas(existing, paths, replicas);
  return { ...existing, spec: { ...(existing as Scaled).spec, replicas } } as KubernetesObject;
}

const update: Update = { change, finish };

/** The conversation of `object.replace` and `object.patch` on a scale. */
export const writeScale: Conversation = {
  begin: (world, pending) => {
    const refusal =
      pending.verb === 'patch-scale' ? formRefusal(pending.question.body as ObjectPatch['body']) : undefined;
    if (refusal !== undefined) return refuse(refusal);
    pending.work = {
      prepared: undefined as unknown as KubernetesObject,
      avoid: nothingTaken,
      picked: [],
    } satisfies WriteWork;
    return beginUpdate(world, pending, update);
  },
  resume: (world, pending, answer) => resumeUpdate(world, pending, answer, update),
};

function change(world: World, pending: Pending, existing: KubernetesObject): Verdict {
  const shownNow = scaleFor(pending, existing);
  if (isRefusal(shownNow)) return { do: 'refuse', status: shownNow };
  const current = trackedScale(world, pending, existing, shownNow);
  const wanted = wantedScale(world, pending, current);
  const refusal = isRefusal(wanted) ? wanted : scaleRefusal(pending, wanted, existing);
  if (refusal !== undefined) return { do: 'refuse', status: refusal };
  const scale = wanted as Scale;
  const replicas = scale.spec?.replicas ?? 0;
  const whole = current.spec.replicas === replicas ? existing : rescaled(pending, existing, replicas);
  const tracked = trackScaled(world, pending, whole, existing, current, scale);
  if (tracked === existing) return { do: 'keep' };
  return verdictOnTracked(world, { ...pending, subresource: '' }, tracked, existing);
}

function wantedScale(world: World, pending: Pending, current: Scale): Scale | Status {
  const { body } = pending.question;
  if (pending.verb === 'replace-scale') return (body as ObjectReplace['body']).object as Scale;
  if ((body as ObjectPatch['body']).patchType !== 'apply') {
    return patchedObject(body as ObjectPatch['body'], current) as Scale | Status;
  }
  return applied(world, pending, scaleScope, current) as Scale | Status;
}

function scaleRefusal(pending: Pending, scale: Scale, existing: KubernetesObject): Status | undefined {
  if (scale.kind !== 'Scale' || scale.apiVersion !== 'autoscaling/v1') {
    return failure.badRequest(`wrong object passed to Scale update: ${scale.apiVersion}, Kind=${scale.kind}`);
  }
  const { resourceVersion = '', uid = '', name = '' } = scale.metadata ?? {};
  if (name !== '' && name !== pending.name) {
    return failure.badRequest(`the name of the object (${name}) does not match the name on the URL (${pending.name})`);
  }
  const isStale = resourceVersion !== '' && resourceVersion !== existing.metadata.resourceVersion;
  if (isStale || (uid !== '' && uid !== existing.metadata.uid)) {
    return failure.conflict(pending.resource, pending.name, staleVersion);
  }
  const replicas = scale.spec?.replicas ?? 0;
  if (Number.isInteger(replicas) && replicas >= 0) return undefined;
  const problem = invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
  return failure.invalid('Scale.autoscaling', pending.name, [problem]);
}

function finish(_world: World, pending: Pending, { object }: Outcome): Step {
  const scale = scaleFor(pending, seenBy(pending, object));
  return isRefusal(scale) ? refuse(scale) : succeed(pending, 200, scale);
}
