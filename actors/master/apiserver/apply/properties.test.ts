import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../../engine/host/freeze.ts';
import { applyTo } from './applying.ts';
import { changesBetween, writtenFields } from './changes.ts';
import type { FieldSet } from './field-set.ts';
import {
  difference,
  inOrder,
  intersection,
  noFields,
  pathsOf,
  readFieldSet,
  recursiveDifference,
  setOfPaths,
  union,
} from './field-set.ts';
import { fieldsGiven } from './given-fields.ts';
import { goJson } from './go-json.ts';
import type { Managers } from './managers.ts';
import { nobody, readManagers, writeManagers } from './managers.ts';
import { mergeApplied } from './merge.ts';
import type { Scope } from './scope.ts';
import { agreeing, documentSchema, documents } from './testing/documents.ts';
import { managersAfterUpdate } from './updating.ts';

const scope: Scope = {
  apiVersion: 'test/v1',
  kind: 'Document',
  subresource: '',
  schema: documentSchema,
  reset: noFields,
  statusReset: noFields,
  schemaIn: () => undefined,
  convert: (object, from, to) => (from === to ? object : undefined),
};
const time = '2026-01-01T00:00:00Z';

interface State {
  object: object;
  managers: Managers;
}
const nothing: State = { object: {}, managers: nobody };

function apply(state: State, manager: string, config: object, force = true): State {
  const result = applyTo(scope, state.object, state.managers, { manager, config, force, time });
  if (result.conflicts !== undefined) throw new Error('conflict');
  return deepFreeze({ object: result.object, managers: result.managers });
}

function update(state: State, manager: string, object: object): State {
  return { object, managers: managersAfterUpdate(scope, state.managers, manager, state.object, object, time) };
}

const frozen = documents.map((one) => deepFreeze(one));
const agreed = agreeing.map((one) => deepFreeze(one));
/** What of maps and lists is empty, or null, is not stored. */
// biome-ignore lint/suspicious/noExplicitAny: any document.
const bare = (value: any): any => {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, bare(inner)] as const)
      .filter(([, inner]) => inner !== null && JSON.stringify(inner) !== '{}'),
  );
};
/** Lists by key and sets have no order of their own. */
const unordered = (object: object): unknown => {
  const { words, items, ports, ...rest } = bare(object);
  const sorted = (list: unknown[] | undefined) => list?.map(goJson).sort();
  return { ...rest, words: sorted(words), items: sorted(items), ports: sorted(ports) };
};
const paths = (set: FieldSet) => pathsOf(set).map((path) => path.join('/'));

describe('sets of fields', () => {
  const sets = fc
    .tuple(frozen, frozen)
    .map(([a, b]) => [fieldsGiven(a, documentSchema), fieldsGiven(b, documentSchema)]);

  it('are read as they were written', () => {
    fc.assert(
      fc.property(frozen, (document) => {
        const set = inOrder(fieldsGiven(document, documentSchema));
        expect(readFieldSet(JSON.parse(JSON.stringify(set)))).toEqual(set);
        expect(setOfPaths(pathsOf(set))).toEqual(set);
      }),
    );
  });

  it('are united, intersected and subtracted path by path', () => {
    fc.assert(
      fc.property(sets, ([a = noFields, b = noFields]) => {
        const [left, right] = [new Set(paths(a)), new Set(paths(b))];
        const of = (set: FieldSet) => [...paths(set)].sort();
        expect(of(union(a, b))).toEqual([...new Set([...left, ...right])].sort());
        expect(of(intersection(a, b))).toEqual([...left].filter((path) => right.has(path)).sort());
        expect(of(difference(a, b))).toEqual([...left].filter((path) => !right.has(path)).sort());
        const isBelow = (path: string) => [...right].some((other) => path === other || path.startsWith(`${other}/`));
        expect(of(recursiveDifference(a, b))).toEqual([...left].filter((path) => !isBelow(path)).sort());
      }),
    );
  });
});

describe('merging', () => {
  it('gives what was applied, and keeps what was not', () => {
    fc.assert(
      fc.property(frozen, frozen, (live, config) => {
        const merged = mergeApplied(live, config, documentSchema);
        const changes = changesBetween(config, merged, documentSchema);
        expect([changes.modified, changes.removed]).toEqual([noFields, noFields]);
        expect(changesBetween(live, merged, documentSchema).removed).toEqual(noFields);
      }),
    );
  });

  it('into itself changes nothing, by reference', () => {
    fc.assert(
      fc.property(frozen, frozen, (live, config) => {
        const merged = mergeApplied(live, config, documentSchema);
        expect(mergeApplied(merged, config, documentSchema)).toBe(merged);
      }),
    );
  });
});

describe('applying', () => {
  it('twice is as good as once', () => {
    fc.assert(
      fc.property(frozen, frozen, (other, config) => {
        const once = apply(apply(nothing, 'other', other), 'own', config);
        const twice = apply(once, 'own', config);
        expect(twice.object).toBe(once.object);
        expect(writeManagers(twice.managers)).toEqual(writeManagers(once.managers));
      }),
    );
  });

  it('and withdrawing leaves the object and its managers as they were', () => {
    fc.assert(
      fc.property(agreed, agreed, (other, config) => {
        const before = apply(nothing, 'other', other);
        const after = apply(apply(before, 'own', config, false), 'own', {});
        expect(unordered(after.object)).toEqual(unordered(before.object));
        expect(writeManagers(after.managers)).toEqual(writeManagers(before.managers));
      }),
    );
  });

  it('other things in turn leaves what each wants now, and no more', () => {
    fc.assert(
      fc.property(agreed, agreed, agreed, (first, other, then) => {
        const before = apply(apply(nothing, 'own', first, false), 'other', other, false);
        const after = apply(before, 'own', then, false);
        const direct = apply(apply(nothing, 'other', other, false), 'own', then, false);
        expect(unordered(after.object)).toEqual(unordered(direct.object));
        expect(writeManagers(after.managers)).toEqual(writeManagers(direct.managers));
      }),
    );
  });

  it('gives the manager what it says, and nobody else what it took', () => {
    fc.assert(
      fc.property(frozen, frozen, (other, config) => {
        const { object, managers } = apply(update(nothing, 'other', other), 'own', config);
        const [own] = [...managers.values()].filter(({ manager }) => manager === 'own');
        expect(own?.fields ?? noFields).toEqual(fieldsGiven(config, documentSchema));
        const changed = writtenFields(changesBetween(other, object, documentSchema));
        for (const { manager, fields } of managers.values()) {
          if (manager === 'other') expect(intersection(fields, changed)).toEqual(noFields);
        }
      }),
    );
  });

  it('what is there already conflicts with nobody', () => {
    fc.assert(
      fc.property(frozen, (document) => {
        const before = update(nothing, 'other', document);
        const { object, managers } = apply(before, 'own', document, false);
        expect(object).toBe(document);
        expect(managers.size).toBe(Object.keys(document).length === 0 ? 0 : 2);
      }),
    );
  });
});

describe('updating', () => {
  it('gives whoever wrote what is new, and leaves nothing with an owner that is gone', () => {
    fc.assert(
      fc.property(frozen, frozen, (first, second) => {
        const { managers } = update(update(nothing, 'first', first), 'second', second);
        const there = union(
          fieldsGiven(second, documentSchema),
          writtenFields(changesBetween({}, second, documentSchema)),
        );
        for (const { fields } of managers.values()) expect(difference(fields, there)).toEqual(noFields);
        const changed = writtenFields(changesBetween(first, second, documentSchema));
        const [own] = [...managers.values()].filter(({ manager }) => manager === 'second');
        expect(paths(own?.fields ?? noFields)).toEqual(paths(changed));
      }),
    );
  });

  it('is written and read again without loss', () => {
    fc.assert(
      fc.property(frozen, frozen, (first, second) => {
        const { managers } = apply(update(nothing, 'first', first), 'second', second);
        const written = writeManagers(managers);
        const again = readManagers(JSON.parse(JSON.stringify(written ?? [])));
        expect(writeManagers(again ?? nobody)).toEqual(written);
        expect([...(again ?? nobody).keys()].sort()).toEqual([...managers.keys()].sort());
      }),
    );
  });
});
