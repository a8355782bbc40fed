/** Which names a definition gets: those that no other of its group has (apiextensions' `NamingConditionController`). */

import { copyWith } from '../../../../../protocol/copy.ts';
import type { CustomResourceDefinition, DefinitionNames } from '../../../../../protocol/custom/definition.ts';
import { conditionOf } from '../../../../../protocol/custom/definition.ts';
import { deepEqual } from '../../../../../protocol/deep-equal.ts';
import { quoted } from '../../../../../protocol/field-errors.ts';
import type { Said } from './conditions.ts';
import { withCondition } from './conditions.ts';

type Names = Partial<DefinitionNames>;

/** Names that are taken, resources and kinds apart. */
interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

/** Gives the definition with the names it can have, and whether those are all; undefined where nothing is to be said. */
export function named(
  crd: CustomResourceDefinition,
  all: Iterable<CustomResourceDefinition>,
  nowMs: number,
): CustomResourceDefinition | undefined {
  const accepted: Names = crd.status?.acceptedNames ?? {};
  if (deepEqual(crd.spec.names, accepted)) return undefined;
  const { names, said } = choose(crd.spec.names, accepted, takenIn(crd.spec.group, all));
  const known = conditionOf(crd, 'NamesAccepted');
  const isSaid = known?.status === said.status && known.reason === said.reason && known.message === said.message;
  if (isSaid && deepEqual(names, accepted)) return undefined;
  const status = copyWith(crd.status ?? {}, { acceptedNames: names as DefinitionNames });
  const told = withCondition(copyWith(crd, { status }), said, nowMs);
  const established = conditionOf(crd, 'Established');
  if (established?.status === 'True') return told;
  if (said.status === 'True') return withCondition(told, installing, nowMs);
  return withCondition(told, established ?? notAccepted, nowMs);
}

const notAccepted: Said = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
};
const installing: Said = {
  type: 'Established',
  status: 'False',
  reason: 'Installing',
  message: 'the initial names have been accepted',
};
const noConflicts: Said = {
  type: 'NamesAccepted',
  status: 'True',
  reason: 'NoConflicts',
  message: 'no conflicts found',
};

function takenIn(group: string, all: Iterable<CustomResourceDefinition>): Taken {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { spec, status } of all) {
    if (spec.group !== group) continue;
    const { plural, singular, shortNames = [], kind, listKind }: Names = status?.acceptedNames ?? {};
    for (const name of [plural, singular, ...shortNames]) if (name) resources.add(name);
    for (const name of [kind, listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

/** Takes each name that can be had; what the last one refused says is told. */
function choose(wanted: Names, accepted: Names, { resources, kinds }: Taken): { names: Names; said: Said } {
  let said = noConflicts;
  const refuse = (reason: string, message: string) => {
    said = { type: 'NamesAccepted', status: 'False', reason, message };
  };
  const one = (field: 'plural' | 'singular' | 'kind' | 'listKind', taken: ReadonlySet<string>, reason: string) => {
    const name = wanted[field] ?? '';
    if (name === (accepted[field] ?? '') || !taken.has(name)) return name;
    refuse(reason, `${quoted(name)} is already in use`);
    return accepted[field] ?? '';
  };
  const plural = one('plural', resources, 'PluralConflict');
  const singular = one('singular', resources, 'SingularConflict');
  const { shortNames, problem } = chooseShortNames(wanted.shortNames, accepted.shortNames, resources);
  if (problem !== undefined) refuse('ShortNamesConflict', problem);
  const kind = one('kind', kinds, 'KindConflict');
  const listKind = one('listKind', kinds, 'ListKindConflict');
  const names: Names = {
    plural,
    singular,
    ...(shortNames !== undefined && { shortNames }),
    kind,
    listKind,
    ...(wanted.categories !== undefined && { categories: wanted.categories }),
  };
  return { names, said };
}

/** All short names, or none of the new ones. */
function chooseShortNames(
  wanted: string[] | undefined,
  accepted: string[] | undefined,
  taken: ReadonlySet<string>,
): { shortNames: string[] | undefined; problem?: string } {
  if (deepEqual(wanted, accepted)) return { shortNames: accepted };
  const lost = [...new Set(wanted)].filter((name) => accepted?.includes(name) !== true && taken.has(name));
  if (lost.length === 0) return { shortNames: wanted };
  const problems = lost.map((name) => `${quoted(name)} is already in use`);
  return { shortNames: accepted, problem: problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]` };
}
