/** Regular expressions that take no longer than the text is long times themselves, whatever they are (as Go's, after Pike and Thompson). */

import type { Assertion, Part } from './reading.ts';
import { PatternError, readPattern } from './reading.ts';
import type { SignSet } from './signs.ts';
import { has, isOfWord } from './signs.ts';

/** One step: take a sign, hold something true, or go on at one place or (later, and less gladly) another. */
type Step =
  | { readonly kind: 'sign'; readonly set: SignSet }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { kind: 'go'; to: number; or: number | undefined }
  | { readonly kind: 'end' };

/** More steps than any expression needs that somebody wrote. */
const mostSteps = 20_000;

/** A regular expression. */
export class GoExpression {
  readonly #steps: readonly Step[];

  /** @throws PatternError where the text is none */
  constructor(pattern: string) {
    const steps: Step[] = [];
    compile(readPattern(pattern), steps, pattern);
    steps.push({ kind: 'end' });
    this.#steps = steps;
  }

  /** How many steps it has: how long it takes for each sign of a text. */
  get size(): number {
    return this.#steps.length;
  }

  /** Tells whether it fits anywhere in a text. */
  test(text: string): boolean {
    return search(this.#steps, codesOf(text), 0, true) !== undefined;
  }

  /** Gives the first part of a text it fits, as Go's `FindString`; undefined for none. */
  find(text: string): string | undefined {
    return this.findAll(text, 1)[0];
  }

  /**
   * Gives the parts of a text it fits, none of them over another, as Go's `FindAllString`. Each look for the next may go
   * to the end of the text: `look` is told how much of it there is, and may throw.
   */
  findAll(text: string, most: number, look?: (signs: number) => void): string[] {
    const codes = codesOf(text);
    const found: string[] = [];
    let [from, last] = [0, -1];
    while (found.length < most && from <= codes.length) {
      look?.(codes.length - from);
      const match = search(this.#steps, codes, from, false);
      if (match === undefined) break;
      const [start, end] = match;
      // Nothing right after something is not told.
      if (end > start || start !== last) found.push(textOf(codes, start, end));
      last = end;
      from = end > start ? end : end + 1;
    }
    return found;
  }
}

function codesOf(text: string): number[] {
  return Array.from(text, (sign) => sign.codePointAt(0) ?? 0);
}

function textOf(codes: readonly number[], start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCodePoint(codes[i] ?? 0);
  return text;
}

function compile(part: Part, steps: Step[], pattern: string): void {
  if (steps.length > mostSteps) throw new PatternError('expression too large', pattern);
  switch (part.kind) {
    case 'sign':
    case 'assertion':
      steps.push(part);
      return;
    case 'sequence':
      for (const one of part.parts) compile(one, steps, pattern);
      return;
    case 'choice':
      compileChoice(part.parts, steps, pattern);
      return;
    case 'repeat':
      compileRepeat(part, steps, pattern);
  }
}

function compileChoice(parts: readonly Part[], steps: Step[], pattern: string): void {
  const ends: (Step & { kind: 'go' })[] = [];
  parts.forEach((part, i) => {
    const fork: Step & { kind: 'go' } = { kind: 'go', to: steps.length + 1, or: undefined };
    const isLast = i === parts.length - 1;
    if (!isLast) steps.push(fork);
    compile(part, steps, pattern);
    if (isLast) return;
    const end: Step & { kind: 'go' } = { kind: 'go', to: 0, or: undefined };
    steps.push(end);
    ends.push(end);
    fork.or = steps.length;
  });
  for (const end of ends) end.to = steps.length;
}

function compileRepeat(
  { part, least, most, isGreedy }: Part & { kind: 'repeat' },
  steps: Step[],
  pattern: string,
): void {
  for (let i = 0; i < least; i++) compile(part, steps, pattern);
  const forks: { step: Step & { kind: 'go' }; inside: number }[] = [];
  const fork = () => {
    const step: Step & { kind: 'go' } = { kind: 'go', to: 0, or: undefined };
    steps.push(step);
    forks.push({ step, inside: steps.length });
  };
  if (Number.isFinite(most)) {
    for (let i = least; i < most; i++) {
      fork();
      compile(part, steps, pattern);
    }
  } else {
    const back = steps.length;
    fork();
    compile(part, steps, pattern);
    steps.push({ kind: 'go', to: back, or: undefined });
  }
  for (const { step, inside } of forks) {
    step.to = isGreedy ? inside : steps.length;
    step.or = isGreedy ? steps.length : inside;
  }
}

/** Places in the expression that are tried at once, those that are liked better first, and where each began. */
interface Front {
  places: number[];
  starts: number[];
}

/** Finds the leftmost match, of those the one that is liked best; any at all is enough where only that is asked. */
function search(steps: readonly Step[], codes: readonly number[], from: number, isEnough: boolean) {
  const seen = new Uint32Array(steps.length);
  let now: Front = { places: [], starts: [] };
  let next: Front = { places: [], starts: [] };
  let match: readonly [number, number] | undefined;
  for (let at = from; at <= codes.length; at++) {
    const mark = at - from + 1;
    if (match === undefined) enter(steps, codes, at, 0, at, now, seen, mark);
    else if (now.places.length === 0) break;
    next = { places: [], starts: [] };
    for (let i = 0; i < now.places.length; i++) {
      const place = now.places[i] ?? 0;
      const start = now.starts[i] ?? 0;
      const step = steps[place] as Step;
      if (step.kind === 'end') {
        match = [start, at];
        if (isEnough) return match;
        break;
      }
      const code = codes[at];
      if (step.kind === 'sign' && code !== undefined && has(step.set, code)) {
        enter(steps, codes, at + 1, place + 1, start, next, seen, mark + 1);
      }
    }
    now = next;
  }
  return match;
}

/** Adds a place, or those it leads to without taking a sign; each only once. */
function enter(
  steps: readonly Step[],
  codes: readonly number[],
  at: number,
  first: number,
  start: number,
  front: Front,
  seen: Uint32Array,
  mark: number,
): void {
  const open = [first];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen[place] === mark) continue;
    seen[place] = mark;
    const step = steps[place] as Step;
    if (step.kind === 'go') {
      if (step.or !== undefined) open.push(step.or);
      open.push(step.to);
    } else if (step.kind !== 'assertion') {
      front.places.push(place);
      front.starts.push(start);
    } else if (isTrue(step.what, codes, at)) open.push(place + 1);
  }
}

function isTrue(what: Assertion, codes: readonly number[], at: number): boolean {
  switch (what) {
    case 'text-start':
      return at === 0;
    case 'text-end':
      return at === codes.length;
    case 'line-start':
      return at === 0 || codes[at - 1] === 10;
    case 'line-end':
      return at === codes.length || codes[at] === 10;
    default:
      return (isOfWord(codes[at - 1]) !== isOfWord(codes[at])) === (what === 'word-edge');
  }
}
