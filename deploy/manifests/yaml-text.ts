/** YAML as Kubernetes reads it, in which every field can be found again. */

import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Tags,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import { restAfterIndex, restAfterKey } from './field-path.ts';
import type { ManifestProblem, Place } from './problem.ts';

/** Where a text stands in a file: the place of its first character, if it does not begin the file. */
export interface TextPlace {
  readonly file: string;
  readonly line?: number;
  /** How far all its lines are indented in the file, as those of a block in another YAML text are. */
  readonly indent?: number;
}

/** One value of a YAML text, with the places of all its fields. */
export interface Located {
  readonly value: unknown;
  readonly place: Place;
  /**
   * Finds a field by its path as Kubernetes writes it (`spec.containers[0].image`, `metadata.labels[a/b]`);
   * where the path leads to nothing, the innermost field on the way that is there.
   */
  readonly locate: (field: string) => Place;
}

/**
 * How Kubernetes reads YAML: version 1.1 (`yes` is true, `0644` is octal, `<<` merges), but without its times and its
 * numbers to base 60, so `80:80` and `2024-05-01` are texts.
 */
export const yamlOptions = {
  version: '1.1',
  strict: true,
  uniqueKeys: true,
  prettyErrors: false,
  customTags: (tags: Tags) => tags.filter((tag) => typeof tag === 'string' || !isForeign(tag)),
} as const;

const foreignTags = ['timestamp', 'binary', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`);

function isForeign(tag: { tag: string; format?: string }): boolean {
  return tag.format === 'TIME' || foreignTags.includes(tag.tag);
}

/** Reads all documents of a text; those without content are left out, those with errors too. */
export function readYaml(text: string, at: TextPlace): { values: Located[]; problems: ManifestProblem[] } {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: at.file, line: line + (at.line ?? 1) - 1, column: col + (at.indent ?? 0) };
  };
  const values: Located[] = [];
  const problems: ManifestProblem[] = [];
  for (const document of parseAllDocuments<Node>(text, { ...yamlOptions, lineCounter: lines })) {
    if (document.errors.length > 0) problems.push(...document.errors.map((error) => problemOf(error, placeAt)));
    else if (document.contents !== null && !isEmpty(document.contents)) {
      values.push(locateIn(document as Document<Node>, document.contents, placeAt));
    }
  }
  return { values, problems };
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

/** Makes a part of a parsed document one whose fields can be found; `placeAt` gives the place of an offset. */
export function locateIn(document: Document, node: Node, placeAt: (offset: number) => Place): Located {
  const start = (found: Node | Pair): Place => placeAt(offsetOf(found));
  return {
    value: node.toJS(document),
    place: start(node),
    locate: (field) => start(findField(document, node, field)),
  };
}

function offsetOf(found: Node | Pair): number {
  const node = isPair(found) ? (found.key as Node) : found;
  return node.range?.[0] ?? 0;
}

/** Walks down a path as far as it leads. */
function findField(document: Document, root: Node, path: string): Node | Pair {
  let found: Node | Pair = root;
  let rest = path;
  while (rest !== '') {
    const inside: unknown = isPair(found) ? found.value : found;
    const node = isAlias(inside) ? inside.resolve(document) : inside;
    const step = isMap(node)
      ? stepIntoMap(document, node, rest)
      : isSeq(node)
        ? stepIntoList(node.items, rest)
        : undefined;
    if (step === undefined) break;
    [found, rest] = step;
  }
  return found;
}

type Step = [found: Node | Pair, rest: string] | undefined;

function stepIntoMap(document: Document, map: YAMLMap, path: string): Step {
  let best: Step;
  let longest = -1;
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const rest = restAfterKey(path, key);
    if (rest === undefined || key.length <= longest) continue;
    longest = key.length;
    best = [pair, rest];
  }
  return best ?? stepIntoMerged(document, map, path);
}

/** A map may have fields of another by `<<`. */
function stepIntoMerged(document: Document, map: YAMLMap, path: string): Step {
  const merged = map.items.filter(({ key }) => isScalar(key) && key.source === '<<').map(({ value }) => value);
  for (const given of merged.flatMap((value) => (isSeq(value) ? value.items : [value]))) {
    const node = isAlias(given) ? given.resolve(document) : given;
    const step = isMap(node) ? stepIntoMap(document, node, path) : undefined;
    if (step !== undefined) return step;
  }
  return undefined;
}

function stepIntoList(items: readonly unknown[], path: string): Step {
  const step = restAfterIndex(path);
  const item = step && items[step.index];
  return step === undefined || item === undefined ? undefined : [item as Node, step.rest];
}

function problemOf(error: YAMLParseError, placeAt: (offset: number) => Place): ManifestProblem {
  const [what, fix] = wordsFor[error.code] ?? [error.message, 'write valid YAML here'];
  return { ...placeAt(error.pos[0]), object: '', field: '', what: `not valid YAML: ${what}`, fix };
}

/** What the parser's codes mean, and the usual way out. */
const wordsFor: Readonly<Partial<Record<YAMLParseError['code'], readonly [what: string, fix: string]>>> = {
  ALIAS_PROPS: ['an alias has an anchor or a tag', 'take the anchor or the tag away'],
  BAD_ALIAS: ['an alias has no name', 'name an anchor after the "*", or quote the text'],
  BAD_INDENT: ['this line is indented by another amount than its neighbours', 'indent all fields of one map alike'],
  BAD_SCALAR_START: ['a plain text cannot start with this character', 'quote the text'],
  BLOCK_AS_IMPLICIT_KEY: ['a map begins in the middle of a line', 'quote a text that holds ": ", or begin a new line'],
  BLOCK_IN_FLOW: ['a block begins inside brackets', 'write lists and maps inside brackets in brackets too'],
  DUPLICATE_KEY: ['this key is in the map already', 'take one of the two away'],
  MISSING_CHAR: ['a character is missing', 'look for a ":" without a blank, a quote or a bracket that is not closed'],
  MULTILINE_IMPLICIT_KEY: [
    'a key goes over several lines',
    'look for a missing ":" or a line that is indented too little',
  ],
  TAB_AS_INDENT: ['a tab is used for indentation', 'indent with blanks'],
  UNEXPECTED_TOKEN: ['something stands here that does not belong here', 'look for a missing ":", "-", quote or blank'],
};
