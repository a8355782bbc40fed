/** What the checks of a story's meaning share: the story, what it names, and where its mistakes go. */

import { resourceKinds } from '../../../protocol/resources.ts';
import { parseSelector, SelectorError } from '../../../protocol/selectors.ts';
import { nearest } from '../../../protocol/spelling.ts';
import type { Story } from '../format.ts';
import type { Mistake } from '../input-error.ts';
import type { Path, Source } from '../source.ts';
import { kindWordOf, type Reference, referenceOf } from '../words.ts';

/** Collects the mistakes of a story whose shape is right. */
export class Reader {
  readonly source: Source;
  readonly story: Story;
  readonly mistakes: Mistake[] = [];
  /** Names of nodes, from the start or joined. */
  readonly nodes = new Set<string>();
  /** Names given by `as` so far. */
  readonly given = new Set<string>();

  constructor(source: Source, story: Story) {
    this.source = source;
    this.story = story;
  }

  refuse(path: Path, what: string, fix?: string, at: 'value' | 'key' = 'value'): void {
    this.mistakes.push(this.source.mistake(path, what, fix, at));
  }

  /** Refuses a word that is none of those known, naming the nearest. */
  expectKnown(path: Path, word: string, kind: string, known: Iterable<string>, at: 'value' | 'key' = 'value'): void {
    const names = [...known];
    if (names.includes(word)) return;
    this.refuse(path, `there is no ${kind} "${word}"`, suggestion(word, kind, names), at);
  }

  /** Refuses a name that is no node's, and no name given to one by an earlier step. */
  expectNode(path: Path, name: string): void {
    this.expectKnown(path, name, 'node', [...this.nodes, ...this.given]);
  }

  expectSelector(path: Path, selector: string | undefined): void {
    if (selector === undefined) return;
    try {
      parseSelector(selector);
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      this.refuse(path, error.message, 'write a selector as kubectl -l takes it, such as tier=frontend,env!=test');
    }
  }

  /** Reads `kind/name`, and refuses a kind nobody knows. */
  expectReference(path: Path, text: string, at: 'value' | 'key' = 'value'): Reference | undefined {
    const reference = referenceOf(text);
    if (reference !== undefined) return reference;
    if (!/^[^/]+(\/[^/]+){1,2}$/.test(text)) {
      this.refuse(path, `"${text}" is not kind/name, such as rc/frontend`, undefined, at);
      return undefined;
    }
    const word = kindWordOf(text);
    const words = resourceKinds.flatMap(({ resource, singular, shortNames }) => [resource, singular, ...shortNames]);
    const fix = suggestion(word, 'kind', words);
    this.refuse(path, `there is no kind "${word}"`, fix, at);
    return undefined;
  }
}

/** Says what a word most likely meant, or what there is. */
export function suggestion(word: string, kind: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0) return `there is none`;
  const some = known.slice(0, 12).join(', ');
  return known.length > 12 ? `some of them: ${some}` : `each ${kind} there is: ${some}`;
}
