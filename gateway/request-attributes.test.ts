/** Paths, as Kubernetes reads them. */

import { describe, expect, it } from 'vitest';
import { requestInfo } from './request-attributes.ts';

describe('a path', () => {
  const cases: [method: string, url: string, info: object][] = [
    ['GET', '/api/v1/pods', { verb: 'list', group: '', version: 'v1', resource: 'pods', namespace: '', name: '' }],
    ['GET', '/api/v1/namespaces/a/pods/b', { verb: 'get', resource: 'pods', namespace: 'a', name: 'b' }],
    ['GET', '/api/v1/namespaces/a/pods?watch=1', { verb: 'watch', resource: 'pods', namespace: 'a' }],
    ['GET', '/api/v1/watch/namespaces/a/pods', { verb: 'watch', resource: 'pods', namespace: 'a' }],
    ['GET', '/api/v1/namespaces', { verb: 'list', resource: 'namespaces', name: '' }],
    ['GET', '/api/v1/namespaces/a', { verb: 'get', resource: 'namespaces', namespace: '', name: 'a' }],
    [
      'PUT',
      '/api/v1/namespaces/a/finalize',
      { verb: 'update', resource: 'namespaces', name: 'a', subresource: 'finalize' },
    ],
    ['PATCH', '/apis/apps/v1/namespaces/a/deployments/b/scale', { verb: 'patch', group: 'apps', subresource: 'scale' }],
    ['DELETE', '/apis/apps/v1/namespaces/a/deployments', { verb: 'deletecollection', resource: 'deployments' }],
    ['POST', '/api/v1/namespaces/a/pods/b/exec?command=ls', { verb: 'create', subresource: 'exec', rest: '' }],
    [
      'GET',
      '/api/v1/namespaces/a/services/b:80/proxy/x/y',
      { resource: 'services', subresource: 'proxy', rest: '/x/y' },
    ],
    ['GET', '/apis/g/v1/things/a%2Fb', { resource: 'things', name: 'a/b' }],
  ];
  it.each(cases)('%s %s', (method, url, info) => {
    expect(requestInfo(method, url)).toMatchObject({ isResource: true, ...info });
  });

  it.each(['/', '/api', '/apis', '/api/v1', '/apis/apps', '/apis/apps/v1', '/healthz', '/openapi/v3/api/v1'])(
    '%s is about no resource',
    (url) => {
      expect(requestInfo('GET', url)).toMatchObject({ isResource: false, verb: 'get', path: url });
    },
  );

  it('that cannot be decoded is none', () => {
    expect(requestInfo('GET', '/api/v1/pods/%E0%A4%A')).toBeUndefined();
  });
});
