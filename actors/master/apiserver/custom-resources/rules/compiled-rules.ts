/** The rules of a schema (`x-kubernetes-validations`), compiled once for each schema (apiextensions' `cel.Compile`). */

import type { StructuralSchema, ValidationRule } from '../../../../../protocol/custom/structural-schema.ts';
import { additionalOf } from '../../../../../protocol/custom/structural-schema.ts';
import type { Type } from '../../cel/cel-type.ts';
import type { Checked } from '../../cel/checker.ts';
import { check } from '../../cel/checker.ts';
import { declaredType, escapeName } from '../../cel/declared-type.ts';
import { formatIssues } from '../../cel/syntax.ts';
import { normalPath } from './field-path.ts';

/** One rule, ready to be evaluated, or why it cannot be. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program: Checked | undefined;
  readonly error: string | undefined;
  readonly message: Checked | undefined;
  readonly messageError: string | undefined;
  readonly usesOldSelf: boolean;
  /** What the rule is about, below what it stands at; empty for all of it. */
  readonly fieldPath: string;
}

/** The rules at one place of a schema and below it. */
export interface RuleNode {
  readonly schema: StructuralSchema;
  readonly type: Type;
  readonly rules: readonly CompiledRule[];
  readonly items: RuleNode | undefined;
  readonly additional: RuleNode | undefined;
  readonly properties: ReadonlyMap<string, RuleNode>;
}

const compiled = new WeakMap<StructuralSchema, RuleNode | false>();

/** Gives the rules of a schema of whole objects; undefined where there are none. */
export function rulesOf(schema: StructuralSchema): RuleNode | undefined {
  const known = compiled.get(schema);
  if (known !== undefined) return known || undefined;
  const made = compileNode(schema, true, undefined);
  compiled.set(schema, made ?? false);
  return made;
}

/** Compiles the rules of a schema and of those in it. `known`: its type as its surroundings have it. */
export function compileNode(
  schema: StructuralSchema,
  isObject: boolean,
  known: Type | undefined,
): RuleNode | undefined {
  if (!hasRules(schema)) return undefined;
  const type = known ?? declaredType(schema, isObject);
  if (type === undefined) return undefined;
  const { items, properties = {} } = schema;
  const additional = additionalOf(schema);
  const below = (one: StructuralSchema, inner: Type | undefined) =>
    compileNode(one, one['x-kubernetes-embedded-resource'] === true, inner);
  const nodes = Object.entries(properties).flatMap(([name, one]) => {
    const node = below(one, fieldType(type, name));
    return node === undefined ? [] : [[name, node] as const];
  });
  const hasMore = additional !== undefined && additional !== true;
  return {
    schema,
    type,
    rules: (schema['x-kubernetes-validations'] ?? []).map((rule) => compileRule(rule, schema, type)),
    items: items === undefined ? undefined : below(items, type.kind === 'list' ? type.item : undefined),
    additional: hasMore ? below(additional, type.kind === 'map' ? type.value : undefined) : undefined,
    properties: new Map(nodes),
  };
}

function hasRules(schema: StructuralSchema): boolean {
  const { items, properties = {} } = schema;
  const additional = additionalOf(schema);
  if ((schema['x-kubernetes-validations'] ?? []).length > 0 || (items !== undefined && hasRules(items))) return true;
  if (additional !== undefined && additional !== true && hasRules(additional)) return true;
  return Object.values(properties).some(hasRules);
}

function fieldType(type: Type, name: string): Type | undefined {
  const escaped = escapeName(name);
  return type.kind === 'object' && escaped !== undefined ? type.fields.get(escaped)?.type : undefined;
}

function compileRule(rule: ValidationRule, schema: StructuralSchema, self: Type): CompiledRule {
  const oldSelf: Type = rule.optionalOldSelf === true ? { kind: 'optional', of: self } : self;
  const variables = new Map([
    ['self', self],
    ['oldSelf', oldSelf],
  ]);
  const { messageExpression = '', fieldPath = '' } = rule;
  const main = (rule.rule ?? '').trim() === '' ? {} : compile(rule.rule, 'bool', '', 'cel expression', variables);
  const told =
    main.program === undefined || messageExpression === ''
      ? {}
      : compile(messageExpression, 'string', 'messageExpression ', 'messageExpression', variables);
  return {
    rule,
    program: main.program,
    error: main.error,
    message: told.program,
    messageError: told.error,
    usesOldSelf: main.program?.uses.has('oldSelf') === true,
    fieldPath: fieldPath === '' ? '' : (normalPath(fieldPath, schema) ?? ''),
  };
}

type Compiled = { readonly program?: Checked; readonly error?: string };

function compile(
  text: string,
  wanted: 'bool' | 'string',
  before: string,
  name: string,
  variables: ReadonlyMap<string, Type>,
): Compiled {
  const checked = check(text, variables);
  if ('root' in checked) {
    const error = `${name} must evaluate to a ${wanted}`;
    return checked.type.kind === wanted ? { program: checked } : { error };
  }
  return { error: `${before}compilation failed: ${formatIssues(text, checked)}` };
}
