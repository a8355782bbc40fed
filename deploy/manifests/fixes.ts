/** What to do about a field that the API server refuses. */

import type { KubernetesObject, StatusCause } from '../../protocol/objects.ts';
import { fieldOf, type SchemaNode, schemaOf } from '../../protocol/schema/schema.ts';
import { nearest } from '../../protocol/spelling.ts';
import { pathOf, stepsOf, valueAt } from './field-path.ts';

/** How many fields are listed when none of them is near. */
const mostListed = 16;

/** What to do about an unknown field, and the field that was meant, if one is near. */
export interface UnknownFieldFix {
  readonly fix: string;
  readonly meant?: string;
}

/** Says what an unknown field may have been meant to be: another word, or the same at another place. */
export function fixForUnknownField({ apiVersion, kind }: KubernetesObject, field: string): UnknownFieldFix {
  const steps = stepsOf(field);
  const name = steps.at(-1) ?? '';
  const path = steps.slice(0, -1);
  const nodes = [schemaOf(apiVersion, kind)];
  for (const step of path) nodes.push(fieldOf(nodes.at(-1), step));
  const here = fieldsOf(nodes.at(-1));
  const close = nearest(name, here);
  if (close !== undefined) return { fix: `write "${close}" instead of "${name}"`, meant: pathOf([...path, close]) };
  const elsewhere = placeOf(name, path, nodes);
  if (elsewhere !== undefined) return { fix: `write it as "${elsewhere}"`, meant: elsewhere };
  const known = here.length <= mostListed ? `: the fields here are ${here.sort().join(', ')}` : '';
  return { fix: `take it out${known}` };
}

function fieldsOf(node: SchemaNode | undefined): string[] {
  return Object.keys((node?.type === 'object' ? node.fields : undefined) ?? {});
}

/** Looks for a field of that name in the objects around: one or two steps further in, or further out. */
function placeOf(
  name: string,
  path: readonly string[],
  nodes: readonly (SchemaNode | undefined)[],
): string | undefined {
  const inner = inside(name, nodes.at(-1), 2);
  if (inner !== undefined) return pathOf([...path, ...inner]);
  for (let depth = path.length - 1; depth >= 0; depth--) {
    if (nodes[depth]?.type === 'object' && fieldOf(nodes[depth], name) !== undefined) {
      return pathOf([...path.slice(0, depth), name]);
    }
  }
  return undefined;
}

function inside(name: string, node: SchemaNode | undefined, depth: number): string[] | undefined {
  if (node?.type !== 'object' || depth === 0) return undefined;
  // What a user writes comes before what the system keeps.
  const fields = fieldsOf(node).filter((field) => field !== 'status' && field !== 'metadata');
  const direct = fields.find((field) => fieldOf(fieldOf(node, field), name) !== undefined && isObject(node, field));
  if (direct !== undefined) return [direct, name];
  for (const field of fields) {
    const deeper = inside(name, fieldOf(node, field), depth - 1);
    if (deeper !== undefined) return [field, ...deeper];
  }
  return undefined;
}

function isObject(node: SchemaNode, field: string): boolean {
  return fieldOf(node, field)?.type === 'object';
}

/** What a message, or else its reason, calls for. The first that matches counts. */
const fixes: readonly [pattern: RegExp, fix: (...groups: string[]) => string][] = [
  [/`selector` does not match template `labels`/, () => 'give the template every label that the selector asks for'],
  [/must match the regular expression/, () => 'write a quantity such as 250m, 2, 64Mi or 1Gi'],
  [/cannot unmarshal number.* of type string/, () => "quote it, as in '8080'"],
  [
    /cannot unmarshal bool.* of type string/,
    () => 'quote it: without quotes, yes, no, on, off, true and false are no texts',
  ],
  [/cannot unmarshal .* of type int/, () => 'write a whole number, without quotes'],
  [/cannot unmarshal .* of type bool/, () => 'write true or false, without quotes'],
  [/cannot unmarshal .* of type \[\]/, () => 'write a list: each item on a line that begins with "- "'],
  [/cannot unmarshal .* of type (map|v1\.)/, () => 'write a map: each field on a line as "name: value"'],
  [/cannot unmarshal .* of type string/, () => 'write a text'],
  [/cannot parse .* as "2006"/, () => 'write a time such as 2024-05-01T12:00:00Z'],
  [/^Invalid value: "([^"]*)".*lowercase RFC 1123/, (name) => namedLike(name)],
  [/\(e\.g\. '([^']*)'/, (example) => `write it like "${example}"`],
  [/^Unsupported value: "([^"]*)": supported values: (.*)$/, (value, allowed) => nearestOf(value, allowed)],
  [/field is immutable/, () => 'leave it as it was applied first, or delete the object before'],
  [/already allocated/, () => 'choose another one, or leave it out to be given a free one'],
  [/not in the valid range/, () => 'choose one in that range, or leave it out to be given a free one'],
  [/must specify a handler type/, () => 'give it one of exec, grpc, httpGet and tcpSocket'],
  [/must be (greater than or equal to 0|non-negative)/, () => 'write 0 or more'],
  [/must be between (\d+) and (\d+)/, (low, high) => `write a number from ${low} to ${high}`],
  [/must be no more than (\d+) characters/, (most) => `shorten it to ${most} characters`],
  [/must be less than or equal to (\w+) limit/, () => 'ask for no more than the limit, or raise the limit'],
];

const fixOfReason: Readonly<Record<string, string>> = {
  FieldValueRequired: 'complete it as the message says',
  FieldValueDuplicate: 'give each its own',
  FieldValueForbidden: 'take it out',
  FieldValueTooLong: 'shorten it',
  FieldValueTooMany: 'take some out',
  FieldValueNotFound: 'name one that is there',
  FieldValueNotSupported: 'use one of the supported values',
};

/** Says what to do about a refusal of an object. */
export function fixFor(object: KubernetesObject, { message = '', reason = '', field = '' }: StatusCause): string {
  for (const [pattern, fix] of fixes) {
    const match = pattern.exec(message);
    if (match !== null) return fix(...match.slice(1).map(String));
  }
  if (reason === 'FieldValueRequired' && isAbsent(valueAt(object, field))) return `add "${field}"`;
  return fixOfReason[reason] ?? 'change it as the message says';
}

/** Makes of a name the nearest that DNS allows. */
function namedLike(name = ''): string {
  const allowed = name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return allowed === '' ? 'use lower case letters, digits and "-"' : `write it as "${allowed}"`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function nearestOf(value = '', allowed = ''): string {
  const words = [...allowed.matchAll(/"([^"]*)"/g)].map(([, word]) => String(word));
  const close = nearest(value, words);
  return close === undefined ? 'use one of the supported values' : `write "${close}"`;
}
