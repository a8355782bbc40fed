import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { withFields } from './copy.ts';

it('a copy has the given fields in place of its own, lacks those given as undefined, and leaves the first as it was', () => {
  const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer());
  const changes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.integer(), { nil: undefined }));
  fc.assert(
    fc.property(fields, changes, (object, change) => {
      const copy = withFields(Object.freeze(object), change);
      const wanted = Object.entries({ ...object, ...change }).filter(([, value]) => value !== undefined);
      expect(copy).toStrictEqual(Object.fromEntries(wanted));
      expect(copy).not.toBe(object);
    }),
  );
});
