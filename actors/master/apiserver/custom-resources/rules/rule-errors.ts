/** Holding an object to the rules of its schema (apiextensions' `cel.Validator`). */

import type { StructuralSchema, ValidationRule } from '../../../../../protocol/custom/structural-schema.ts';
import { deepEqual } from '../../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { duplicate, forbidden, formatFieldError, invalid, required } from '../../../../../protocol/field-errors.ts';
import type { Checked } from '../../cel/checker.ts';
import { CostExceeded, EvaluationError, Meter } from '../../cel/evaluation-error.ts';
import { evaluate } from '../../cel/evaluator.ts';
import { givenValue } from '../../cel/given-value.ts';
import type { Value } from '../../cel/value.ts';
import { Optional } from '../../cel/value.ts';
import { correlation } from '../schema/correlation.ts';
import { isFields } from '../schema/fields.ts';
import type { CompiledRule, RuleNode } from './compiled-rules.ts';
import { rulesOf } from './compiled-rules.ts';

/** What one evaluation may cost: roughly 0.1 seconds in Kubernetes (apiserver's `PerCallLimit`). */
const mostPerCall = 1_000_000;
/** What all rules of one object may cost: roughly 1 second in Kubernetes (apiserver's `RuntimeCELCostBudget`). */
const mostPerObject = 10_000_000;
/** The longest message, in bytes (apiserver's `MaxEvaluatedMessageExpressionSizeBytes`). */
const longestMessage = 5 * 1024;

/** What holding an object to rules led to: broken rules that may stay broken are only told. */
export interface RuleVerdict {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly string[];
}

const nothing: RuleVerdict = { errors: [], warnings: [] };

/**
 * Holds an object to the rules of its schema. `old` is what it was before. With `ratchets`, what an update leaves as it
 * is may break rules that are newer than it (`CRDValidationRatcheting`).
 */
export function ruleVerdict(
  value: unknown,
  schema: StructuralSchema | undefined,
  old?: unknown,
  ratchets = false,
): RuleVerdict {
  const node = schema === undefined ? undefined : rulesOf(schema);
  return node === undefined ? nothing : verdictBy(node, value, old, ratchets);
}

/** Holds a value to compiled rules. */
export function verdictBy(node: RuleNode, value: unknown, old?: unknown, ratchets = false): RuleVerdict {
  const validation = new Validation();
  const isUpdate = ratchets && old !== undefined;
  validation.visit(node, '', value, old, isUpdate ? { now: { value, old }, above: undefined } : unrelated);
  return validation;
}

/** A value and what it was before. */
interface Pair {
  readonly value: unknown;
  readonly old: unknown;
}

/** Where something stands: what it was, or else what the nearest thing around it was of which that is known. */
interface Relation {
  readonly now: Pair | undefined;
  readonly above: Pair | undefined;
}

const unrelated: Relation = { now: undefined, above: undefined };

function below({ now, above }: Relation, inner: Pair | undefined): Relation {
  return now === undefined ? { now, above } : { now: inner, above: now };
}

function isUnchanged({ now, above }: Relation): boolean {
  const pair = now ?? above;
  return pair !== undefined && deepEqual(pair.value, pair.old);
}

/** Nothing more is evaluated. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

class Validation implements RuleVerdict {
  readonly errors: FieldError[] = [];
  readonly warnings: string[] = [];
  #budget = mostPerObject;
  #isStopped = false;

  visit(node: RuleNode, path: string, value: unknown, old: unknown, relation: Relation): void {
    if (value === null || value === undefined || this.#isStopped) return;
    this.#hold(node, path, value, old ?? undefined, relation);
    if (Array.isArray(value)) this.#items(node, path, value, old, relation);
    else if (isFields(value)) this.#fields(node, path, value, old, relation);
  }

  #items(node: RuleNode, path: string, items: readonly unknown[], old: unknown, relation: Relation): void {
    if (node.items === undefined) return;
    const before = Array.isArray(old) ? correlation(node.schema, old) : undefined;
    for (let i = 0; i < items.length && !this.#isStopped; i++) {
      const was = before?.(items[i]);
      const pair = was === undefined ? undefined : { value: items[i], old: was };
      this.visit(node.items, `${path}[${i}]`, items[i], was, below(relation, pair));
    }
  }

  #fields(
    node: RuleNode,
    path: string,
    fields: Readonly<Record<string, unknown>>,
    old: unknown,
    relation: Relation,
  ): void {
    for (const name of Object.keys(fields)) {
      const property = node.properties.get(name);
      const inner = property ?? node.additional;
      if (inner === undefined || this.#isStopped) continue;
      const was = isFields(old) && Object.hasOwn(old, name) ? old[name] : undefined;
      const place = property === undefined ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
      const pair = was === undefined ? undefined : { value: fields[name], old: was };
      this.visit(inner, place, fields[name], was, below(relation, pair));
    }
  }

  #hold(node: RuleNode, path: string, value: unknown, old: unknown, relation: Relation): void {
    if (node.rules.length === 0) return;
    const type = node.schema.type ?? '';
    if (this.#budget <= 0) {
      this.#stop(invalid(path, type, outOfBudget));
      return;
    }
    try {
      const self = givenValue(value, node.type);
      const before = old === undefined ? undefined : givenValue(old, node.type);
      for (const rule of node.rules) this.#judge(rule, path, type, self, before, relation);
    } catch (error) {
      if (error instanceof EvaluationError) this.errors.push(invalid(path, type, error.message));
      else if (!(error instanceof Stopped)) throw error;
    }
  }

  #stop(error: FieldError): void {
    this.errors.push(error);
    this.#isStopped = true;
  }

  /** @throws Stopped */
  #refuse(error: FieldError): never {
    this.#stop(error);
    throw new Stopped();
  }

  #judge(
    compiled: CompiledRule,
    path: string,
    type: string,
    self: Value,
    old: Value | undefined,
    relation: Relation,
  ): void {
    const { rule, program, error, usesOldSelf } = compiled;
    if (error !== undefined) this.errors.push(invalid(path, type, `rule compile error: ${error}`));
    const isOptional = rule.optionalOldSelf === true;
    if (program === undefined || (usesOldSelf && old === undefined && !isOptional)) return;
    const variables = {
      self,
      ...(isOptional ? { oldSelf: new Optional(old) } : old !== undefined && { oldSelf: old }),
    };
    const result = this.#evaluated(program, variables, compiled, path, type);
    if (result instanceof EvaluationError) this.errors.push(invalid(path, type, failureWords(result, rule)));
    else if (result !== true) this.#tell(compiled, path, type, variables, relation);
  }

  #evaluated(
    program: Checked,
    variables: Readonly<Record<string, Value>>,
    { rule }: CompiledRule,
    path: string,
    type: string,
  ): Value | EvaluationError {
    const meter = new Meter(mostPerCall);
    const result = attempt(() => evaluate(program, variables, meter));
    if (meter.spent > this.#budget) this.#refuse(invalid(path, type, outOfBudget));
    this.#budget -= Math.ceil(meter.spent);
    if (!(result instanceof CostExceeded)) return result;
    const why = `'${result.message}': no further validation rules will be run due to call cost exceeds limit for rule`;
    return this.#refuse(invalid(path, type, `${why}: ${ruleWords(rule)}`));
  }

  #tell(
    compiled: CompiledRule,
    path: string,
    type: string,
    variables: Readonly<Record<string, Value>>,
    relation: Relation,
  ): void {
    const { rule, fieldPath, usesOldSelf } = compiled;
    const field = fieldPath === '' || path === '' ? `${path}${fieldPath}` : `${path}.${fieldPath}`;
    const add = (error: FieldError) => {
      if (!usesOldSelf && isUnchanged(relation)) this.warnings.push(formatFieldError(error));
      else this.errors.push(error);
    };
    const detail = this.#message(compiled, variables, (problem) => {
      add(invalid(field, type, problem));
      this.#isStopped = true;
      throw new Stopped();
    });
    add(errorFor(rule, field, type, detail ?? messageOf(rule)));
  }

  /** What the rule's own expression says; undefined where it says nothing that can be used. */
  #message(
    { message, rule }: CompiledRule,
    variables: Readonly<Record<string, Value>>,
    stop: (problem: string) => never,
  ): string | undefined {
    if (message === undefined) return undefined;
    const meter = new Meter(mostPerCall);
    const text = attempt(() => evaluate(message, variables, meter));
    if (meter.spent > this.#budget) return stop(`messageExpression evaluation failed due to ${noBudget}`);
    this.#budget -= Math.ceil(meter.spent);
    if (text instanceof CostExceeded) {
      const why = 'no further validation rules will be run due to call cost exceeds limit for messageExpression';
      return stop(`${why}: ${JSON.stringify(rule.messageExpression)}`);
    }
    const said = typeof text === 'string' ? text.trim() : '';
    return said === '' || said.includes('\n') || said.length > longestMessage ? undefined : said;
  }
}

/** Gives a value, or why there is none. */
function attempt(work: () => Value): Value | EvaluationError | CostExceeded {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof CostExceeded) return error;
    throw error;
  }
}

const noBudget = 'running out of cost budget, no further validation rules will be run';
const outOfBudget = `validation failed due to ${noBudget}`;

function ruleWords({ rule, message = '' }: ValidationRule): string {
  return (message === '' ? rule : message).trim();
}

function messageOf(rule: ValidationRule): string {
  return (rule.message ?? '') === '' ? `failed rule: ${ruleWords(rule)}` : ruleWords(rule);
}

function failureWords({ message }: EvaluationError, rule: ValidationRule): string {
  if (!message.startsWith('no such overload')) return `${message} evaluating rule: ${ruleWords(rule)}`;
  const why = 'call arguments did not match a supported operator, function or macro signature for rule';
  return `'${message}': ${why}: ${ruleWords(rule)}`;
}

function errorFor({ reason }: ValidationRule, field: string, type: string, detail: string): FieldError {
  if (reason === 'FieldValueForbidden') return forbidden(field, detail);
  if (reason === 'FieldValueRequired') return required(field, detail);
  return reason === 'FieldValueDuplicate' ? duplicate(field, type) : invalid(field, type, detail);
}
