/** What evaluating an expression may cost at most, told before there is anything to evaluate it on (cel-go's `checker.Cost`). */

import type { Type } from './cel-type.ts';
import type { Checked } from './checker.ts';
import { sizeOf } from './equality.ts';
import type { Call, Expression, Fold, OptionalMap } from './syntax.ts';

/** The most that something costs, and how big at most its value is. */
interface Estimate {
  readonly cost: number;
  readonly size: number;
  /** It lies in the object, so that the schema says how big it is. */
  readonly isGiven: boolean;
}

/** Names of what macros go through, and whether that lies in the object. */
type Scope = ReadonlyMap<string, boolean>;

/** Gives the most that an expression costs. */
export function mostCost(checked: Checked): number {
  return new Estimation(checked).of(checked.root, new Map()).cost;
}

/** The name of a type. */
const constant: Estimate = { cost: 1, size: 0, isGiven: false };
const perSign = (size: number) => Math.ceil(size * 0.1);
const times = (a: number, b: number) => (a === 0 || b === 0 ? 0 : a * b);
const scalars: readonly string[] = ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'];

/** What each step of a macro costs besides its body, and what the whole costs besides its steps. */
const foldCosts: Readonly<Record<Fold['macro'], { step: number; once: number }>> = {
  all: { step: 3, once: 1 },
  exists: { step: 4, once: 1 },
  exists_one: { step: 2, once: 2 },
  map: { step: 12, once: 11 },
  filter: { step: 13, once: 11 },
};

class Estimation {
  readonly #checked: Checked;

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  of(one: Expression, scope: Scope): Estimate {
    switch (one.kind) {
      case 'literal':
        return { cost: 0, size: sizeOf(one.value), isGiven: false };
      case 'name':
        if (this.#checked.constants.has(one)) return constant;
        return this.#value(one, 1, scope.get(one.name) !== false);
      case 'select': {
        if (this.#checked.constants.has(one)) return constant;
        const operand = this.of(one.operand, scope);
        const kind = this.#type(one.operand)?.kind ?? 'dyn';
        const own = !one.isTest && (kind === 'map' || kind === 'object' || kind === 'param') ? 1 : 0;
        // cel-go does not know the sizes of what is in a map by name.
        return this.#value(one, operand.cost + own, operand.isGiven && kind === 'object' && !one.isTest);
      }
      case 'call':
        return this.#call(one, scope);
      case 'list': {
        const cost = one.items.reduce((sum, { value }) => sum + this.of(value, scope).cost, 10);
        return { cost, size: one.items.length, isGiven: false };
      }
      case 'map': {
        const both = one.entries.flatMap(({ key, value }) => [key, value]);
        const cost = both.reduce((sum, inner) => sum + this.of(inner, scope).cost, 30);
        return { cost, size: one.entries.length, isGiven: false };
      }
      case 'fold':
        return this.#fold(one, scope);
      case 'optional-map':
        return this.#optionalMap(one, scope);
    }
  }

  #type(one: Expression): Type | undefined {
    return this.#checked.types.get(one);
  }

  #value(one: Expression, cost: number, isGiven: boolean): Estimate {
    const type = this.#type(one);
    if (isGiven) return { cost, size: type?.most ?? 0, isGiven };
    return { cost, size: scalars.includes(type?.kind ?? 'dyn') ? 1 : Number.POSITIVE_INFINITY, isGiven };
  }

  #fold({ macro, range, variable, filter, body }: Fold, scope: Scope): Estimate {
    const whole = this.of(range, scope);
    const inner = new Map(scope).set(variable, whole.isGiven);
    const { step, once } = foldCosts[macro];
    const filtering = filter === undefined ? 0 : this.of(filter, inner).cost;
    const each = step + filtering + this.of(body, inner).cost;
    return { cost: whole.cost + once + times(whole.size, each), size: whole.size, isGiven: false };
  }

  #optionalMap(one: OptionalMap, scope: Scope): Estimate {
    const target = this.of(one.target, scope).cost;
    const body = this.of(one.body, new Map(scope).set(one.variable, false)).cost;
    return this.#value(one, 2 * target + body + 3, false);
  }

  #call(one: Call, scope: Scope): Estimate {
    const args = this.#checked.choices.get(one)?.args ?? one.args;
    const given = args.map((arg) => this.of(arg, scope));
    const before = given.reduce((sum, { cost }) => sum + cost, 0);
    const [first, second, third] = given;
    if (one.name === '_&&_' || one.name === '_||_') return this.#value(one, before, false);
    if (one.name === '_?_:_' && first && second && third) {
      const cost = first.cost + Math.max(second.cost, third.cost);
      return { cost, size: Math.max(second.size, third.size), isGiven: false };
    }
    if (one.name === '_[_]') return this.#value(one, before + 1, first?.isGiven === true);
    const { cost, size } = this.#function(one.name, args, given);
    const value = this.#value(one, before + cost, false);
    return size === undefined ? value : { ...value, size };
  }

  #function(name: string, args: readonly Expression[], given: readonly Estimate[]): { cost: number; size?: number } {
    const kind = (args[0] === undefined ? undefined : this.#type(args[0])?.kind) ?? 'dyn';
    const [a = 0, b = 0, c = 0] = given.map(({ size }) => size);
    // What it is not known to be, it may be.
    const isLong = kind === 'string' || kind === 'bytes' || kind === 'dyn';
    switch (name) {
      case '_==_':
      case '_!=_':
        return { cost: perSign(Math.min(a, b)) };
      case '_<_':
      case '_<=_':
      case '_>_':
      case '_>=_':
        return { cost: isLong ? Math.max(kind === 'dyn' ? 1 : 0, perSign(Math.min(a, b))) : 1 };
      case '_+_':
        if (kind === 'list') return { cost: 1, size: a + b };
        return isLong ? { cost: perSign(a + b), size: a + b } : { cost: 1 };
      case '@in':
        return { cost: this.#kindOf(args[1]) === 'list' ? b : 1 };
      case 'startsWith':
      case 'endsWith':
        return { cost: perSign(b) };
      case 'contains':
        return { cost: times(perSign(a), perSign(b)) };
      case 'matches':
      case 'find':
      case 'findAll': {
        const cost = times(perSign(a + 1), Math.ceil(b * 0.25));
        return name === 'matches' ? { cost } : { cost, size: a };
      }
      case 'string':
      case 'bytes':
        if (kind === name) return { cost: 1 };
        if (name === 'bytes' && kind === 'string') return { cost: perSign(a), size: a * 4 };
        return isLong ? { cost: Math.max(1, perSign(a)), size: a } : { cost: 1 };
      case 'url':
      case 'format':
        return { cost: perSign(a) };
      case 'lowerAscii':
      case 'upperAscii':
      case 'substring':
      case 'trim':
        return { cost: perSign(a), size: a };
      case 'replace':
        return { cost: Math.ceil(a * 0.2), size: this.#replaced(args[1], a, b, c) };
      case 'split': {
        const most = args[2]?.kind === 'literal' && typeof args[2].value === 'bigint' ? Number(args[2].value) : a;
        return { cost: Math.ceil(a * 0.2), size: most < 0 ? a : most };
      }
      case 'join': {
        const size = times(a, this.#itemSize(args[0])) + times(b, Math.max(0, a - 1));
        return { cost: perSign(size), size };
      }
      case 'isSorted':
      case 'sum':
      case 'max':
      case 'min':
      case 'indexOf':
      case 'lastIndexOf':
        if (kind !== 'list') return { cost: perSign(a) };
        return { cost: times(a, 1 + this.#comparing(args[0])) };
      default:
        return { cost: 1 };
    }
  }

  #kindOf(one: Expression | undefined): string {
    return (one === undefined ? undefined : this.#type(one)?.kind) ?? 'dyn';
  }

  #itemSize(list: Expression | undefined): number {
    const type = list === undefined ? undefined : this.#type(list);
    if (type?.kind !== 'list') return Number.POSITIVE_INFINITY;
    return type.item.most ?? (scalars.includes(type.item.kind) ? 1 : Number.POSITIVE_INFINITY);
  }

  /** Only texts and bytes cost more than a look to compare. */
  #comparing(list: Expression | undefined): number {
    const type = list === undefined ? undefined : this.#type(list);
    const kind = type?.kind === 'list' ? type.item.kind : 'dyn';
    return kind === 'string' || kind === 'bytes' ? perSign(this.#itemSize(list)) : 0;
  }

  /** How long a text can become: with every part of it replaced that can be. */
  #replaced(old: Expression | undefined, size: number, most: number, by: number): number {
    const least = old?.kind === 'literal' ? most : 0;
    if (least === 0) return times(size + 1, by) + size;
    return by <= least ? size : times(Math.ceil(size / least), by);
  }
}
