/** Checking a value by its schema, in the words of the validator that Kubernetes uses (kube-openapi's `validate`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { fieldSchema, propertyOf } from '../../../../../protocol/custom/structural-schema.ts';
import { deepEqual } from '../../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid, notSupported, required, tooMany } from '../../../../../protocol/field-errors.ts';
import { correlation } from './correlation.ts';
import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';
import { formatCheck } from './formats.ts';
import { shown } from './go-syntax.ts';
import { junctorErrors } from './junctors.ts';
import { goRegExp } from './patterns.ts';

/** What checking a value led to; `matches` counts the checks made, by which the best of several alternatives is found. */
export interface Verdict {
  readonly errors: FieldError[];
  matches: number;
}

/**
 * Names what is wrong with a value. `old` is what it was before, where that is known: what an update leaves as it is may
 * stay as it is (`CRDValidationRatcheting`).
 */
export function valueErrors(
  value: unknown,
  schema: StructuralSchema | undefined,
  path = '',
  old?: unknown,
): FieldError[] {
  return schema === undefined ? [] : checkValue(value, schema, path, old).errors;
}

/** Checks a value. */
export function checkValue(value: unknown, schema: StructuralSchema, path: string, old?: unknown): Verdict {
  const verdict: Verdict = { errors: [], matches: 1 };
  if (old !== undefined && deepEqual(value, old)) return verdict;
  take(verdict, typeErrors(value, schema, path), hasType(schema));
  if (value === null || value === undefined) {
    take(verdict, enumErrors(value, schema, path), schema.enum !== undefined);
    return verdict;
  }
  const junctors = junctorErrors(value, schema, path, checkValue);
  verdict.errors.push(...junctors.errors);
  verdict.matches += junctors.matches;
  if (typeof value === 'string') {
    take(verdict, stringErrors(value, schema, path), true);
    take(verdict, formatErrors(value, schema, path), schema.format !== undefined);
  }
  if (typeof value === 'number') take(verdict, numberErrors(value, schema, path), true);
  if (Array.isArray(value)) checkItems(value, schema, path, old, verdict);
  take(verdict, enumErrors(value, schema, path), true);
  if (isFields(value)) checkFields(value, schema, path, isFields(old) ? old : undefined, verdict);
  return verdict;
}

function take(verdict: Verdict, errors: readonly FieldError[], applies: boolean): void {
  verdict.errors.push(...errors);
  if (applies) verdict.matches += 1;
}

function merge(verdict: Verdict, inner: Verdict): void {
  verdict.errors.push(...inner.errors);
  verdict.matches += inner.matches;
}

const body = (path: string, problem: string) => `${path} in body ${problem}`;
/** Paths of what is not named begin with a dot. */
const fieldOf = (path: string) => (path.startsWith('.') ? path.slice(1) : path);
const broken = (path: string, value: unknown, problem: string) =>
  invalid(fieldOf(path), shown(value), body(path, problem));

function hasType({ type, format, 'x-kubernetes-int-or-string': either }: StructuralSchema): boolean {
  return type !== undefined || either === true || formatCheck(format) !== undefined;
}

function typesOf(schema: StructuralSchema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function typeErrors(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  const types = typesOf(schema);
  if (value === null || value === undefined) {
    return types.length === 0 || schema.nullable === true ? [] : [mistyped(path, types.join(','), 'null')];
  }
  const isFormatted = formatCheck(schema.format) !== undefined;
  if (types.length === 0 && !isFormatted) return [];
  const [is, format] = typeOf(value);
  const fits = types.includes(is) || (is === 'integer' && types.includes('number'));
  if (is !== 'string' && is !== 'array' && isFormatted && !fits) {
    return [mistyped(path, schema.format ?? '', format)];
  }
  const isChecked = isFormatted && !types.includes('number') && !types.includes('integer');
  if (fits || (isChecked && (is === 'string' || is === 'array'))) return [];
  return [mistyped(path, types.join(','), is)];
}

function mistyped(path: string, wanted: string, is: string): FieldError {
  const detail = `${body(path, `must be of type ${wanted}`)}: "${is}"`;
  return { type: 'TypeInvalid', field: fieldOf(path), value: is, detail };
}

/** What JSON calls it, and the format of Go's own type. */
function typeOf(value: unknown): readonly [type: string, format: string] {
  if (Array.isArray(value)) return ['array', ''];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'int64'] : ['number', 'float64'];
  return [typeof value, ''];
}

/** The first rule that is broken counts. */
function stringErrors(text: string, schema: StructuralSchema, path: string): FieldError[] {
  const { maxLength, minLength, pattern } = schema;
  const length = maxLength === undefined && minLength === undefined ? 0 : [...text].length;
  if (maxLength !== undefined && length > maxLength) {
    return [{ type: 'TooLong', field: fieldOf(path), detail: `may not be longer than ${maxLength}` }];
  }
  if (minLength !== undefined && length < minLength) {
    return [broken(path, text, `should be at least ${minLength} chars long`)];
  }
  if (pattern === undefined || pattern === '') return [];
  const expression = goRegExp(pattern);
  if (typeof expression === 'string') {
    return [broken(path, text, `should match '${pattern}, but pattern is invalid: ${expression}'`)];
  }
  return expression.test(text) ? [] : [broken(path, text, `should match '${pattern}'`)];
}

function formatErrors(text: string, { format }: StructuralSchema, path: string): FieldError[] {
  const check = formatCheck(format);
  if (check === undefined || check(text)) return [];
  const detail = `${body(path, `must be of type ${format}`)}: ${JSON.stringify(text)}`;
  return [{ type: 'TypeInvalid', field: fieldOf(path), value: text, detail }];
}

function numberErrors(number: number, schema: StructuralSchema, path: string): FieldError[] {
  const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = schema;
  const errors: FieldError[] = [];
  if (multipleOf !== undefined) {
    if (multipleOf <= 0) {
      const detail = `factor MultipleOf declared for ${path} must be positive: ${multipleOf}`;
      errors.push(invalid(fieldOf(path), multipleOf, detail));
    } else if (!Number.isInteger(multipleOf < 1 ? (1 / multipleOf) * number : number / multipleOf)) {
      errors.push(broken(path, number, `should be a multiple of ${multipleOf}`));
    }
  }
  if (maximum !== undefined && (exclusiveMaximum ? number >= maximum : number > maximum)) {
    errors.push(broken(path, number, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  }
  if (minimum !== undefined && (exclusiveMinimum ? number <= minimum : number < minimum)) {
    errors.push(broken(path, number, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
  }
  return errors;
}

function enumErrors(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  const allowed = schema.enum;
  if (allowed === undefined || allowed.length === 0) return [];
  if (allowed.some((one) => one !== null && deepEqual(one, value))) return [];
  const words = allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return [notSupported(fieldOf(path), shown(value), words)];
}

function checkItems(
  items: readonly unknown[],
  schema: StructuralSchema,
  path: string,
  old: unknown,
  verdict: Verdict,
): void {
  const inner = schema.items;
  if (inner !== undefined) {
    const before = Array.isArray(old) ? correlation(schema, old) : undefined;
    items.forEach((item, i) => {
      merge(verdict, checkValue(item, inner, `${path}[${i}]`, before?.(item)));
    });
  }
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && items.length < minItems) {
    verdict.errors.push(broken(path, items.length, `should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && items.length > maxItems) {
    verdict.errors.push(tooMany(fieldOf(path), items.length, maxItems));
  }
  verdict.matches += 1;
}

function checkFields(
  fields: Fields,
  schema: StructuralSchema,
  path: string,
  old: Fields | undefined,
  verdict: Verdict,
): void {
  const { errors } = verdict;
  const names = Object.keys(fields);
  const { minProperties, maxProperties, properties = {} } = schema;
  if (minProperties !== undefined && names.length < minProperties) {
    errors.push(broken(path, names.length, `should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    errors.push(tooMany(fieldOf(path), names.length, maxProperties));
  }
  const before = (name: string) => (old !== undefined && Object.hasOwn(old, name) ? old[name] : undefined);
  for (const name of names) {
    if (propertyOf(schema, name) !== undefined) continue;
    if (schema.additionalProperties === false) {
      errors.push(invalid(fieldOf(path), name, `${path}.${name} in body is a forbidden property`));
      continue;
    }
    const additional = fieldSchema(schema, name);
    if (additional !== undefined) merge(verdict, checkValue(fields[name], additional, `${path}.${name}`, before(name)));
  }
  for (const [name, inner] of Object.entries(properties)) {
    if (!Object.hasOwn(fields, name)) continue;
    merge(verdict, checkValue(fields[name], inner, path === '' ? name : `${path}.${name}`, before(name)));
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(fields, name)) errors.push(required(fieldOf(`${path}.${name}`)));
  }
  verdict.matches += 1;
}
