/** Checking an expression before it is ever evaluated: that its names are known and its types fit (cel-go's `checker`). */

import type { Type } from './cel-type.ts';
import { Bindings, dyn, formatType, simple } from './cel-type.ts';
import { overloadsOf } from './functions/library.ts';
import type { Overload } from './functions/overload.ts';
import { SyntaxIssue } from './lexer.ts';
import { literalIssue } from './literals.ts';
import { parse } from './parser.ts';
import type { Call, Expression, Fold, Issue, ListLiteral, MapLiteral, Name, OptionalMap, Select } from './syntax.ts';
import { TypeName, typeNameOf } from './value.ts';

/** An expression whose types fit. */
export interface Checked {
  readonly root: Expression;
  readonly type: Type;
  /** The variables that it names. */
  readonly uses: ReadonlySet<string>;
  /** The forms of the functions it calls that may be meant. */
  readonly choices: ReadonlyMap<Expression, Choice>;
  readonly types: ReadonlyMap<Expression, Type>;
  /** Names that are constants: `int`, `google.protobuf.Timestamp`. */
  readonly constants: ReadonlyMap<Expression, TypeName>;
}

/** What a call means. */
export interface Choice {
  readonly overloads: readonly Overload[];
  readonly args: readonly Expression[];
}

type Scope = ReadonlyMap<string, Type>;

/** Reads and checks an expression that may name these variables; gives what is wrong instead. */
export function check(text: string, variables: Scope): Checked | readonly Issue[] {
  try {
    const root = parse(text);
    const checker = new Checker();
    const type = checker.check(root, variables);
    if (checker.issues.length > 0) return checker.issues;
    return { ...checker.findings, root, type: checker.bindings.resolve(type) };
  } catch (error) {
    if (error instanceof SyntaxIssue) return [error.issue];
    throw error;
  }
}

const constants: Readonly<Record<string, Type>> = {
  ...Object.fromEntries((['int', 'uint', 'double', 'bool', 'string', 'bytes'] as const).map((n) => [n, simple(n)])),
  list: { kind: 'list', item: dyn },
  map: { kind: 'map', key: dyn, value: dyn },
  null_type: simple('null'),
  type: { kind: 'type', of: dyn },
  optional_type: { kind: 'optional', of: dyn },
  'google.protobuf.Timestamp': simple('timestamp'),
  'google.protobuf.Duration': simple('duration'),
};

const bool = simple('bool');

class Checker {
  readonly issues: Issue[] = [];
  readonly bindings = new Bindings();
  readonly findings = {
    uses: new Set<string>(),
    choices: new Map<Expression, Choice>(),
    types: new Map<Expression, Type>(),
    constants: new Map<Expression, TypeName>(),
  };

  check(one: Expression, scope: Scope): Type {
    const type = this.bindings.resolve(this.#typeOf(one, scope));
    this.findings.types.set(one, type);
    return type;
  }

  /** What is wrong fits everywhere, so that it is told once. */
  #refuse(at: number, message: string): Type {
    this.issues.push({ at, message });
    return dyn;
  }

  #typeOf(one: Expression, scope: Scope): Type {
    switch (one.kind) {
      case 'literal':
        return literalType(typeNameOf(one.value));
      case 'name':
        return this.#name(one, scope);
      case 'select':
        return this.#select(one, scope);
      case 'call':
        return this.#call(one, scope);
      case 'list':
        return this.#list(one, scope);
      case 'map':
        return this.#map(one, scope);
      case 'fold':
        return this.#fold(one, scope);
      case 'optional-map':
        return this.#optionalMap(one, scope);
    }
  }

  #name(one: Name, scope: Scope): Type {
    const type = scope.get(one.name);
    if (type !== undefined) {
      this.findings.uses.add(one.name);
      return type;
    }
    return (
      this.#constant(one, one.name) ?? this.#refuse(one.at, `undeclared reference to '${one.name}' (in container '')`)
    );
  }

  #constant(one: Expression, name: string): Type | undefined {
    const of = Object.hasOwn(constants, name) ? constants[name] : undefined;
    if (of === undefined) return undefined;
    this.findings.constants.set(one, new TypeName(name));
    return { kind: 'type', of };
  }

  #select(one: Select, scope: Scope): Type {
    const name = qualified(one, scope);
    const constant = name === undefined || one.isTest ? undefined : this.#constant(one, name);
    if (constant !== undefined) return constant;
    const operand = this.check(one.operand, scope);
    const type = this.#field(operand, one.field, one.at);
    return one.isTest ? bool : type;
  }

  #field(operand: Type, name: string, at: number): Type {
    switch (operand.kind) {
      case 'object':
        return operand.fields.get(name)?.type ?? this.#refuse(at, `undefined field '${name}'`);
      case 'map':
        return operand.value;
      case 'optional':
        return { kind: 'optional', of: this.#field(operand.of, name, at) };
      case 'dyn':
      case 'param':
        return dyn;
      default:
        return this.#refuse(at, `type '${formatType(operand)}' does not support field selection`);
    }
  }

  #call(one: Call, scope: Scope): Type {
    const [first, second, third] = one.args;
    if (one.name === '_?._' && first !== undefined && second?.kind === 'literal') {
      return optionalOf(this.#field(this.check(first, scope), String(second.value), one.at));
    }
    if (one.name === '_&&_' || one.name === '_||_') return this.#accepted(one, scope, [bool, bool], bool);
    if (one.name === '_?_:_' && first && second && third) {
      const either = this.bindings.fresh();
      return this.#accepted(one, scope, [bool, either, either], either);
    }
    const isIndex = (one.name === '_[_]' || one.name === '_[?_]') && first !== undefined;
    if (isIndex) return this.#index(one, first, scope);
    const prefix = one.target === undefined ? undefined : qualified(one.target, scope);
    const isFree = prefix !== undefined && overloadsOf(`${prefix}.${one.name}`) !== undefined;
    const name = isFree ? `${prefix}.${one.name}` : one.name;
    const args = isFree || one.target === undefined ? one.args : [one.target, ...one.args];
    return this.#function(one, name, args, one.target !== undefined && !isFree, scope);
  }

  /** Types a call of what has one form only. */
  #accepted(one: Call, scope: Scope, wanted: readonly Type[], result: Type): Type {
    const given = one.args.map((arg) => this.check(arg, scope));
    const fits = this.bindings.accept(given, wanted);
    return fits ? this.bindings.resolve(result) : this.#noOverload(one.at, one.name, given, false);
  }

  #index(one: Call, operand: Expression, scope: Scope): Type {
    const given = one.args.map((arg) => this.check(arg, scope));
    const [container = dyn, place = dyn] = given;
    const isOptional = container.kind === 'optional';
    const held = isOptional ? container.of : container;
    const overloads = overloadsOf('_[_]') ?? [];
    const found = this.#resolve(overloads, [held, place]);
    if (found === undefined) return this.#noOverload(one.at, one.name, given, false);
    this.findings.choices.set(one, { overloads: found.overloads, args: [operand, one.args[1] as Expression] });
    return isOptional || one.name === '_[?_]' ? optionalOf(found.result) : found.result;
  }

  #function(one: Call, name: string, args: readonly Expression[], isMember: boolean, scope: Scope): Type {
    const overloads = overloadsOf(name);
    const given = args.map((arg) => this.check(arg, scope));
    if (overloads === undefined) return this.#refuse(one.at, `undeclared reference to '${name}' (in container '')`);
    const found = this.#resolve(
      overloads.filter((overload) => overload.isMember === isMember),
      given,
    );
    if (found === undefined) return this.#noOverload(one.at, name, given, isMember);
    this.findings.choices.set(one, { overloads: found.overloads, args });
    const issue = literalIssue(name, isMember ? one.args : args);
    if (issue !== undefined) this.issues.push(issue);
    return found.result;
  }

  /** Finds the forms that take these arguments; where more than one does, what comes out may be of any of their types. */
  #resolve(overloads: readonly Overload[], given: readonly Type[]) {
    const fitting: Overload[] = [];
    let result: Type | undefined;
    for (const overload of overloads) {
      if (overload.params.length !== given.length) continue;
      const names = new Map<string, Type>();
      const wanted = overload.params.map((param) => this.bindings.renew(param, names));
      if (!this.bindings.accept(given, wanted)) continue;
      fitting.push(overload);
      const own = this.bindings.resolve(this.bindings.renew(overload.result, names));
      if (result === undefined) result = own;
      else if (formatType(result) !== formatType(own)) result = dyn;
    }
    return result === undefined ? undefined : { overloads: fitting, result };
  }

  #noOverload(at: number, name: string, given: readonly Type[], isMember: boolean): Type {
    const words = given.map((type) => formatType(this.bindings.resolve(type)));
    const applied = isMember ? `${words[0]}.(${words.slice(1).join(', ')})` : `(${words.join(', ')})`;
    return this.#refuse(at, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  #list({ items }: ListLiteral, scope: Scope): Type {
    let common: Type | undefined;
    for (const { value, isOptional } of items) {
      common = this.#joined(common, this.#held(value, isOptional, scope), value.at);
    }
    return { kind: 'list', item: common ?? this.bindings.fresh() };
  }

  #map({ entries }: MapLiteral, scope: Scope): Type {
    let key: Type | undefined;
    let common: Type | undefined;
    for (const entry of entries) {
      key = this.#joined(key, this.check(entry.key, scope), entry.key.at);
      common = this.#joined(common, this.#held(entry.value, entry.isOptional, scope), entry.value.at);
    }
    return { kind: 'map', key: key ?? this.bindings.fresh(), value: common ?? this.bindings.fresh() };
  }

  #held(value: Expression, isOptional: boolean, scope: Scope): Type {
    const type = this.check(value, scope);
    if (!isOptional) return type;
    if (type.kind === 'optional') return type.of;
    if (type.kind === 'dyn') return dyn;
    return this.#refuse(value.at, `expected type 'optional_type(${formatType(type)})' but found '${formatType(type)}'`);
  }

  /** All items are of one type. */
  #joined(common: Type | undefined, type: Type, at: number): Type {
    if (common === undefined || this.bindings.accept([type], [common])) return common ?? type;
    return this.#refuse(at, `expected type '${formatType(common)}' but found '${formatType(type)}'`);
  }

  #fold(one: Fold, scope: Scope): Type {
    const range = this.check(one.range, scope);
    const inner = new Map(scope).set(one.variable, this.#itemOf(range, one.range.at));
    const { filter, macro } = one;
    const body = this.check(one.body, inner);
    const item = inner.get(one.variable) ?? dyn;
    const made: Type = { kind: 'list', item: macro === 'filter' ? item : body };
    const condition = macro === 'map' ? filter : one.body;
    if (condition !== undefined) this.#condition(condition, one, condition === filter ? inner : undefined, made);
    return macro === 'map' || macro === 'filter' ? made : bool;
  }

  #condition(condition: Expression, { macro, at }: Fold, scope: Scope | undefined, made: Type): void {
    const type = scope === undefined ? (this.findings.types.get(condition) ?? dyn) : this.check(condition, scope);
    if (this.bindings.accept([type], [bool])) return;
    if (macro === 'all') this.#noOverload(at, '_&&_', [bool, type], false);
    else if (macro === 'exists') this.#noOverload(at, '_||_', [bool, type], false);
    else
      this.#noOverload(
        at,
        '_?_:_',
        macro === 'exists_one' ? [type, simple('int'), simple('int')] : [type, made, made],
        false,
      );
  }

  #itemOf(range: Type, at: number): Type {
    if (range.kind === 'list') return range.item;
    if (range.kind === 'map') return range.key;
    if (range.kind === 'dyn' || range.kind === 'param') return dyn;
    const words = `expression of type '${formatType(range)}' cannot be range of a comprehension`;
    return this.#refuse(at, `${words} (must be list, map, or dynamic)`);
  }

  #optionalMap(one: OptionalMap, scope: Scope): Type {
    const target = this.check(one.target, scope);
    const of = target.kind === 'optional' ? target.of : dyn;
    if (target.kind !== 'optional' && target.kind !== 'dyn') {
      return this.#noOverload(one.at, 'hasValue', [target], true);
    }
    const body = this.check(one.body, new Map(scope).set(one.variable, of));
    if (!one.isFlat) return { kind: 'optional', of: body };
    return body.kind === 'optional' || body.kind === 'dyn'
      ? body
      : this.#noOverload(one.at, '_?_:_', [bool, body, optionalOf(dyn)], false);
  }
}

function optionalOf(type: Type): Type {
  return type.kind === 'optional' ? type : { kind: 'optional', of: type };
}

function literalType(name: string): Type {
  return name === 'null_type' ? simple('null') : simple(name as 'int');
}

/** Gives a chain of names that are no variables: `google.protobuf.Duration`, `sets`. */
function qualified(one: Expression, scope: Scope): string | undefined {
  if (one.kind === 'name') return scope.has(one.name) ? undefined : one.name;
  if (one.kind !== 'select' || one.isTest) return undefined;
  const before = qualified(one.operand, scope);
  return before === undefined ? undefined : `${before}.${one.field}`;
}
