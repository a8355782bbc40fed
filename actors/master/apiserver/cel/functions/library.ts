/** All functions that expressions may call, as Kubernetes v1.30 lets new rules have them (apiserver's `environment`, version 1.29). */

import { arithmetic } from './arithmetic.ts';
import { conversions } from './conversions.ts';
import { kubernetes } from './kubernetes.ts';
import { lists } from './lists.ts';
import { moments } from './moments.ts';
import { optionals } from './optionals.ts';
import type { Overload } from './overload.ts';
import { texts } from './texts.ts';

const all = [arithmetic, conversions, kubernetes, lists, moments, optionals, texts].flat();
const byName = new Map<string, Overload[]>();
for (const overload of all) byName.set(overload.name, [...(byName.get(overload.name) ?? []), overload]);

/** Gives the forms of a function; undefined where there is none of that name. */
export function overloadsOf(name: string): readonly Overload[] | undefined {
  return byName.get(name);
}
