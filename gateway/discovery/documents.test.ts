import { beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../protocol/objects.ts';
import type { ResourceKind } from '../../protocol/resources.ts';
import { resourceKinds } from '../../protocol/resources.ts';
import type { HttpResponse } from '../http.ts';
import { Refused } from '../refused.ts';
import { customResources } from './custom-resources.ts';
import { Documents } from './documents.ts';
import type { ServerHealth } from './health.ts';
import { RequestCounts } from './request-counts.ts';
import { cronTabs } from './testing/cron-tabs.ts';

const aggregated = (version: string) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
const protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

let kinds: { generation: number; all: readonly ResourceKind[] };
let health: ServerHealth;
let documents: Documents;

beforeEach(() => {
  kinds = { generation: 0, all: resourceKinds };
  health = { isSynced: true, isDraining: false };
  documents = new Documents({
    kinds,
    serverAddress: () => '127.0.0.1:6443',
    health: () => health,
    issuer: () => ({
      issuer: 'https://kubernetes.default.svc.cluster.local',
      keysUrl: 'https://127.0.0.1:6443/openid/v1/jwks',
      keys: [{ kty: 'RSA', kid: 'k1', alg: 'RS256', use: 'sig', n: 'AQAB', e: 'AQAB' }],
    }),
    counts: new RequestCounts(),
    figures: () => ({
      storedObjects: new Map([['pods', 3]]),
      openWatches: new Map(),
      residentMemoryBytes: 1024,
      cpuSeconds: 1.5,
      startTimeSeconds: 1_700_000_000,
    }),
  });
});

function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): HttpResponse | undefined {
  const { pathname, searchParams } = new URL(url, 'https://host');
  return documents.answer(pathname, searchParams, { method, url, headers, body: new Uint8Array() });
}

// biome-ignore lint/suspicious/noExplicitAny: documents of every shape.
function read(url: string, headers: Record<string, string> = {}): any {
  const answer = ask(url, headers);
  expect(answer?.status).toBe(200);
  return JSON.parse(Buffer.from(answer?.body as Uint8Array).toString());
}

function addCronTabs(): void {
  kinds.all = [...resourceKinds, ...customResources(cronTabs as KubernetesObject)];
  kinds.generation++;
}

// biome-ignore lint/suspicious/noExplicitAny: documents of every shape.
const named = (list: any[], name: string) =>
  list.find((one) => (one.name ?? one.resource ?? one.metadata?.name) === name);

describe('discovery', () => {
  it('tells of the core group, and where the server is', () => {
    expect(read('/api')).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
    });
  });

  it('tells of all groups in the order of their priority, custom ones after the built-in', () => {
    addCronTabs();
    const list = read('/apis');
    const names: string[] = list.groups.map(({ name }: { name: string }) => name);
    expect(list).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' });
    expect(names).not.toContain('');
    expect(names.slice(0, 1)).toEqual(['apps']);
    expect(names.indexOf('batch')).toBeLessThan(names.indexOf('policy'));
    expect(names.at(-1)).toBe('stable.example.com');
    expect(named(list.groups, 'stable.example.com')).toEqual({
      name: 'stable.example.com',
      versions: [
        { groupVersion: 'stable.example.com/v1', version: 'v1' },
        { groupVersion: 'stable.example.com/v1beta1', version: 'v1beta1' },
      ],
      preferredVersion: { groupVersion: 'stable.example.com/v1', version: 'v1' },
    });
    expect(read('/apis/apps')).toMatchObject({ kind: 'APIGroup', apiVersion: 'v1', name: 'apps' });
  });

  it('tells of the resources of a version as Kubernetes does', () => {
    const list = read('/api/v1');
    expect(list).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
    expect(list).not.toHaveProperty('apiVersion');
    expect(named(list.resources, 'pods')).toEqual({
      name: 'pods',
      singularName: 'pod',
      namespaced: true,
      kind: 'Pod',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['po'],
      categories: ['all'],
      // As a real API server has it.
      storageVersionHash: 'xPOwRZ+Yhw8=',
    });
    expect(named(list.resources, 'nodes').storageVersionHash).toBe('XwShjMxG9Fs=');
    expect(named(list.resources, 'bindings')).toMatchObject({ verbs: ['create'] });
    expect(named(list.resources, 'bindings')).not.toHaveProperty('storageVersionHash');
    expect(named(list.resources, 'namespaces').verbs).not.toContain('deletecollection');
    const names = list.resources.map(({ name }: { name: string }) => name);
    expect(names).toEqual([...names].sort());
    expect(read('/apis/apps/v1')).toMatchObject({ apiVersion: 'v1', groupVersion: 'apps/v1' });
  });

  it('tells of subresources, and what they deal in', () => {
    const { resources } = read('/api/v1');
    expect(named(resources, 'pods/eviction')).toEqual({
      name: 'pods/eviction',
      singularName: '',
      namespaced: true,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    });
    expect(named(resources, 'pods/status')).toEqual({
      name: 'pods/status',
      singularName: '',
      namespaced: true,
      kind: 'Pod',
      verbs: ['get', 'patch', 'update'],
    });
    expect(named(resources, 'pods/exec')).toMatchObject({ kind: 'PodExecOptions', verbs: ['create', 'get'] });
    expect(named(resources, 'pods/log')).toMatchObject({ kind: 'Pod', verbs: ['get'] });
    expect(named(resources, 'nodes/proxy')).toMatchObject({ kind: 'NodeProxyOptions', namespaced: false });
    expect(named(read('/apis/apps/v1').resources, 'deployments/scale')).toMatchObject({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    });
  });

  it('tells of custom kinds while they are defined', () => {
    expect(ask('/apis/stable.example.com/v1')).toBeUndefined();
    addCronTabs();
    const { resources } = read('/apis/stable.example.com/v1');
    expect(resources.map(({ name }: { name: string }) => name)).toEqual([
      'crontabs',
      'crontabs/status',
      'crontabs/scale',
    ]);
    expect(resources[0]).toMatchObject({
      kind: 'CronTab',
      singularName: 'crontab',
      shortNames: ['ct'],
      categories: ['all'],
    });
    expect(ask('/apis/stable.example.com/v1alpha1')).toBeUndefined();
    // Both versions are stored as one.
    expect(read('/apis/stable.example.com/v1beta1').resources[0].storageVersionHash).toBe(
      resources[0].storageVersionHash,
    );
    kinds.all = resourceKinds;
    kinds.generation++;
    expect(ask('/apis/stable.example.com')).toBeUndefined();
  });

  it('does not know what is nowhere', () => {
    for (const path of ['/api/v2', '/apis/nowhere', '/apis/apps/v2', '/api/v1x', '/apisx'])
      expect(ask(path)).toBeUndefined();
  });

  it('takes a slash at the end, and reads only', () => {
    expect(ask('/api/v1/')?.status).toBe(200);
    expect(ask('/apis', {}, 'HEAD')?.status).toBe(200);
    expect(ask('/apis', {}, 'POST')?.status).toBe(405);
  });

  it('answers in YAML to those who want it', () => {
    const answer = ask('/apis/apps', { accept: 'application/yaml' });
    expect(answer?.headers['content-type']).toBe('application/yaml');
    expect(answer?.body).toMatch(/^kind: APIGroup\n/);
  });

  it('writes for people where one seems to read', () => {
    expect(ask('/apis/apps')?.body).not.toContain('\n ');
    expect(ask('/apis/apps?pretty=true')?.body).toContain('\n  "kind": "APIGroup"');
    expect(ask('/apis/apps', { 'user-agent': 'curl/8.0' })?.body).toContain('\n  "kind"');
    expect(ask('/apis/apps?pretty=0', { 'user-agent': 'curl/8.0' })?.body).not.toContain('\n ');
  });

  it('refuses forms it does not have', () => {
    const accepts = [
      'text/html',
      'constructor',
      'application/vnd.kubernetes.protobuf',
      'application/json;as=Table;g=meta.k8s.io;v=v1',
    ];
    for (const accept of accepts) {
      expect(() => ask('/apis', { accept })).toThrow(Refused);
    }
    expect(ask('/apis', { accept: 'application/vnd.kubernetes.protobuf,application/json' })?.status).toBe(200);
  });
});

describe('aggregated discovery', () => {
  it('tells of all groups at once', () => {
    addCronTabs();
    const answer = ask('/apis', { accept: `${aggregated('v2')},${aggregated('v2beta1')},application/json` });
    expect(answer?.headers).toMatchObject({
      'content-type': aggregated('v2'),
      vary: 'Accept',
      'cache-control': 'public',
      etag: expect.stringMatching(/^"[0-9A-F]{128}"$/),
    });
    const list = read('/apis', { accept: aggregated('v2') });
    expect(list).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    const [version] = named(list.items, 'apps').versions;
    expect(version).toMatchObject({ version: 'v1', freshness: 'Current' });
    expect(named(version.resources, 'deployments')).toEqual({
      resource: 'deployments',
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      subresources: [
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          verbs: ['get', 'patch', 'update'],
        },
        {
          subresource: 'status',
          responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
    expect(named(list.items, 'stable.example.com').versions).toHaveLength(2);
  });

  it('tells of the core group at its own root', () => {
    const list = read('/api', { accept: aggregated('v2beta1') });
    expect(list.apiVersion).toBe('apidiscovery.k8s.io/v2beta1');
    expect(list.items).toHaveLength(1);
    expect(list.items[0].metadata).toEqual({ creationTimestamp: null });
    expect(named(list.items[0].versions[0].resources, 'nodes').scope).toBe('Cluster');
  });

  it('says nothing to a client that has it, until the kinds change', () => {
    const accept = aggregated('v2');
    const etag = String(ask('/apis', { accept })?.headers.etag);
    expect(ask('/apis', { accept, 'if-none-match': etag })?.status).toBe(304);
    addCronTabs();
    expect(ask('/apis', { accept, 'if-none-match': etag })?.status).toBe(200);
  });

  it('gives the plain form to clients that do not name it, and below the roots', () => {
    expect(read('/apis', { accept: 'application/json' }).kind).toBe('APIGroupList');
    expect(read('/apis', { accept: `${aggregated('v3')},application/json` }).kind).toBe('APIGroupList');
    expect(read('/apis', {}).kind).toBe('APIGroupList');
    expect(read('/apis/apps', { accept: `${aggregated('v2')},application/json` }).kind).toBe('APIGroup');
    expect(() => ask('/apis/apps', { accept: aggregated('v2') })).toThrow(Refused);
  });
});

describe('the OpenAPI paths', () => {
  it('give version 2 as JSON, and as protobuf to those who name it', () => {
    expect(read('/openapi/v2').swagger).toBe('2.0');
    const answer = ask('/openapi/v2', { accept: protobuf });
    expect(answer?.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    expect(answer?.headers.etag).toBe(ask('/openapi/v2')?.headers.etag);
    expect(ask('/openapi/v2', { accept: protobuf, 'if-none-match': String(answer?.headers.etag) })?.status).toBe(304);
    expect(ask('/openapi/v2', { accept: 'text/html' })?.status).toBe(406);
  });

  it('compress what is long for those who can read it', () => {
    const answer = ask('/openapi/v2', { 'accept-encoding': 'br, gzip' });
    expect(answer?.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept, Accept-Encoding' });
    expect(ask('/openapi/v2', { 'accept-encoding': 'gzip;q=0, br' })?.headers).not.toHaveProperty('content-encoding');
  });

  it('lead from the index of version 3 to each document, which may be kept as long as its hash is the same', () => {
    const { paths } = read('/openapi/v3');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['api', 'api/v1', 'apis', 'apis/apps', 'apis/apps/v1', 'version']),
    );
    for (const { serverRelativeURL } of Object.values(paths) as { serverRelativeURL: string }[]) {
      const answer = ask(serverRelativeURL);
      expect(answer?.status).toBe(200);
      expect(answer?.headers).toMatchObject({ 'cache-control': 'public, immutable', expires: expect.any(String) });
    }
  });

  it('lead from an old hash to the new one', () => {
    const answer = ask('/openapi/v3/apis/apps/v1?hash=00');
    expect(answer?.status).toBe(301);
    expect(ask(String(answer?.headers.location))?.status).toBe(200);
    expect(ask('/openapi/v3/apis/apps/v1')?.headers).not.toHaveProperty('cache-control');
    expect(ask('/openapi/v3/apis/nowhere/v1')).toBeUndefined();
    expect(ask('/openapi/v1')).toBeUndefined();
  });

  it('change for the group alone that changed', () => {
    const before = read('/openapi/v3').paths;
    addCronTabs();
    const after = read('/openapi/v3').paths;
    expect(after['apis/stable.example.com/v1']).toBeDefined();
    expect(after['apis/apps']).toEqual(before['apis/apps']);
  });
});

describe('what the server says of itself', () => {
  it('is its version', () => {
    expect(read('/version')).toMatchObject({
      major: '1',
      minor: '30',
      gitVersion: 'v1.30.0',
      platform: expect.any(String),
    });
  });

  it('is its paths', () => {
    const { paths } = read('/');
    expect(paths).toEqual(
      expect.arrayContaining([
        '/api',
        '/api/v1',
        '/apis/apps/v1',
        '/healthz/etcd',
        '/metrics',
        '/openapi/v2',
        '/version',
      ]),
    );
    for (const path of paths.filter((one: string) => !one.endsWith('/')))
      expect([path, ask(path)?.status]).toEqual([path, 200]);
  });

  it('is its health', () => {
    expect(ask('/readyz')?.body).toBe('ok');
    health = { isSynced: false, isDraining: false };
    expect(ask('/readyz')?.status).toBe(500);
    expect(ask('/livez/ping')?.body).toBe('ok');
  });

  it('is the issuer of its tokens', () => {
    expect(read('/.well-known/openid-configuration')).toEqual({
      issuer: 'https://kubernetes.default.svc.cluster.local',
      jwks_uri: 'https://127.0.0.1:6443/openid/v1/jwks',
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
    expect(ask('/openid/v1/jwks')?.headers['content-type']).toBe('application/jwk-set+json');
    expect(read('/openid/v1/jwks').keys).toHaveLength(1);
  });

  it('is its figures', () => {
    const body = String(ask('/metrics')?.body);
    expect(body).toContain('# TYPE apiserver_storage_objects gauge\napiserver_storage_objects{resource="pods"} 3\n');
    expect(body).toContain('process_resident_memory_bytes 1024\n');
  });
});
