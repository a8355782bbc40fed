/** The rules of CustomResourceDefinitions (apiextensions' `ValidateCustomResourceDefinition`). */

import type { CustomResourceDefinition, DefinitionVersion } from '../../../../../protocol/custom/definition.ts';
import { isTrue } from '../../../../../protocol/custom/definition.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../../protocol/field-errors.ts';
import { dns1035Label, dns1123Subdomain } from '../../../../../protocol/names.ts';
import { immutable } from '../../kinds/metadata.ts';
import { approvalErrors } from './approval.ts';
import { columnErrors } from './column-rules.ts';
import { namesErrors } from './name-rules.ts';
import { shared, shownVersions } from './paths.ts';
import { schemaErrors } from './schema-rules.ts';
import { subresourceErrors } from './subresource-rules.ts';

type Spec = CustomResourceDefinition['spec'];

/** Names what is wrong with a new definition, besides its metadata. */
export function validateDefinition(crd: CustomResourceDefinition): FieldError[] {
  return [...nameErrors(crd), ...commonErrors(crd), ...approvalErrors(crd), ...preserveErrors(crd)];
}

/** Names what is wrong with a changed definition, besides its metadata. */
export function validateDefinitionUpdate(crd: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  return [...commonErrors(crd, old), ...approvalErrors(crd, old), ...preserveErrors(crd, old)];
}

/** Names what is wrong with the status a definition is given. */
export function validateStatus({ status }: CustomResourceDefinition): FieldError[] {
  return namesErrors(status?.acceptedNames ?? {}, 'status.acceptedNames');
}

function nameErrors({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  const name = `${spec.names.plural ?? ''}.${spec.group ?? ''}`;
  if (!metadata.name || metadata.name === name) return [];
  return [invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')];
}

function commonErrors(crd: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const { spec } = crd;
  return [
    ...groupErrors(spec.group ?? ''),
    ...scopeErrors(spec.scope ?? ''),
    ...versionErrors(crd),
    ...neededNames(spec.names),
    ...namesErrors(spec.names, 'spec.names'),
    ...shared(spec.versions, 'schema').flatMap(({ path, value }) => schemaErrors(value, spec.versions, path)),
    ...shared(spec.versions, 'subresources').flatMap(({ path, value }) => subresourceErrors(value, path)),
    ...shared(spec.versions, 'additionalPrinterColumns').flatMap(({ path, value }) =>
      value.flatMap((column, i) => columnErrors(column, `${path}[${i}]`)),
    ),
    ...conversionErrors(spec.conversion),
    ...(old === undefined ? [] : fixedErrors(crd, old)),
    ...validateStatus(crd),
    ...storedErrors(crd),
  ];
}

function groupErrors(group: string): FieldError[] {
  if (group === '') return [required('spec.group')];
  const wrong = dns1123Subdomain(group);
  if (wrong.length > 0) return [invalid('spec.group', group, wrong.join(','))];
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

const scopes = ['Cluster', 'Namespaced'];

function scopeErrors(scope: string): FieldError[] {
  if (scope === '') return [required('spec.scope')];
  return scopes.includes(scope) ? [] : [notSupported('spec.scope', scope, scopes)];
}

function versionErrors(crd: CustomResourceDefinition): FieldError[] {
  const versions = crd.spec.versions;
  const errors = versions.flatMap((version, i) =>
    version.schema?.openAPIV3Schema === undefined
      ? [required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required')]
      : [],
  );
  versions.forEach((version, i) => {
    errors.push(...oneVersionErrors(version, `spec.versions[${i}]`));
  });
  const path = 'spec.versions';
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalid(path, shownVersions(crd), 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid(path, shownVersions(crd), 'must have exactly one version marked as storage version'));
  }
  return errors;
}

function oneVersionErrors(
  { name = '', deprecated, deprecationWarning }: DefinitionVersion,
  path: string,
): FieldError[] {
  const wrong = dns1035Label(name);
  const errors = wrong.length === 0 ? [] : [invalid(`${path}.name`, name, wrong.join(','))];
  for (const problem of warningProblems(deprecated === true, deprecationWarning)) {
    errors.push(invalid(`${path}.deprecationWarning`, deprecationWarning, problem));
  }
  return errors;
}

function warningProblems(deprecated: boolean, warning: string | undefined): string[] {
  if (warning === undefined) return [];
  if (!deprecated) return ['can only be set for deprecated versions'];
  const problems: string[] = [];
  if (warning.length > 256) problems.push('must be <= 256 characters long');
  if (warning === '') problems.push('must not be an empty string');
  const place = warning.search(/[\p{C}\p{Zl}\p{Zp}]/u);
  if (place >= 0) {
    problems.push(`must only contain printable UTF-8 characters; non-printable character found at index ${place}`);
  }
  return problems;
}

function neededNames(names: Partial<Spec['names']>): FieldError[] {
  const needed = ['plural', 'singular', 'kind', 'listKind'] as const;
  return needed.filter((name) => !names[name]).map((name) => required(`spec.names.${name}`));
}

/** Objects can only be converted by giving them another version's name: nothing here calls a webhook. */
function conversionErrors(conversion: Spec['conversion']): FieldError[] {
  const path = 'spec.conversion';
  if (conversion === undefined) return [];
  if (!conversion.strategy) return [required(`${path}.strategy`)];
  if (conversion.strategy !== 'None') return [notSupported(`${path}.strategy`, conversion.strategy, ['None'])];
  const needless = 'should not be set when strategy is not set to Webhook';
  const { clientConfig, conversionReviewVersions = [] } = conversion.webhook ?? {};
  return [
    ...(clientConfig === undefined ? [] : [forbidden(`${path}.webhookClientConfig`, needless)]),
    ...(conversionReviewVersions.length === 0 ? [] : [forbidden(`${path}.conversionReviewVersions`, needless)]),
  ];
}

/** What the objects in etcd depend on stays as it is. */
function fixedErrors(crd: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const [now, before] = [crd.spec, old.spec];
  const served = !isTrue(old, 'Established')
    ? []
    : [
        ...immutable(now.scope, before.scope, 'spec.scope'),
        ...immutable(now.names.kind, before.names.kind, 'spec.names.kind'),
      ];
  return [
    ...served,
    ...immutable(now.group, before.group, 'spec.group'),
    ...immutable(now.names.plural, before.names.plural, 'spec.names.plural'),
  ];
}

function storedErrors({ spec, status }: CustomResourceDefinition): FieldError[] {
  const path = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) return [invalid(path, stored, 'must have at least one stored version')];
  const versions = spec.versions;
  const missing = versions.filter(({ name, storage }) => storage && !stored.includes(name));
  const unknown = stored.filter((version) => !versions.some(({ name }) => name === version));
  return [
    ...missing.map(({ name }) => invalid(path, stored, `must have the storage version ${name}`)),
    ...unknown.map((version) =>
      invalid(`${path}[${stored.indexOf(version)}]`, version, 'must appear in spec.versions'),
    ),
  ];
}

function preserveErrors(crd: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  if (crd.spec.preserveUnknownFields !== true || old?.spec.preserveUnknownFields === true) return [];
  const instead =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalid('spec.preserveUnknownFields', true, instead)];
}
