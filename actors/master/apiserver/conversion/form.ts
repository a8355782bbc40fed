/** The forms in which objects are served besides the one they are stored in: converted where they come in and where they go out. */

import type { KubernetesList } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import { autoscalingV1 } from './autoscaling.ts';
import type { Form } from './conversion.ts';
import { eventsV1 } from './events.ts';

/** By apiVersion and kind. */
const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['autoscaling/v1 HorizontalPodAutoscaler', autoscalingV1],
  ['events.k8s.io/v1 Event', eventsV1],
]);

/** Gives how a served kind is converted. @throws Error for one that is stored as it is served. */
export function formOf(kind: ResourceKind): Form {
  const form = forms.get(`${apiVersionOf(kind)} ${kind.kind}`);
  if (form === undefined) throw new Error(`${apiVersionOf(kind)} ${kind.kind} is not converted`);
  return form;
}

/** What stored objects were shown as, by form: every list, watch and answer shares it. */
const shown = new Map<Form, WeakMap<KubernetesObject, KubernetesObject>>();

/** Makes of an answer, an object or a list of them, what is shown to who asked for this form. */
export function showAs(kind: ResourceKind, answer: KubernetesObject): KubernetesObject {
  if (answer.kind === 'Status') return answer;
  const { items } = answer as unknown as Partial<KubernetesList>;
  if (items === undefined) return showObject(kind, answer);
  const list = { ...answer, apiVersion: apiVersionOf(kind), items: items.map((item) => showObject(kind, item)) };
  return list as KubernetesObject;
}

/** Makes of a stored object what is shown in a form. */
export function showObject(kind: ResourceKind, object: KubernetesObject): KubernetesObject {
  const form = formOf(kind);
  const known = shown.get(form) ?? new WeakMap<KubernetesObject, KubernetesObject>();
  shown.set(form, known);
  const made = known.get(object) ?? form.show(object);
  known.set(object, made);
  return made;
}
