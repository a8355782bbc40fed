import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldSelectorError, formatFieldSelector, parseFieldSelector } from './field-selectors.ts';

describe('a field selector', () => {
  it('is a list of fields and what they must or must not be', () => {
    expect(parseFieldSelector('status.phase!=Failed,spec.nodeName=n1,metadata.name==a')).toEqual([
      { field: 'metadata.name', op: '=', value: 'a' },
      { field: 'spec.nodeName', op: '=', value: 'n1' },
      { field: 'status.phase', op: '!=', value: 'Failed' },
    ]);
    expect(parseFieldSelector('')).toEqual([]);
    expect(parseFieldSelector('spec.nodeName=')).toEqual([{ field: 'spec.nodeName', op: '=', value: '' }]);
  });

  it('says what it cannot understand', () => {
    const refusal = (text: string, message: string) =>
      expect(() => parseFieldSelector(text)).toThrow(new FieldSelectorError(message));
    refusal('spec.nodeName', "invalid selector: 'spec.nodeName'; can't understand 'spec.nodeName'");
    refusal('a=b,c', "invalid selector: 'a=b,c'; can't understand 'c'");
    refusal('a=b=c', 'invalid field selector: unescaped character in value: 61');
    refusal('a=\\b', 'invalid field selector: invalid escape sequence: \\b');
    refusal('a=b\\', 'invalid field selector: invalid escape sequence: \\');
  });

  it('comes back from its written form, whatever the values hold', () => {
    const terms = fc.record({
      field: fc.constantFrom('metadata.name', 'spec.nodeName'),
      op: fc.constantFrom('=' as const, '!=' as const),
      value: fc.string(),
    });
    fc.assert(
      fc.property(terms, (term) => {
        expect(parseFieldSelector(formatFieldSelector([term]))).toEqual([term]);
      }),
    );
  });
});
