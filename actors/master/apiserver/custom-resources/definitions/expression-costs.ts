/** Refusing rules that could cost too much on the largest objects the schema allows (apiextensions' `CELSchemaContext`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { additionalOf } from '../../../../../protocol/custom/structural-schema.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { forbidden } from '../../../../../protocol/field-errors.ts';
import { mostRepetitions } from '../../cel/declared-type.ts';
import { mostCost } from '../../cel/estimate.ts';
import type { RuleNode } from '../rules/compiled-rules.ts';
import { rulesOf } from '../rules/compiled-rules.ts';

/** What one rule, and all of a schema together, may cost (apiextensions' `StaticEstimatedCostLimit`, `StaticEstimatedCRDCostLimit`). */
const mostPerRule = 10_000_000;
const mostPerSchema = 100_000_000;

/** What a rule may cost on one object. */
interface RuleCost {
  readonly path: string;
  readonly cost: number;
}

/** Names the rules of a schema that may cost too much. */
export function costErrors(schema: StructuralSchema, path: string): FieldError[] {
  const node = rulesOf(schema);
  if (node === undefined) return [];
  const costs: RuleCost[] = [];
  const errors = nodeErrors(node, true, 1, path, costs);
  const total = costs.reduce((sum, { cost }) => sum + cost, 0);
  if (total <= mostPerSchema) return errors;
  const dearest = costs.filter(({ cost }) => cost >= mostPerSchema / 100).sort((a, b) => b.cost - a.cost);
  const why = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  const whole = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  return [
    ...errors,
    ...dearest.slice(0, 4).map((one) => forbidden(one.path, why)),
    forbidden(path, excess(whole, total, mostPerSchema)),
  ];
}

/** `times`: how often at most what the rules are about is in one object; infinite where nothing says. */
function nodeErrors(node: RuleNode, isRoot: boolean, times: number, path: string, costs: RuleCost[]): FieldError[] {
  const { schema, items, additional, properties } = node;
  const inner = times * growth(schema);
  const own = ownErrors(node, isRoot, times, `${path}.x-kubernetes-validations`, costs);
  return [
    ...own,
    ...(additional === undefined ? [] : nodeErrors(additional, false, inner, `${path}.additionalProperties`, costs)),
    ...[...properties].flatMap(([name, one]) => nodeErrors(one, false, inner, `${path}.properties[${name}]`, costs)),
    ...(items === undefined ? [] : nodeErrors(items, false, inner, `${path}.items`, costs)),
  ];
}

function ownErrors(node: RuleNode, isRoot: boolean, times: number, path: string, costs: RuleCost[]): FieldError[] {
  const { schema, rules } = node;
  const isObject = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  return rules.flatMap(({ program, message }, i) => {
    const errors: FieldError[] = [];
    const often = Number.isFinite(times) ? times : mostRepetitions(schema, isObject);
    const cost = program === undefined || often === 0 ? 0 : mostCost(program) * often;
    const telling = message === undefined ? 0 : mostCost(message);
    costs.push({ path: `${path}[${i}].rule`, cost }, { path: `${path}[${i}].messageExpression`, cost: telling });
    if (cost > mostPerRule) {
      errors.push(forbidden(`${path}[${i}].rule`, excess('estimated rule cost', cost, mostPerRule)));
    }
    if (telling > mostPerRule) {
      const words = excess('estimated messageExpression cost', telling, mostPerRule);
      errors.push(forbidden(`${path}[${i}].messageExpression`, words));
    }
    return errors;
  });
}

/** How many values there can be below one. */
function growth(schema: StructuralSchema): number {
  const { type, maxItems, maxProperties } = schema;
  const isMap = type === 'object' && additionalOf(schema) !== undefined;
  if (type !== 'array' && !isMap) return 1;
  return Math.max(0, (isMap ? maxProperties : maxItems) ?? Number.POSITIVE_INFINITY);
}

function excess(name: string, cost: number, limit: number): string {
  const by = cost / limit;
  const factor = by > 100 ? 'more than 100x' : `${by.toFixed(by < 1.5 ? 6 : 1)}x`;
  const instead =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return `${name} exceeds budget by factor of ${factor} (${instead})`;
}
