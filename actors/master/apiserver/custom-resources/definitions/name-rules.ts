/** The rules of the names of a custom resource. */

import type { DefinitionNames } from '../../../../../protocol/custom/definition.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid } from '../../../../../protocol/field-errors.ts';
import { dns1035Label } from '../../../../../protocol/names.ts';

/** Names what is wrong with names that are given. */
export function namesErrors(names: Partial<DefinitionNames>, path: string): FieldError[] {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names;
  return [
    ...wordErrors(plural, `${path}.plural`),
    ...wordErrors(singular, `${path}.singular`),
    ...kindErrors(kind, `${path}.kind`),
    ...kindErrors(listKind, `${path}.listKind`),
    ...shortNames.flatMap((name, i) => labelErrors(name, `${path}.shortNames[${i}]`)),
    ...(kind && kind === listKind
      ? [invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, i) => labelErrors(name, `${path}.categories[${i}]`)),
  ];
}

function wordErrors(word: string | undefined, path: string): FieldError[] {
  return word ? labelErrors(word, path) : [];
}

function labelErrors(word: string, path: string): FieldError[] {
  const wrong = dns1035Label(word);
  return wrong.length === 0 ? [] : [invalid(path, word, wrong.join(','))];
}

function kindErrors(kind: string | undefined, path: string): FieldError[] {
  const wrong = kind ? dns1035Label(kind.toLowerCase()) : [];
  if (wrong.length === 0) return [];
  return [invalid(path, kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`)];
}
