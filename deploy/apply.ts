/** What `kubectl apply` does to an object: creates it, patches what differs, or leaves it as it is. */

import { withMeta } from '../protocol/meta.ts';
import type { KubernetesObject } from '../protocol/objects.ts';
import { schemaOf } from '../protocol/schema/schema.ts';
import { type Fields, threeWayPatch } from './apply/three-way-patch.ts';

/** The annotation in which kubectl keeps what was applied last, to know later what was taken out of the manifest. */
export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration';

/** What there is to do. */
export type ApplyPlan<T extends KubernetesObject> =
  | { readonly do: 'create'; readonly object: T }
  /** A strategic merge patch. */
  | { readonly do: 'patch'; readonly patch: Fields }
  | { readonly do: 'nothing' };

/**
 * Decides how a manifest is applied to what is there, if anything is.
 *
 * Three sides count: a field is set where the manifest and the live object differ, and removed where it was applied
 * last time and is in the manifest no more. What others have set, and nobody ever applied, stays.
 */
export function planApply<T extends KubernetesObject>(manifest: T, live: T | undefined): ApplyPlan<T> {
  const modified = withLastApplied(manifest);
  if (live === undefined) return { do: 'create', object: modified };
  const shape = schemaOf(manifest.apiVersion, manifest.kind);
  const patch = threeWayPatch(lastAppliedOf(live), fieldsOf(modified), fieldsOf(live), shape);
  return Object.keys(patch).length === 0 ? { do: 'nothing' } : { do: 'patch', patch };
}

/** Writes a manifest into its own annotation, as kubectl does. */
export function withLastApplied<T extends KubernetesObject>(manifest: T): T {
  const { [lastAppliedKey]: _, ...annotations } = manifest.metadata.annotations ?? {};
  const text = `${goJson(withMeta(manifest, { annotations }))}\n`;
  return withMeta(manifest, { annotations: { ...annotations, [lastAppliedKey]: text } });
}

/** Reads what was applied last; nothing where nobody applied the object yet. */
function lastAppliedOf(live: KubernetesObject): Fields {
  const text = live.metadata.annotations?.[lastAppliedKey];
  return text === undefined ? {} : (JSON.parse(text) as Fields);
}

function fieldsOf(object: KubernetesObject): Fields {
  return object as unknown as Fields;
}

/** Writes JSON as Go's encoder does: keys in order, and what HTML gives a meaning escaped. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return escaped(JSON.stringify(value));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([field, inner]) => `${escaped(JSON.stringify(field))}:${goJson(inner)}`).join(',')}}`;
}

function escaped(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
