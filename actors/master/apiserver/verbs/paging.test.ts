import { describe, expect, it } from 'vitest';
import { continueExpired, decodeContinue, encodeContinue } from './paging.ts';

const prefix = '/registry/pods/';

describe('a continue token', () => {
  it('says where the next page begins, and of which snapshot', () => {
    const token = encodeContinue(prefix, '/registry/pods/default/web', 42);
    expect(token).toMatch(/^[A-Za-z0-9+/]+$/);
    expect(decodeContinue(token, prefix)).toEqual({ revision: 42, startKey: '/registry/pods/default/web\0' });
  });

  it.each(['', 'nonsense', btoa('{}'), btoa(encodeURIComponent('{"v":"meta.k8s.io/v2","rv":1,"start":"a"}'))])(
    '%j is refused',
    (token) => {
      expect(decodeContinue(token, prefix)).toMatchObject({
        code: 400,
        message: expect.stringContaining('continue key is not valid'),
      });
    },
  );

  it('cannot lead out of its collection', () => {
    const token = btoa(encodeURIComponent('{"v":"meta.k8s.io/v1","rv":1,"start":"../secrets/"}'));
    expect(decodeContinue(token, prefix)).toMatchObject({ code: 400 });
  });

  it('whose snapshot is gone is answered with one that goes on without it', () => {
    const status = continueExpired(prefix, { revision: 42, startKey: '/registry/pods/default/web\0' });
    expect(status).toMatchObject({ code: 410, reason: 'Expired' });
    const next = decodeContinue((status.metadata as { continue: string }).continue, prefix);
    expect(next).toEqual({ revision: -1, startKey: '/registry/pods/default/web\0' });
  });
});
