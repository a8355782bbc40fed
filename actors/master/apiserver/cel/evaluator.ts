/** Evaluating an expression that was checked (cel-go's `interpreter`). */

import type { Checked, Choice } from './checker.ts';
import { EvaluationError, type Meter, noSuchOverload } from './evaluation-error.ts';
import { entryOf } from './functions/arithmetic.ts';
import { sizesOf, takes } from './functions/overload.ts';
import type { Call, Expression, Fold, OptionalMap, Select } from './syntax.ts';
import type { Value } from './value.ts';
import { Fields, List, Optional } from './value.ts';

/** What names mean; the newest first. */
interface Scope {
  readonly name: string;
  readonly value: Value;
  readonly outer: Scope | undefined;
}

/** Evaluates. @throws EvaluationError where it has no value, CostExceeded where it takes too long. */
export function evaluate(checked: Checked, variables: Readonly<Record<string, Value>>, meter: Meter): Value {
  let scope: Scope | undefined;
  for (const name of Object.keys(variables)) scope = { name, value: variables[name] ?? null, outer: scope };
  return new Evaluation(checked, meter).run(checked.root, scope);
}

/** What `[a]` and `{a: b}` cost, and each step of a macro, besides what is inside (cel-go's `common/cost`). */
const listCost = 10;
const mapCost = 30;
const stepCost: Readonly<Record<Fold['macro'], number>> = { all: 3, exists: 4, exists_one: 2, map: 12, filter: 13 };

class Evaluation {
  readonly #checked: Checked;
  readonly #meter: Meter;

  constructor(checked: Checked, meter: Meter) {
    this.#checked = checked;
    this.#meter = meter;
  }

  run(one: Expression, scope: Scope | undefined): Value {
    switch (one.kind) {
      case 'literal':
        return one.value;
      case 'name':
        return this.#checked.constants.get(one) ?? this.#name(one.name, scope);
      case 'select':
        return this.#checked.constants.get(one) ?? this.#select(one, scope);
      case 'call':
        return this.#call(one, scope);
      case 'list':
        this.#meter.spend(listCost);
        return List.of(one.items.flatMap(({ value, isOptional }) => this.#held(this.run(value, scope), isOptional)));
      case 'map':
        this.#meter.spend(mapCost);
        return this.#map(one.entries, scope);
      case 'fold':
        return this.#fold(one, scope);
      case 'optional-map':
        return this.#optionalMap(one, scope);
    }
  }

  #held(value: Value, isOptional: boolean): Value[] {
    if (!isOptional) return [value];
    if (!(value instanceof Optional)) throw noSuchOverload();
    return value.value === undefined ? [] : [value.value];
  }

  #map(entries: (Expression & { kind: 'map' })['entries'], scope: Scope | undefined): Fields {
    const made = entries.flatMap(({ key, value, isOptional }) => {
      const place = this.run(key, scope);
      return this.#held(this.run(value, scope), isOptional).map((held) => [place, held] as const);
    });
    const map = Fields.of(made);
    if (map.size < made.length) throw new EvaluationError('Failed with repeated key');
    return map;
  }

  #name(name: string, scope: Scope | undefined): Value {
    this.#meter.spend(1);
    for (let one = scope; one !== undefined; one = one.outer) if (one.name === name) return one.value;
    throw new EvaluationError(`no such attribute(s): ${name}`);
  }

  #select({ operand, field, isTest }: Select, scope: Scope | undefined): Value {
    const held = this.run(operand, scope);
    if (!isTest) this.#meter.spend(1);
    if (held instanceof Optional) return optionalField(held, field, isTest);
    if (!(held instanceof Fields)) throw noSuchOverload();
    return isTest ? held.find(field) !== undefined : entryOf(held, field);
  }

  #call(one: Call, scope: Scope | undefined): Value {
    const [first, second, third] = one.args as readonly [Expression, Expression, Expression];
    switch (one.name) {
      case '_&&_':
        return this.#logical(first, second, false, scope);
      case '_||_':
        return this.#logical(first, second, true, scope);
      case '_?_:_': {
        const condition = this.run(first, scope);
        if (typeof condition !== 'boolean') throw noSuchOverload();
        return this.run(condition ? second : third, scope);
      }
      case '_?._':
        this.#meter.spend(1);
        return optionalField(this.run(first, scope), String(this.run(second, scope)), false);
      case '_[?_]':
        return this.#optionalIndex(one, scope);
      case '_[_]':
        return this.#index(one, scope);
      case 'or':
      case 'orValue':
        return this.#orElse(one, scope);
      default:
        return this.#function(one, scope);
    }
  }

  /** One side is enough where it decides; an error on the other side then does not count. */
  #logical(left: Expression, right: Expression, decisive: boolean, scope: Scope | undefined): Value {
    const one = this.#tried(left, scope);
    if (one === decisive) return decisive;
    const other = this.#tried(right, scope);
    if (other === decisive) return decisive;
    for (const side of [one, other]) if (side instanceof EvaluationError) throw side;
    if (typeof one !== 'boolean' || typeof other !== 'boolean') throw noSuchOverload();
    return !decisive;
  }

  #tried(one: Expression, scope: Scope | undefined): Value | EvaluationError {
    try {
      return this.run(one, scope);
    } catch (error) {
      if (error instanceof EvaluationError) return error;
      throw error;
    }
  }

  #index(one: Call, scope: Scope | undefined): Value {
    const choice = this.#choice(one);
    const [held, place] = choice.args.map((arg) => this.run(arg, scope)) as [Value, Value];
    if (!(held instanceof Optional)) return this.#apply(choice, [held, place]);
    return this.#maybe(choice, held, place);
  }

  #optionalIndex(one: Call, scope: Scope | undefined): Value {
    const choice = this.#choice(one);
    const [held, place] = choice.args.map((arg) => this.run(arg, scope)) as [Value, Value];
    return this.#maybe(choice, held instanceof Optional ? held : new Optional(held), place);
  }

  #maybe(choice: Choice, { value }: Optional, place: Value): Optional {
    if (value === undefined) return new Optional(undefined);
    if (value instanceof Fields) return new Optional(value.find(place));
    const isInside = value instanceof List && typeof place === 'bigint' && place >= 0n && place < BigInt(value.size);
    return new Optional(isInside ? this.#apply(choice, [value, place]) : undefined);
  }

  /** What comes instead is only looked at where it is needed. */
  #orElse(one: Call, scope: Scope | undefined): Value {
    const { target, args, name } = one;
    if (target === undefined || args[0] === undefined) return this.#function(one, scope);
    const held = this.run(target, scope);
    this.#meter.spend(1);
    if (!(held instanceof Optional)) throw noSuchOverload();
    if (held.value === undefined) return this.run(args[0], scope);
    return name === 'or' ? held : held.value;
  }

  #choice(one: Call): Choice {
    const choice = this.#checked.choices.get(one);
    if (choice === undefined) throw noSuchOverload();
    return choice;
  }

  #function(one: Call, scope: Scope | undefined): Value {
    const choice = this.#choice(one);
    return this.#apply(
      choice,
      choice.args.map((arg) => this.run(arg, scope)),
    );
  }

  #apply({ overloads }: Choice, args: readonly Value[]): Value {
    const overload = overloads.find(({ params }) => params.every((param, i) => takes(param, args[i] as Value)));
    if (overload === undefined) throw noSuchOverload();
    this.#meter.spend(overload.weight(sizesOf(args)));
    return overload.run(args, this.#meter);
  }

  #fold(one: Fold, scope: Scope | undefined): Value {
    const range = this.run(one.range, scope);
    const isList = range instanceof List;
    if (!isList && !(range instanceof Fields)) throw noSuchOverload();
    const keys = isList ? [] : range.keys();
    const count = isList ? range.size : keys.length;
    this.#meter.spend(1);
    return this.#steps(one, count, (i) => {
      this.#meter.spend(stepCost[one.macro]);
      return { name: one.variable, value: isList ? range.at(i) : (keys[i] ?? null), outer: scope };
    });
  }

  #steps(one: Fold, count: number, scopeAt: (i: number) => Scope): Value {
    switch (one.macro) {
      case 'all':
        return this.#quantified(one.body, count, scopeAt, false);
      case 'exists':
        return this.#quantified(one.body, count, scopeAt, true);
      case 'exists_one': {
        let found = 0;
        for (let i = 0; i < count; i++) if (this.#holds(one.body, scopeAt(i))) found++;
        return found === 1;
      }
      default:
        return this.#gathered(one, count, scopeAt);
    }
  }

  /** Goes on after an error, as a later item may decide. */
  #quantified(body: Expression, count: number, scopeAt: (i: number) => Scope, decisive: boolean): boolean {
    let problem: EvaluationError | undefined;
    for (let i = 0; i < count; i++) {
      const holds = this.#tried(body, scopeAt(i));
      if (holds === decisive) return decisive;
      if (holds instanceof EvaluationError) problem ??= holds;
      else if (typeof holds !== 'boolean') problem ??= noSuchOverload();
    }
    if (problem !== undefined) throw problem;
    return !decisive;
  }

  #holds(condition: Expression, scope: Scope): boolean {
    const holds = this.run(condition, scope);
    if (typeof holds !== 'boolean') throw noSuchOverload();
    return holds;
  }

  #gathered({ macro, filter, body }: Fold, count: number, scopeAt: (i: number) => Scope): List {
    const made: Value[] = [];
    for (let i = 0; i < count; i++) {
      const scope = scopeAt(i);
      const condition = macro === 'filter' ? body : filter;
      if (condition !== undefined && !this.#holds(condition, scope)) continue;
      made.push(macro === 'filter' ? scope.value : this.run(body, scope));
    }
    return List.of(made);
  }

  #optionalMap({ target, variable, body, isFlat }: OptionalMap, scope: Scope | undefined): Value {
    const held = this.run(target, scope);
    if (!(held instanceof Optional)) throw noSuchOverload();
    if (held.value === undefined) return held;
    const made = this.run(body, { name: variable, value: held.value, outer: scope });
    if (!isFlat) return new Optional(made);
    if (!(made instanceof Optional)) throw noSuchOverload();
    return made;
  }
}

function optionalField(held: Value, field: string, isTest: boolean): Value {
  const value = held instanceof Optional ? held.value : held;
  if (value === undefined) return isTest ? false : new Optional(undefined);
  if (!(value instanceof Fields)) throw noSuchOverload();
  const found = value.find(field);
  return isTest ? found !== undefined : new Optional(found);
}
