/** Making values of what lies in an object, by the type its schema gives it (apiserver's `UnstructuredToVal`). */

import type { Field, Type } from './cel-type.ts';
import { dyn } from './cel-type.ts';
import { EvaluationError } from './evaluation-error.ts';
import { parseDuration, parseTimestamp } from './moment.ts';
import type { ListFacts, Value } from './value.ts';
import { Bytes, Fields, List } from './value.ts';

type Json = Readonly<Record<string, unknown>>;

/** Makes a value; lists and objects are looked into only as far as is asked. */
export function givenValue(given: unknown, type: Type): Value {
  if (given === null || given === undefined) return null;
  switch (type.kind) {
    case 'int':
      return wholeOf(given);
    case 'double':
      return Number(given);
    case 'bytes':
      return Bytes.fromBase64(String(given)) ?? fail(`invalid bytes: ${String(given)}`);
    case 'duration':
      return parseDuration(String(given)) ?? fail(`Invalid duration ${String(given)}`);
    case 'timestamp':
      return parseTimestamp(withTime(String(given))) ?? fail(`Invalid date formatted string ${String(given)}`);
    case 'list':
      return Array.isArray(given) ? listOf(given, type) : untyped(given);
    case 'map':
      return isObject(given) ? mapOf(given, type.value) : untyped(given);
    case 'object':
      return isObject(given) ? objectOf(given, type.fields) : untyped(given);
    default:
      return untyped(given);
  }
}

function fail(message: string): never {
  throw new EvaluationError(message);
}

function withTime(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
}

function wholeOf(given: unknown): Value {
  return typeof given === 'number' && Number.isInteger(given) ? BigInt(given) : untyped(given);
}

function isObject(given: unknown): given is Json {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

/** What no schema tells of is what JSON says. */
function untyped(given: unknown): Value {
  if (typeof given === 'number') return Number.isInteger(given) ? BigInt(given) : given;
  if (typeof given === 'string' || typeof given === 'boolean') return given;
  if (Array.isArray(given)) return listOf(given, { kind: 'list', item: dyn });
  return isObject(given) ? mapOf(given, dyn) : null;
}

function listOf(items: readonly unknown[], type: Type & { kind: 'list' }): List {
  const { listType, keys = [], item } = type;
  const facts: ListFacts | undefined = listType === 'set' || listType === 'map' ? { type: listType, keys } : undefined;
  return new List(items.length, (place) => givenValue(items[place], item), facts);
}

function mapOf(given: Json, type: Type): Fields {
  const names = Object.keys(given);
  return new Fields(
    names.length,
    () => names,
    (key) => (typeof key === 'string' && Object.hasOwn(given, key) ? givenValue(given[key], type) : undefined),
  );
}

function objectOf(given: Json, fields: ReadonlyMap<string, Field>): Fields {
  const isThere = ({ name }: Field) => Object.hasOwn(given, name);
  const keys = () => [...fields].filter(([, field]) => isThere(field)).map(([name]) => name);
  const find = (key: Value) => {
    const field = typeof key === 'string' ? fields.get(key) : undefined;
    return field !== undefined && isThere(field) ? givenValue(given[field.name], field.type) : undefined;
  };
  return new Fields(Object.keys(given).length, keys, find, true);
}
