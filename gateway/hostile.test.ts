/** Requests that nobody in his right mind makes: each is answered, none does harm. */

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiVersionOf, resourceKinds } from '../protocol/resources.ts';
import { objectsOf } from './testing/shaped.ts';
import { VirtualDoor } from './testing/virtual-door.ts';

let door: VirtualDoor;
beforeAll(() => {
  door = new VirtualDoor();
});

const words = [
  ...resourceKinds.map(({ resource }) => resource),
  ...['namespaces', 'default', 'kube-system', 'status', 'scale', 'binding', 'eviction', 'finalize', 'watch', 'proxy'],
  ...['..', '%2e%2e', '%2F', '%00', 'é', '__proto__', 'constructor', 'toString', '*', '>', 'a'.repeat(300)],
];
const segment = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...words) },
  fc.webSegment(),
  fc.string({ maxLength: 8 }),
);
const versions = [
  '/api/v1',
  '/apis/apps/v1',
  '/apis/batch/v1',
  '/apis/policy/v1',
  '/apis/x/v1',
  '/api/v2',
  '/apis',
  '/api',
];
const path = fc
  .tuple(fc.constantFrom(...versions, ''), fc.array(segment, { maxLength: 6 }))
  .map(([version, segments]) => [version, ...segments].join('/'));

const options = [
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'labelSelector',
  'fieldSelector',
  'timeout',
];
const moreOptions = [
  'dryRun',
  'fieldValidation',
  'fieldManager',
  'force',
  'gracePeriodSeconds',
  'propagationPolicy',
  'pretty',
];
const values = [
  '',
  '0',
  '-1',
  '1',
  'x',
  'true',
  'All',
  'Exact',
  'NotOlderThan',
  'Strict',
  '99999999999999999999',
  'a=b',
  'a in (b,c)',
  'a==',
  '!a',
  '((',
  'metadata.name=a',
  'spec.x=1',
  '1s',
  '1h1',
  '%00',
  'e30',
  'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi8ifQ',
];
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(...options, ...moreOptions),
      fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 12 })),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => new URLSearchParams(pairs).toString());

const body = fc.oneof(
  fc.constant(''),
  fc.json(),
  fc.string(),
  fc.record({
    apiVersion: fc.constantFrom('v1', 'apps/v1', '', 'v2', 3 as never, null as never),
    kind: fc.constantFrom(...resourceKinds.map(({ kind }) => kind), '', 'X', [] as never),
    metadata: fc.oneof(
      fc.jsonValue(),
      fc.record({ name: fc.constantFrom('a', 'A', '', '../x', 7 as never), labels: fc.jsonValue() }),
    ),
    spec: fc.jsonValue(),
    status: fc.jsonValue(),
    data: fc.jsonValue(),
  }),
  fc.array(
    fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'test', 'x'),
      path: fc.constantFrom('/a', '/metadata', '', '/-', 'a', '/__proto__/x', '/metadata/labels/a'),
      value: fc.jsonValue(),
    }),
  ),
);
const types = [
  'application/json',
  'application/yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'text/plain',
  ';',
  '',
];
const accepts = [
  '',
  '*/*',
  'application/json',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  ';;;',
  'application/yaml;q=0',
  'a/b;q=x,*/*',
];
const headers = fc.record({
  'content-type': fc.constantFrom(...types),
  accept: fc.constantFrom(...accepts),
  'user-agent': fc.string(),
});
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'BREW'];

const patchType = fc.constantFrom(
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
);
/** More of them find more. */
const runs = Number(process.env.TROUPE_FUZZ_RUNS ?? 3_000);

describe('a hostile request', () => {
  it('is answered by something that makes sense, and the cluster lives on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods),
        path,
        query,
        body,
        headers,
        async (method, path, query, body, headers) => {
          const { status, json, text } = await door.ask(method, `${path}?${query}`, { body, headers });
          expect(status, text).toBeGreaterThanOrEqual(200);
          // Nothing of this is the server's own fault, nor does anything have to wait.
          expect(status, text).toBeLessThan(500);
          if (status >= 400 && json !== undefined)
            expect(json).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
        },
      ),
      { numRuns: runs },
    );
    expect(door.engine.failures).toEqual([]);
    expect((await door.ask('GET', '/api/v1/namespaces/default')).status).toBe(200);
  });

  const kinds = fc.constantFrom(...resourceKinds);
  const attempt = kinds.chain((kind) =>
    fc.tuple(
      fc.constant(kind),
      objectsOf(kind),
      fc.constantFrom('POST', 'PUT', 'PATCH'),
      fc.constantFrom('', 'status'),
      patchType,
    ),
  );

  it('may be nearly right: objects of the right shape, and wrong in any of their fields', async () => {
    await fc.assert(
      fc.asyncProperty(attempt, async ([kind, object, method, subresource, type]) => {
        const place = kind.namespaced ? 'namespaces/default/' : '';
        const collection = `/${kind.group === '' ? 'api' : `apis/${kind.group}`}/${kind.version}/${place}${kind.resource}`;
        const url = method === 'POST' ? collection : `${collection}/a${subresource === '' ? '' : '/status'}`;
        const headers = { 'content-type': method === 'PATCH' ? type : 'application/json' };
        const { status, text } = await door.ask(method, url, { body: object, headers });
        expect(status, text).toBeLessThan(500);
      }),
      { numRuns: runs },
    );
    expect(door.engine.failures).toEqual([]);
  });

  it('may leave out all that an object needs', async () => {
    for (const kind of resourceKinds) {
      const url = `/${kind.group === '' ? 'api' : `apis/${kind.group}`}/${kind.version}/${kind.namespaced ? 'namespaces/default/' : ''}${kind.resource}`;
      for (const rest of [
        {},
        { spec: {} },
        { spec: null },
        { spec: { template: {} } },
        { metadata: {} },
        { metadata: { name: 'x' }, spec: {} },
      ]) {
        const { status, text } = await door.ask('POST', url, {
          body: { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name: 'bare' }, ...rest },
        });
        expect(status, `${url}: ${text}`).toBeLessThan(500);
      }
    }
    expect(door.engine.failures).toEqual([]);
  });
});
