/** A YAML file whose every field knows its line. */

import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Located, locateIn, yamlOptions } from '../../deploy/manifests.ts';
import type { Mistake } from './input-error.ts';
import { fieldOf } from './input-error.ts';

/** The way to a field: keys and indexes. */
export type Path = readonly (string | number)[];

/** One YAML document, and where everything in it stands. */
export class Source {
  /** As the user named it. */
  readonly file: string;
  readonly document: Document;
  private readonly lines = new LineCounter();
  /** Fields that an option has set, by their path, and the option. */
  private readonly set = new Map<string, string>();

  constructor(file: string, text: string) {
    this.file = file;
    this.document = parseDocument(text, { ...yamlOptions, lineCounter: this.lines });
  }

  /** What the YAML itself has wrong. */
  get mistakes(): Mistake[] {
    return this.document.errors.map(({ pos, message }) => {
      const { line, col } = this.lines.linePos(pos[0]);
      return { file: this.file, line, column: col, what: lowered(message), fix: yamlFix(message) };
    });
  }

  /** All of it as plain data. */
  get value(): unknown {
    return this.document.toJS();
  }

  /** Sets a field as an option of the command line says; false where what should hold it holds no fields. */
  setByOption(path: Path, value: unknown, option: string): boolean {
    if (this.depthOf(path) < path.length) return false;
    this.document.setIn(path, this.document.createNode(value));
    this.set.set(fieldOf(path), option);
    return true;
  }

  /** How far down a path can lead: to its end, or to the first thing on the way that is there and holds no fields. */
  depthOf(path: Path): number {
    const end = path.findIndex((_, depth) => {
      const node = depth === 0 ? this.document.contents : this.document.getIn(path.slice(0, depth), true);
      return isNode(node) && !isMap(node) && !isSeq(node) && !(isScalar(node) && node.value === null);
    });
    return end < 0 ? path.length : end;
  }

  /** Makes a mistake of a field: at its value, or at its key. */
  mistake(path: Path, what: string, fix?: string, at: 'value' | 'key' = 'value'): Mistake {
    const rest = { field: fieldOf(path), what, ...(fix !== undefined && { fix }) };
    for (let length = path.length; length > 0; length--) {
      const option = this.set.get(fieldOf(path.slice(0, length)));
      if (option !== undefined) return { file: option, ...rest };
    }
    return { file: this.file, ...this.place(path, at), ...rest };
  }

  /** A part of the document as something whose own fields can be found; undefined where there is nothing. */
  located(path: Path): Located | undefined {
    const node = this.document.getIn(path, true);
    if (!isNode(node)) return undefined;
    const { file } = this.mistake(path, '');
    return locateIn(this.document, node, (offset) => {
      const { line, col } = this.lines.linePos(offset);
      return file === this.file ? { file, line, column: col } : { file };
    });
  }

  /** Where a field stands; where it is missing, where what should hold it does. */
  place(path: Path, at: 'value' | 'key' = 'value'): { line: number; column: number } {
    let node: unknown = this.document.contents;
    let offset = isNode(node) ? startOf(node) : 0;
    for (const [depth, step] of path.entries()) {
      const pair = isMap(node)
        ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
        : undefined;
      const next = isPair(pair) ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
      const isLast = depth === path.length - 1;
      if (isPair(pair) && isNode(pair.key)) offset = startOf(pair.key);
      if (isNode(next) && !(isLast && at === 'key' && isPair(pair)) && !(isPair(pair) && !isScalar(next))) {
        offset = startOf(next);
      }
      if (next === undefined || next === null) break;
      node = next;
    }
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col };
  }
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function yamlFix(message: string): string {
  if (/tab/i.test(message)) return 'indent with blanks';
  if (/unique/.test(message)) return 'write the key once';
  return 'mend the YAML there: look at indentation, colons and quotes';
}
