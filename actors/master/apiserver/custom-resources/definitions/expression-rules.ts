/** Checking what the rules in a definition say in CEL (apiextensions' `ValidateCustomResourceDefinitionOpenAPISchema`). */

import type { StructuralSchema, ValidationRule } from '../../../../../protocol/custom/structural-schema.ts';
import { additionalOf } from '../../../../../protocol/custom/structural-schema.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid, quoted, verbatim } from '../../../../../protocol/field-errors.ts';
import { declaredType } from '../../cel/declared-type.ts';
import type { CompiledRule, RuleNode } from '../rules/compiled-rules.ts';
import { compileNode, rulesOf } from '../rules/compiled-rules.ts';
import { costErrors } from './expression-costs.ts';

/** Names what is wrong with the expressions of a schema that is right in all else. */
export function expressionErrors(schema: StructuralSchema, path: string): FieldError[] {
  return [...nodeErrors(schema, rulesOf(schema), true, path, undefined), ...costErrors(schema, path)];
}

/** `apart`: the first place above whose items or fields cannot be told from one another before and after. */
function nodeErrors(
  schema: StructuralSchema,
  node: RuleNode | undefined,
  isRoot: boolean,
  path: string,
  apart: string | undefined,
): FieldError[] {
  const { items, properties = {} } = schema;
  const additional = additionalOf(schema);
  const isObject = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  const own = node ?? compileNode(schema, isObject, undefined);
  const inItems = apart ?? (schema['x-kubernetes-list-type'] === 'map' ? undefined : path);
  const more = additional === true ? undefined : additional;
  return [
    ...(more === undefined ? [] : nodeErrors(more, own?.additional, false, `${path}.additionalProperties`, apart)),
    ...Object.entries(properties).flatMap(([name, one]) =>
      nodeErrors(one, own?.properties.get(name), false, `${path}.properties[${name}]`, apart),
    ),
    ...(items === undefined ? [] : nodeErrors(items, own?.items, false, `${path}.items`, inItems)),
    ...ownErrors(schema, own, isObject, `${path}.x-kubernetes-validations`, apart),
  ];
}

function ownErrors(
  schema: StructuralSchema,
  node: RuleNode | undefined,
  isObject: boolean,
  path: string,
  apart: string | undefined,
): FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length > 0 && declaredType(schema, isObject) === undefined) {
    const why = 'internal error: failed to construct type information for x-kubernetes-validations rules';
    const problem = `${why}: unable to convert structural schema to CEL declarations`;
    return [invalid(path, verbatim('[]apiextensions.ValidationRule{...}'), problem)];
  }
  return (node?.rules ?? []).flatMap((rule, i) => ruleErrors(rule, `${path}[${i}]`, apart));
}

function ruleErrors(compiled: CompiledRule, path: string, apart: string | undefined): FieldError[] {
  const { rule, error, messageError, usesOldSelf } = compiled;
  const errors: FieldError[] = [];
  if (error !== undefined) errors.push(invalid(`${path}.rule`, shownRule(rule), error));
  if (messageError !== undefined) errors.push(invalid(`${path}.messageExpression`, shownRule(rule), messageError));
  if (usesOldSelf && apart !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${apart}`;
    errors.push(invalid(`${path}.rule`, rule.rule, why));
  }
  if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    const why = 'may not be set if oldSelf is not used in rule';
    errors.push(invalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, why));
  }
  return errors;
}

/** As Go writes a rule; where a pointer leads, it writes an address, which says nothing. */
function shownRule({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: ValidationRule) {
  const text = (value: string | undefined) => quoted(value ?? '');
  const pointer = (value: unknown) => (value === undefined ? 'nil' : '0xc000000000');
  const fields = [
    `Rule:${text(rule)}`,
    `Message:${text(message)}`,
    `MessageExpression:${text(messageExpression)}`,
    `Reason:(*apiextensions.FieldValueErrorReason)(${pointer(reason)})`,
    `FieldPath:${text(fieldPath)}`,
    `OptionalOldSelf:(*bool)(${pointer(optionalOldSelf)})`,
  ];
  return verbatim(`apiextensions.ValidationRule{${fields.join(', ')}}`);
}
