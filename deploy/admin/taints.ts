/** `kubectl taint`: taints put on a node and taken away. */

import { labelValue, qualifiedName } from '../../protocol/names.ts';
import type { Node, Taint } from '../../protocol/objects.ts';
import { KubectlError } from './refusal.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** What one argument asks for. */
interface TaintChange {
  readonly taint: Taint;
  readonly removes: boolean;
}

/**
 * Gives the taints of a node after the changes (kubectl's `reorganizeTaints`): first the new ones, then the old.
 *
 * @throws KubectlError as `kubectl taint` refuses
 */
export function changeTaints({ metadata, spec }: Node, given: readonly string[], overwrite: boolean): Taint[] {
  const changes = given.map(parseChange);
  const before = spec?.taints ?? [];
  const added = changes.filter(({ removes }) => !removes).map(({ taint }) => taint);
  const removed = changes.filter(({ removes }) => removes).map(({ taint }) => taint);
  const taken = added.filter((taint) => before.some((old) => isSame(old, taint)));
  if (taken.length > 0 && !overwrite) {
    const keys = taken.map(({ key }) => key).join(',');
    throw new KubectlError(
      `error: node ${metadata.name} already has ${keys} taint(s) with same effect(s) and --overwrite is false`,
    );
  }
  const kept = before.filter((old) => !added.some((taint) => isSame(old, taint)));
  for (const taint of removed) {
    if (!kept.some((old) => isMeant(taint, old))) throw new KubectlError(`error: ${notFound(taint)}`);
  }
  return [...added, ...kept].filter((taint) => !removed.some((gone) => isMeant(gone, taint)));
}

function notFound({ key, effect }: Taint): string {
  return effect === '' ? `taint "${key}" not found` : `taint "${key}:${effect}" not found`;
}

/** A node has one taint of a key and an effect. */
function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** A removal without an effect means all of the key. */
function isMeant(removed: Taint, taint: Taint): boolean {
  return removed.key === taint.key && (removed.effect === '' || removed.effect === taint.effect);
}

function parseChange(text: string): TaintChange {
  const removes = text.endsWith('-');
  const [pair = '', effect = '', ...rest] = (removes ? text.slice(0, -1) : text).split(':');
  const [key = '', value, ...more] = pair.split('=');
  const problem = () => new KubectlError(`error: invalid taint spec: ${text}`);
  if (rest.length > 0 || more.length > 0 || (effect === '' && !removes)) throw problem();
  const wrong = [...qualifiedName(key), ...(value === undefined ? [] : labelValue(value))];
  if (wrong.length > 0) throw new KubectlError(`error: invalid taint spec: ${text}, ${wrong.join('; ')}`);
  if (effect !== '' && !effects.includes(effect)) {
    throw new KubectlError(`error: invalid taint effect: ${effect}, unsupported taint effect`);
  }
  return { removes, taint: { key, effect, ...(value !== undefined && value !== '' && { value }) } };
}
