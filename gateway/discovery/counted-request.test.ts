import { describe, expect, it } from 'vitest';
import { findResource } from '../../protocol/resources.ts';
import type { RequestInfo } from '../request-attributes.ts';
import { requestInfo } from '../request-attributes.ts';
import { countedRequest } from './counted-request.ts';

const count = (method: string, url: string, resource?: string, contentType?: string) =>
  countedRequest(requestInfo(method, url) as RequestInfo, findResource(resource ?? ''), contentType, 200);

describe('a request is counted', () => {
  it('by what it did with what, and how wide it was', () => {
    expect(count('GET', '/api/v1/namespaces/a/pods', 'pods')).toMatchObject({
      verb: 'LIST',
      version: 'v1',
      resource: 'pods',
      scope: 'namespace',
    });
    expect(count('GET', '/api/v1/pods?watch=true', 'pods')).toMatchObject({ verb: 'WATCH', scope: 'cluster' });
    expect(count('POST', '/api/v1/namespaces/a/pods?dryRun=All', 'pods')).toMatchObject({
      verb: 'POST',
      scope: 'resource',
      isDryRun: true,
    });
    expect(count('PUT', '/apis/apps/v1/namespaces/a/deployments/d/scale', 'deployments.apps')).toMatchObject({
      verb: 'PUT',
      group: 'apps',
      subresource: 'scale',
    });
    expect(count('GET', '/api/v1/namespaces/a/pods/p/log', 'pods')).toMatchObject({ verb: 'CONNECT' });
  });

  it('as an apply where it is one', () => {
    const url = '/api/v1/namespaces/a/pods/p?fieldManager=me';
    expect(count('PATCH', url, 'pods', 'application/apply-patch+yaml').verb).toBe('APPLY');
    expect(count('PATCH', url, 'pods', 'application/merge-patch+json').verb).toBe('PATCH');
  });

  it('without names that clients made up', () => {
    expect(count('GET', '/apis/made.up/v1/things/x')).toMatchObject({ verb: 'GET', group: '', resource: '' });
    expect(count('GET', '/api/v1/namespaces/a/pods/p/made-up', 'pods')).toMatchObject({ subresource: '' });
    expect(count('BREW', '/pot')).toMatchObject({ verb: 'other', resource: '' });
  });
});
