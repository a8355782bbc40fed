import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../../engine/host/freeze.ts';
import { applyJsonPatch } from './json-patch.ts';
import { PatchError } from './strategic-merge.ts';

const document = deepFreeze({ spec: { replicas: 1, list: ['a'] } });

describe('a JSON patch', () => {
  it('is applied to a copy', () => {
    const operations = deepFreeze([
      { op: 'test', path: '/spec/replicas', value: 1 },
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'add', path: '/spec/list/-', value: 'b' },
    ]);
    expect(applyJsonPatch(document, operations)).toEqual({ spec: { replicas: 3, list: ['a', 'b'] } });
    expect(document.spec.replicas).toBe(1);
  });

  it('whose test fails is refused whole', () => {
    expect(() => applyJsonPatch(document, [{ op: 'test', path: '/spec/replicas', value: 2 }])).toThrow(PatchError);
  });

  it('to a path that is not there is refused', () => {
    expect(() => applyJsonPatch(document, [{ op: 'remove', path: '/spec/nothing' }])).toThrow(PatchError);
  });

  it('later operations do not reach into the values of earlier ones', () => {
    const operations = deepFreeze([
      { op: 'add', path: '/labels', value: {} },
      { op: 'add', path: '/labels/app', value: 'web' },
    ]);
    expect(applyJsonPatch(document, operations)).toMatchObject({ labels: { app: 'web' } });
  });
});
