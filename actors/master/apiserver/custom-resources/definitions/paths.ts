/** Where apiextensions finds faults: what all versions have in common it sees as the definition's own. */

import type { CustomResourceDefinition, DefinitionVersion } from '../../../../../protocol/custom/definition.ts';
import { deepEqual } from '../../../../../protocol/deep-equal.ts';
import { quoted, verbatim } from '../../../../../protocol/field-errors.ts';

type Shared = 'schema' | 'subresources' | 'additionalPrinterColumns';

/** One place to look at, and what stands there. */
export interface Found<T> {
  readonly path: string;
  readonly value: T;
}

const ownPaths: Readonly<Record<Shared, string>> = {
  schema: 'spec.validation',
  subresources: 'spec.subresources',
  additionalPrinterColumns: 'spec.additionalPrinterColumns',
};

/** Gives what versions say under a field: once where they all say the same, else of each version. */
export function shared<Field extends Shared>(
  versions: readonly DefinitionVersion[],
  field: Field,
): readonly Found<NonNullable<DefinitionVersion[Field]>>[] {
  const one = isShared(versions, field);
  const chosen = one ? versions.slice(0, 1) : versions;
  return chosen.flatMap((version, i) => {
    const value = version[field];
    const path = one ? ownPaths[field] : `spec.versions[${i}].${field}`;
    return value === undefined ? [] : [{ path, value: value as NonNullable<DefinitionVersion[Field]> }];
  });
}

function isShared(versions: readonly DefinitionVersion[], field: Shared): boolean {
  const first = versions[0]?.[field];
  return versions.every((version) => deepEqual(version[field], first));
}

/** Shows all versions, as Go writes its own structures; what is shared is not in them. */
export function shownVersions({ spec }: CustomResourceDefinition): unknown {
  const { versions } = spec;
  if (versions.length === 0) return verbatim('[]apiextensions.CustomResourceDefinitionVersion(nil)');
  const pointer = (type: string, value: unknown) => `(*${type})(${value === undefined ? 'nil' : '0xc000000000'})`;
  const own = (version: DefinitionVersion, field: Shared) => (isShared(versions, field) ? undefined : version[field]);
  const texts = versions.map((version) => {
    const fields = [
      `Name:${quoted(version.name ?? '')}`,
      `Served:${version.served === true}`,
      `Storage:${version.storage === true}`,
      `Deprecated:${version.deprecated === true}`,
      `DeprecationWarning:${pointer('string', version.deprecationWarning)}`,
      `Schema:${pointer('apiextensions.CustomResourceValidation', own(version, 'schema'))}`,
      `Subresources:${pointer('apiextensions.CustomResourceSubresources', own(version, 'subresources'))}`,
      `AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil)`,
      `SelectableFields:[]apiextensions.SelectableField(nil)`,
    ];
    return `apiextensions.CustomResourceDefinitionVersion{${fields.join(', ')}}`;
  });
  return verbatim(`[]apiextensions.CustomResourceDefinitionVersion{${texts.join(', ')}}`);
}
