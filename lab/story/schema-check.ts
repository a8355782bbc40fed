/** Holds a story against its schema, and says in plain words what does not fit. */

import { Ajv, type ErrorObject } from 'ajv';
import { nearest } from '../../protocol/spelling.ts';
import type { Mistake } from './input-error.ts';
import { storySchema } from './schema/story.ts';
import type { Path, Source } from './source.ts';

interface Described {
  title?: string;
  description?: string;
  type?: string | readonly string[];
  properties?: Readonly<Record<string, unknown>>;
}

const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strict: true });
const validate = ajv.compile(storySchema);

/** Finds everything in a story that its schema does not allow. */
export function checkSchema(source: Source): Mistake[] {
  const { value } = source;
  if (value === null || value === undefined) {
    return [source.mistake([], 'the story is empty', 'begin with "name: ..." and "manifests: ..."')];
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => mistakeOf(source, error));
}

function mistakeOf(source: Source, error: ErrorObject): Mistake {
  const path = pathOf(error.instancePath, source.value);
  const schema = error.parentSchema as Described;
  const { params, data } = error;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(source, path, String(params.additionalProperty), schema);
    case 'required': {
      const name = String(params.missingProperty);
      return source.mistake(path, `"${name}" is missing`, `add "${name}: ..."${hint(schema, name)}`);
    }
    case 'enum': {
      const words = (params.allowedValues as unknown[]).map(String);
      const near = typeof data === 'string' ? nearest(data, words) : undefined;
      const all = `one of ${words.join(', ')}`;
      return source.mistake(
        path,
        `${shown(data)} is not ${all}`,
        near === undefined ? undefined : `did you mean "${near}"?`,
      );
    }
    case 'pattern':
      return source.mistake(path, `${shown(data)} is not ${schema.title ?? 'of the right form'}`, fixOf(schema, data));
    case 'type':
      return source.mistake(path, `${shown(data)} is not ${schema.title ?? listed(params.type)}`, fixOf(schema, data));
    case 'minProperties':
    case 'minItems':
    case 'minLength':
      return source.mistake(path, 'is empty', `write ${schema.title ?? firstSentence(schema)}`);
    case 'minimum':
    case 'maximum':
      return source.mistake(
        path,
        `${shown(data)} is ${error.keyword === 'minimum' ? 'less' : 'more'} than ${params.limit}`,
      );
    default:
      return source.mistake(path, String(error.message));
  }
}

function unknownField(source: Source, path: Path, name: string, schema: Described): Mistake {
  const known = Object.keys(schema.properties ?? {});
  const near = nearest(name, known);
  const fix = near === undefined ? `the fields here are ${known.join(', ')}` : `did you mean "${near}"?`;
  return source.mistake([...path, name], 'there is no such field', fix, 'key');
}

function hint(schema: Described, name: string): string {
  const said = (schema.properties?.[name] as Described | undefined)?.description;
  return said === undefined ? '' : `  # ${said}`;
}

/** What to write instead: with its unit, for a bare number; else what the field is for. */
function fixOf(schema: Described, data: unknown): string | undefined {
  if (typeof data === 'number' && schema.title?.startsWith('a duration')) return `write ${data}s`;
  if (typeof data === 'number' && schema.title?.startsWith('a rate')) return `write ${data}/s`;
  if (typeof data === 'string' && /^\d+(\.\d+)?$/.test(data) && schema.title?.startsWith('a duration'))
    return `write ${data}s`;
  return schema.description === undefined || schema.description === '' ? undefined : `here stands: ${lowered(schema)}`;
}

function firstSentence({ description }: Described): string {
  return description === undefined ? 'something' : lowered({ description });
}

function lowered({ description = '' }: Described): string {
  const text = description.replace(/\.$/, '');
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function listed(type: string | readonly string[]): string {
  const names: Record<string, string> = {
    string: 'a text',
    object: 'a map',
    array: 'a list',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    null: 'null',
  };
  return (typeof type === 'string' ? type.split(',') : type).map((one) => names[one] ?? one).join(' or ');
}

function shown(data: unknown): string {
  if (data === null) return 'nothing';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a map';
  return JSON.stringify(data);
}

/** Reads a JSON pointer; a step into a list is a number. */
function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let at = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(at) ? Number(key) : key);
    at = (at as Record<string, unknown> | undefined)?.[key];
  }
  return path;
}
