/** The path that a rule says it is about (apiextensions' `cel.ValidFieldPath`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { additionalOf, propertyOf } from '../../../../../protocol/custom/structural-schema.ts';

const step = /\.([^.[\]']+)|\['((?:[^'\\]|\\.)*)'\]/y;
const escapes: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Gives a path as errors have it; undefined where the schema has no such field. */
export function normalPath(path: string, schema: StructuralSchema): string | undefined {
  let [at, normal, current]: [number, string, StructuralSchema] = [0, '', schema];
  while (at < path.length) {
    step.lastIndex = at;
    const found = step.exec(path);
    if (found === null) return undefined;
    const name = found[1] ?? (found[2] ?? '').replace(/\\(.)/g, (_, sign) => escapes[sign] ?? sign);
    const additional = additionalOf(current);
    const isNamed = current.properties !== undefined;
    const inner = isNamed ? propertyOf(current, name) : additional === true ? undefined : additional;
    if (inner === undefined) return undefined;
    normal += isNamed ? `${normal === '' ? '' : '.'}${name}` : `[${name}]`;
    current = inner;
    at += found[0].length;
  }
  return normal;
}
