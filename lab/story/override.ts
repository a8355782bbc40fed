/** Sets fields of a story from the command line: `--set cluster.nodes=20`. */

import { parse } from 'yaml';
import { fieldOf, InputError } from './input-error.ts';
import type { Path, Source } from './source.ts';

/**
 * Sets a field; whether there is such a field is the schema's to say.
 *
 * @throws InputError where the option is no `path=value`.
 */
export function override(source: Source, given: string): void {
  const equals = given.indexOf('=');
  const option = `--set ${given}`;
  const path = equals < 0 ? undefined : pathOf(given.slice(0, equals));
  if (path === undefined) {
    const fix = 'write a path, an equals sign and a value, such as --set cluster.nodes=20';
    throw new InputError([{ file: option, what: 'is not path=value', fix }], 'bad-usage');
  }
  if (source.setByOption(path, fieldValueOf(given.slice(equals + 1)), option)) return;
  const what = `${fieldOf(path.slice(0, source.depthOf(path)))} has no fields`;
  throw new InputError([{ file: option, field: fieldOf(path), what, fix: 'set the field itself' }]);
}

/** Reads `a.b[0].c` or `a.b.0.c`; a key with dots in brackets. */
function pathOf(text: string): Path | undefined {
  const path: (string | number)[] = [];
  const form = /(?:^|\.)([^.[\]]+)|\[([^\]]+)\]/gy;
  while (form.lastIndex < text.length) {
    const part = form.exec(text);
    if (part === null) return undefined;
    const step = part[1] ?? String(part[2]);
    path.push(/^\d+$/.test(step) ? Number(step) : step);
  }
  return path.length === 0 ? undefined : path;
}

/** A value is read as YAML; a text that is none is taken as it is. */
function fieldValueOf(text: string): unknown {
  try {
    return parse(text) ?? text;
  } catch {
    return text;
  }
}
