/** The rules of subresources: where the scale is found. */

import type { DefinitionVersion } from '../../../../../protocol/custom/definition.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid, required } from '../../../../../protocol/field-errors.ts';
import { simplePathErrors } from './column-rules.ts';

/** Names what is wrong with the subresources of a version. */
export function subresourceErrors(
  { scale }: NonNullable<DefinitionVersion['subresources']>,
  path: string,
): FieldError[] {
  if (scale === undefined) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return [
    ...neededPath(specReplicasPath, '.spec', `${path}.scale.specReplicasPath`),
    ...neededPath(statusReplicasPath, '.status', `${path}.scale.statusReplicasPath`),
    ...selectorErrors(labelSelectorPath, `${path}.scale.labelSelectorPath`),
  ];
}

function neededPath(given: string | undefined, root: string, path: string): FieldError[] {
  if (!given) return [required(path)];
  const errors = simplePathErrors(given, path);
  if (errors.length > 0 || given.startsWith(`${root}.`)) return errors;
  return [invalid(path, given, `should be a json path under ${root}`)];
}

function selectorErrors(given: string | undefined, path: string): FieldError[] {
  if (!given) return [];
  const errors = simplePathErrors(given, path);
  if (errors.length > 0 || /^\.(spec|status)\./.test(given)) return errors;
  return [invalid(path, given, 'should be a json path under either .spec or .status')];
}
