/** Namespaces, and the finalizing that ends them. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid } from '../../../../protocol/field-errors.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import { dns1123Label, qualifiedName } from '../../../../protocol/names.ts';
import type { Namespace } from '../../../../protocol/objects.ts';
import { breaches, validateMetaUpdate } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

const nameLabel = 'kubernetes.io/metadata.name';

/** A namespace bears its own name as a label, and is held until its contents are gone. */
export const namespaceStrategy = defineStrategy<Namespace>('namespaces', {
  nameRule: dns1123Label,
  defaults: withNameLabel,
  firstStatus: () => ({ phase: 'Active' }),
  // The name may have been generated after the defaults were set.
  prepareCreate: (namespace) => withNameLabel(held(namespace)),
  prepareUpdate: (namespace, old) => ({ ...namespace, spec: { ...namespace.spec, ...finalizersOf(old) } }),
  validate: ({ spec }) => validateFinalizers(spec?.finalizers ?? [], () => 'spec.finalizers'),
  validateStatus: validatePhase,
});

function withNameLabel(namespace: Namespace): Namespace {
  const { name, labels } = namespace.metadata;
  if (!name || labels?.[nameLabel] === name) return namespace;
  return withMeta(namespace, { labels: { ...labels, [nameLabel]: name } });
}

function held(namespace: Namespace): Namespace {
  const finalizers = namespace.spec?.finalizers ?? [];
  if (finalizers.includes('kubernetes')) return namespace;
  return { ...namespace, spec: { ...namespace.spec, finalizers: [...finalizers, 'kubernetes'] } };
}

function finalizersOf(namespace: Namespace): { finalizers?: string[] } {
  const finalizers = namespace.spec?.finalizers;
  return finalizers === undefined ? {} : { finalizers };
}

function validateFinalizers(finalizers: readonly string[], pathOf: (i: number) => string): FieldError[] {
  return finalizers.flatMap((finalizer, i) => {
    const errors = breaches(qualifiedName, finalizer, pathOf(i));
    if (finalizer.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(finalizer)) return errors;
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    return [...errors, invalid(pathOf(i), finalizer, detail)];
  });
}

function validatePhase({ metadata, status }: Namespace): FieldError[] {
  const [expected, when] =
    metadata.deletionTimestamp === undefined ? ['Active', 'is empty'] : ['Terminating', 'is not empty'];
  if (status?.phase === expected) return [];
  // Kubernetes spells this path with a capital.
  return [invalid('status.Phase', status?.phase ?? '', `may only be '${expected}' if \`deletionTimestamp\` ${when}`)];
}

/** Prepares what is sent to the `finalize` subresource: only the finalizers of the spec change. */
export function prepareForFinalize(namespace: Namespace, old: Namespace): Namespace {
  return { ...old, metadata: namespace.metadata, spec: { ...namespace.spec } };
}

/** Checks what is sent to the `finalize` subresource. */
export function validateFinalize(namespace: Namespace, old: Namespace): FieldError[] {
  const finalizers = validateFinalizers(namespace.spec?.finalizers ?? [], (i) => `spec.finalizers[${i}]`);
  return [...validateMetaUpdate(namespace.metadata, old.metadata), ...finalizers];
}
