/** How the API server treats CustomResourceDefinitions. */

import { copyWith } from '../../../../../protocol/copy.ts';
import type { CustomResourceDefinition, DefinitionVersion } from '../../../../../protocol/custom/definition.ts';
import { definitions, storageVersion } from '../../../../../protocol/custom/definition.ts';
import { dns1123Subdomain } from '../../../../../protocol/names.ts';
import { fill, refit, refitEach, without } from '../../kinds/fill.ts';
import { defineStrategy } from '../../kinds/strategy.ts';
import { validateDefinition, validateDefinitionUpdate, validateStatus } from './validation.ts';

/** What makes custom resources be served. */
export const definitionStrategy = defineStrategy<CustomResourceDefinition>(definitions, {
  nameRule: dns1123Subdomain,
  defaults: applyDefaults,
  generationOf: ({ spec }) => spec,
  prepareCreate: (crd) => withStoredVersion(refit(crd, 'spec', withoutAlphaFields)),
  prepareUpdate: (crd) => withStoredVersion(refit(crd, 'spec', withoutAlphaFields)),
  validateCreate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  validateStatus,
  allowsUnconditionalUpdate: false,
});

function applyDefaults(crd: CustomResourceDefinition): CustomResourceDefinition {
  const whole = fill(crd, { spec: emptySpec });
  return refit(whole, 'spec', (given) => {
    const spec = fill(given, { names: emptySpec.names, versions: emptySpec.versions });
    const named = refit(spec, 'names', (names) => {
      const { kind = '' } = names;
      return fill(names, { singular: kind.toLowerCase(), ...(kind !== '' && { listKind: `${kind}List` }) });
    });
    return fill(named, { conversion: { strategy: 'None' } });
  });
}

/** What is not given is refused later, by its fields. */
const emptySpec = { names: {}, versions: [] } as unknown as CustomResourceDefinition['spec'];

/** Objects are stored in the storage version from now on; those of before may still be there. */
function withStoredVersion(crd: CustomResourceDefinition): CustomResourceDefinition {
  const version = storageVersion(crd);
  const stored = crd.status?.storedVersions ?? [];
  if (version === '' || stored.includes(version)) return crd;
  return copyWith(crd, { status: copyWith(crd.status ?? {}, { storedVersions: [...stored, version] }) });
}

/** Fields behind a gate that v1.30 has off (`CustomResourceFieldSelectors`) are dropped. */
function withoutAlphaFields(spec: CustomResourceDefinition['spec']): CustomResourceDefinition['spec'] {
  return refit(spec, 'versions', (versions) =>
    refitEach([...versions], (version: DefinitionVersion) => without(version, 'selectableFields')),
  );
}
