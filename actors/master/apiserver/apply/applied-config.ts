/** Checking an applied configuration against the schema of its kind, in structured-merge-diff's words. */

import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import type { Fields } from './form.ts';
import { elementOf, innerNode, isMap, isOpen, listKeysOf, namedField } from './form.ts';
import { goPlain, goSyntax, goType } from './go-json.ts';
import { fieldElement, indexElement, showElement } from './path-element.ts';

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Says what is wrong with a configuration; undefined where it fits the schema. */
export function configProblem(config: object, schema: SchemaNode | undefined): string | undefined {
  const problems = checkMap(config, schema, '').map(({ path, message }) => `${path}: ${message}`);
  return problems.length > 1 ? ['errors:', ...problems.map((line) => `  ${line}`)].join('\n') : problems[0];
}

function check(value: unknown, node: SchemaNode | undefined, path: string): readonly Problem[] {
  if (node === undefined || value === null || value === undefined) return [];
  switch (node.type) {
    case 'any':
      return [];
    case 'object':
    case 'map':
      return checkMap(value, node, path);
    case 'array':
      return checkList(value, node, path);
    default:
      return checkScalar(value, node, path);
  }
}

function checkMap(value: unknown, node: SchemaNode | undefined, path: string): readonly Problem[] {
  if (!isMap(value)) return [{ path, message: `expected map, got &{${goPlain(value)}}` }];
  const problems: Problem[] = [];
  for (const name in value) {
    const at = path + showElement(fieldElement(name));
    if (node !== undefined && namedField(node, name) === undefined && !isOpen(node)) {
      // The rest of the map is not looked at.
      return [...problems, { path: at, message: 'field not declared in schema' }];
    }
    problems.push(...check((value as Fields)[name], innerNode(node, name), at));
  }
  return problems;
}

function checkList(value: unknown, node: SchemaNode, path: string): readonly Problem[] {
  if (!Array.isArray(value)) return [{ path, message: `expected list, got &{${goPlain(value)}}` }];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [i, item] of value.entries()) {
    const element = listKeysOf(node) === undefined ? indexElement(i) : elementOf(item, node);
    if (typeof element !== 'string') return [...problems, { path, message: `element ${i}: ${element.problem}` }];
    if (seen.has(element)) problems.push({ path, message: `duplicate entries for key ${showElement(element)}` });
    seen.add(element);
    problems.push(...check(item, node.items, path + showElement(element)));
  }
  return problems;
}

function checkScalar(value: unknown, node: SchemaNode, path: string): readonly Problem[] {
  const message = scalarProblem(value, node);
  return message === undefined ? [] : [{ path, message }];
}

function scalarProblem(value: unknown, { type }: SchemaNode): string | undefined {
  const kind = typeof value;
  switch (type) {
    case 'string':
      return kind === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'integer':
    case 'number':
      return kind === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case 'boolean':
      return kind === 'boolean' ? undefined : `expected boolean, got &{${goPlain(value)}}`;
    default:
      return kind === 'object' ? `expected any scalar, got &{${goPlain(value)}}` : undefined;
  }
}
