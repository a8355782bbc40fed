import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Labels } from './selectors.ts';
import {
  bothSelectors,
  everything,
  exactValue,
  formatSelector,
  isEverything,
  makeRequirement,
  matchesLabels,
  nothing,
  parseSelector,
  SelectorError,
  selectorFromLabelSelector,
  selectorFromLabels,
} from './selectors.ts';

const matches = (selector: string, labels: Labels | undefined) => matchesLabels(parseSelector(selector), labels);

describe('a selector', () => {
  const labels = { app: 'web', tier: 'front', in: 'in', 'example.com/rank': '7', empty: '' };
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier=front', true],
    ['app=web,tier=back', false],
    ['app!=web', false],
    ['absent!=web', true],
    ['app in (web, api)', true],
    ['app in (api)', false],
    ['app notin (api)', true],
    ['absent notin (api)', true],
    ['absent in (api)', false],
    ['app', true],
    ['!app', false],
    ['! absent', true],
    ['in', true],
    ['in in (in)', true],
    ['in notin (notin)', true],
    ['empty', true],
    ['empty=', true],
    ['empty in ()', true],
    ['empty in (,a)', true],
    ['app=', false],
    ['example.com/rank>6', true],
    ['example.com/rank>7', false],
    ['example.com/rank<8', true],
    ['app<8', false],
    ['constructor', false],
  ])('"%s" on the labels: %s', (selector, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });

  it('matches an object without labels where it asks for none', () => {
    expect(matches('', undefined)).toBe(true);
    expect(matches('!app', undefined)).toBe(true);
    expect(matches('app', undefined)).toBe(false);
  });
});

describe('a selector that cannot be read', () => {
  const name =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const value =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  it.each([
    ['=web', "found '=', expected: !, identifier, or 'end of string'"],
    ['app=web,', "found '', expected: identifier after ','"],
    ['app=web tier', "found 'tier', expected: ',' or 'end of string'"],
    ['app web', "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt"],
    ['app in web', "unable to parse requirement: found 'web' expected: '('"],
    ['app in (web', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['app in (web api)', "unable to parse requirement: found 'api', expected: ',' or ')'"],
    ['app in (=)', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ['app==(', "unable to parse requirement: found '(', expected: identifier"],
    ['!app=web', "found '=', expected: ',' or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['-a=b', `unable to parse requirement: <nil>: Invalid value: "-a": ${name}`],
    ['a=b_', `unable to parse requirement: values[0][a]: Invalid value: "b_": ${value}`],
    [
      'a>b',
      "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('"%s" says what was found and expected', (text, message) => {
    expect(() => parseSelector(text)).toThrow(new SelectorError(message));
  });
});

describe('selectors of objects', () => {
  it('ask for every label of a map; an empty map asks for nothing and matches all', () => {
    const selector = selectorFromLabels({ b: '2', a: '1' });
    expect(formatSelector(selector)).toBe('a=1,b=2');
    expect(matchesLabels(selector, { a: '1', b: '2', c: '3' })).toBe(true);
    expect(matchesLabels(selector, { a: '1' })).toBe(false);
    expect(isEverything(selectorFromLabels(undefined))).toBe(true);
  });

  it('combine matchLabels and matchExpressions; absent matches nothing, empty everything', () => {
    const selector = selectorFromLabelSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['front', 'back'] },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    });
    expect(formatSelector(selector)).toBe('app=web,!canary,tier in (back,front)');
    expect(matchesLabels(selector, { app: 'web', tier: 'back' })).toBe(true);
    expect(matchesLabels(selector, { app: 'web', tier: 'back', canary: '' })).toBe(false);
    expect(matchesLabels(selectorFromLabelSelector(undefined), { app: 'web' })).toBe(false);
    expect(matchesLabels(selectorFromLabelSelector({}), { app: 'web' })).toBe(true);
    expect(matchesLabels(nothing, {})).toBe(false);
    expect(matchesLabels(everything, {})).toBe(true);
  });

  it('refuse an operator they do not know, and values that do not fit the operator', () => {
    const ask = (operator: string, values?: string[]) => () =>
      selectorFromLabelSelector({ matchExpressions: [{ key: 'a', operator, ...(values && { values }) }] });
    expect(ask('Like')).toThrow(new SelectorError('"Like" is not a valid label selector operator'));
    expect(ask('In')).toThrow(
      "values: Invalid value: []string{}: for 'in', 'notin' operators, values set can't be empty",
    );
    expect(ask('Exists', ['b'])).toThrow('values set must be empty for exists and does not exist');
  });

  it('join to one that asks what both ask, each thing once', () => {
    const join = (one: string, other: string) =>
      formatSelector(bothSelectors(parseSelector(one), parseSelector(other)));
    expect(join('app=web,tier=front', 'app=web,!canary')).toBe('app=web,!canary,tier=front');
    expect(join('app=web', 'app in (web)')).toBe('app=web,app in (web)');
    expect(join('', 'app=web')).toBe('app=web');
    expect(isEverything(bothSelectors(everything, everything))).toBe(true);
    expect(matchesLabels(bothSelectors(everything, nothing), {})).toBe(false);
    expect(matchesLabels(bothSelectors(nothing, everything), {})).toBe(false);
  });

  it('tell the one value they ask of a label', () => {
    expect(exactValue(parseSelector('app=web,tier in (a,b)'), 'app')).toBe('web');
    expect(exactValue(parseSelector('app in (web)'), 'app')).toBe('web');
    expect(exactValue(parseSelector('app in (web,api)'), 'app')).toBeUndefined();
    expect(exactValue(parseSelector('app!=web'), 'app')).toBeUndefined();
  });
});

const keys = fc.constantFrom('app', 'tier', 'example.com/x', 'in', 'notin', 'a.b_c-d');
const values = fc.constantFrom('', 'web', 'in', 'a_b', '7');
const requirements = fc.oneof(
  fc.record({
    key: keys,
    operator: fc.constantFrom('=' as const, '==' as const, '!=' as const),
    values: fc.tuple(values),
  }),
  fc.record({
    key: keys,
    operator: fc.constantFrom('in' as const, 'notin' as const),
    values: fc.array(values, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key: keys, operator: fc.constantFrom('exists' as const, '!' as const), values: fc.constant([]) }),
);

describe('writing selectors', () => {
  it('gives what parses to the same', () => {
    fc.assert(
      fc.property(fc.array(requirements, { maxLength: 4 }), (given) => {
        const made = given
          .map(({ key, operator, values: set }) => makeRequirement(key, operator, set))
          .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
        const selector = { requirements: made, matchesNothing: false };
        expect(parseSelector(formatSelector(selector))).toEqual(selector);
      }),
    );
  });

  it('never lets an object pass both a requirement and its opposite', () => {
    const opposites = {
      '=': '!=',
      '==': '!=',
      '!=': '=',
      in: 'notin',
      notin: 'in',
      exists: '!',
      '!': 'exists',
    } as const;
    fc.assert(
      fc.property(requirements, fc.dictionary(keys, values), ({ key, operator, values: set }, labels) => {
        const one = { requirements: [makeRequirement(key, operator, set)], matchesNothing: false };
        const other = { requirements: [makeRequirement(key, opposites[operator], set)], matchesNothing: false };
        expect(matchesLabels(one, labels)).not.toBe(matchesLabels(other, labels));
      }),
    );
  });
});
