/** How the API server treats the objects of a custom resource (apiextensions' `customresource` registry). */

import { copyWith, withFields } from '../../../../protocol/copy.ts';
import { propertyOf } from '../../../../protocol/custom/structural-schema.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid } from '../../../../protocol/field-errors.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import { dns1123Subdomain, qualifiedName } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import { validateMeta, validateMetaUpdate } from '../kinds/metadata.ts';
import type { Strategy } from '../kinds/strategy.ts';
import type { CustomKind } from './kinds.ts';
import { schemaFor } from './kinds.ts';
import { rulesOf } from './rules/compiled-rules.ts';
import type { RuleVerdict } from './rules/rule-errors.ts';
import { ruleVerdict } from './rules/rule-errors.ts';
import { scalePaths, specScaleErrors, statusScaleErrors } from './scale.ts';
import { embeddedErrors } from './schema/embedded.ts';
import { repetitionErrors } from './schema/repetitions.ts';
import { valueErrors } from './schema/values.ts';

type WithStatus = KubernetesObject & { status?: unknown };

const strategies = new WeakMap<ResourceKind, Strategy<WithStatus>>();

/** Gives the strategy of one version of a custom resource. */
export function customStrategy(custom: CustomKind, kind: ResourceKind): Strategy<WithStatus> {
  const strategy = strategies.get(kind) ?? makeStrategy(custom, kind);
  strategies.set(kind, strategy);
  return strategy;
}

function makeStrategy(custom: CustomKind, kind: ResourceKind): Strategy<WithStatus> {
  const hasStatus = kind.subresources.includes('status');
  const schema = schemaFor(custom, apiVersionOf(kind));
  const statusSchema = schema === undefined ? undefined : propertyOf(schema, 'status');
  const paths = scalePaths(custom, kind.version);
  const hasRules = schema !== undefined && rulesOf(schema) !== undefined;
  const inside = (object: WithStatus) => embeddedErrors(object, schema);
  return {
    kind,
    // Defaults came with the reading, by the schema.
    applyDefaults: (object) => object,
    prepareForCreate: (object) => withMeta(hasStatus ? withoutStatus(object) : object, { generation: 1 }),
    prepareForUpdate: (object, old) => counted(hasStatus ? withStatus(object, old.status) : object, old),
    prepareForStatusUpdate: statusOnly,
    validateCreate: (object) =>
      withRules(object, hasRules, () => ruleVerdict(object, schema), [
        ...validateMeta(object.metadata, kind.namespaced, dns1123Subdomain),
        ...valueErrors(object, schema),
        ...specScaleErrors(object, paths),
        ...statusScaleErrors(object, paths),
        ...inside(object),
        ...repetitionErrors(object, schema),
      ]),
    validateUpdate: (object, old) =>
      withRules(object, hasRules, () => ruleVerdict(object, schema, old, true), [
        ...validateMetaUpdate(object.metadata, old.metadata),
        ...valueErrors(object, schema, '', old),
        ...specScaleErrors(object, paths),
        ...statusScaleErrors(object, paths),
        ...inside(object),
        ...newErrors((one) => repetitionErrors(one, schema), object, old),
      ]),
    validateStatusUpdate: (object, old) =>
      withRules(object, hasRules, () => ruleVerdict(object, schema, old), [
        ...validateMetaUpdate(object.metadata, old.metadata),
        ...(object.status === undefined ? [] : valueErrors(object.status, statusSchema, '', old.status)),
        ...statusScaleErrors(object, paths),
        ...newErrors((one) => repetitionErrors(one, schema), object, old),
      ]),
    allowsCreateOnUpdate: false,
    allowsUnconditionalUpdate: false,
    warnings: (object, old) => [...finalizerWarnings(object, old), ...(ruleWarnings.get(object) ?? [])],
  };
}

/** What was said of an object as it was held to its rules, for who asks for the warnings after. */
const ruleWarnings = new WeakMap<KubernetesObject, readonly string[]>();

/** Errors after which an object is not what its rules take it for (apiextensions' `hasBlockingErr`). */
const blocking: readonly FieldError['type'][] = ['NotSupported', 'Required', 'TooLong', 'TooMany', 'TypeInvalid'];
const unchecked =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** Adds what the rules of the schema say, where the object is such that they can be asked. */
function withRules(
  object: WithStatus,
  hasRules: boolean,
  judge: () => RuleVerdict,
  errors: FieldError[],
): FieldError[] {
  if (!hasRules) return errors;
  if (errors.some(({ type }) => blocking.includes(type))) {
    return [...errors, invalid('', null, unchecked)];
  }
  const { errors: broken, warnings } = judge();
  if (warnings.length > 0) ruleWarnings.set(object, warnings);
  return [...errors, ...broken];
}

/** What was wrong before may stay wrong. */
function newErrors(check: (one: WithStatus) => FieldError[], object: WithStatus, old: WithStatus): FieldError[] {
  const errors = check(object);
  return errors.length === 0 || check(old).length > 0 ? [] : errors;
}

function withoutStatus(object: WithStatus): WithStatus {
  return withStatus(object, undefined);
}

function withStatus(object: WithStatus, status: unknown): WithStatus {
  if (object.status === status) return object;
  return withFields(object, { status }) as unknown as WithStatus;
}

/** Anything but metadata that changes makes a new generation. */
function counted(object: WithStatus, old: WithStatus): WithStatus {
  const { generation = 0 } = old.metadata;
  const isSame = deepEqual(copyWith(object, { metadata: undefined }), copyWith(old, { metadata: undefined }));
  const next = isSame ? old.metadata.generation : generation + 1;
  return object.metadata.generation === next ? object : withMeta(object, { generation: next });
}

/** Of a write of the status, the status counts, and who manages which field. */
function statusOnly(object: WithStatus, old: WithStatus): WithStatus {
  const { managedFields } = object.metadata;
  const kept = managedFields === old.metadata.managedFields ? old : withMeta(old, { managedFields });
  return withStatus(kept, object.status);
}

const ownFinalizers: readonly string[] = ['orphan', 'foregroundDeletion', 'kubernetes'];

/** Warns of new finalizers that another may use too. */
function finalizerWarnings(object: KubernetesObject, old?: KubernetesObject): readonly string[] {
  const { finalizers } = object.metadata;
  if (finalizers === undefined || finalizers === old?.metadata.finalizers) return [];
  const added = finalizers.filter((name) => old?.metadata.finalizers?.includes(name) !== true);
  return [...new Set(added)].sort().flatMap((name) => {
    const about = `metadata.finalizers: "${name}": `;
    const wrong = qualifiedName(name).map((problem) => about + problem);
    if (name.includes('/') || ownFinalizers.includes(name)) return wrong;
    return [
      ...wrong,
      `${about}prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}
