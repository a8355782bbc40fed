import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Asker } from '../../protocol/messages/api.ts';
import { failure } from '../../protocol/status.ts';
import { Refused } from '../refused.ts';
import { VirtualDoor } from '../testing/virtual-door.ts';
import { Auditor } from './auditor.ts';
import { AuditLogFile } from './log-file.ts';
import {
  type AuditedRequest,
  type AuditPolicy,
  AuditPolicyError,
  decisionOf,
  defaultPolicy,
  parsePolicy,
} from './policy.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for.
type Line = any;

let asker: Asker | undefined;
let lines: Line[];
let door: VirtualDoor;

function open(policy: AuditPolicy) {
  lines = [];
  door = new VirtualDoor({
    parts: (link) => ({
      authenticate: () => {
        if (asker === undefined) throw new Refused(failure.unauthorized());
        return asker;
      },
      audit: new Auditor({
        policy,
        sink: (line) => lines.push(JSON.parse(line)),
        now: () => link.now(),
        makeId: () => `id-${lines.length}`,
      }),
    }),
  });
}

beforeEach(() => {
  asker = { user: { name: 'admin', groups: ['system:masters'] } };
});

const maps = '/api/v1/namespaces/default/configmaps';
const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: 'b' } });

describe('the audit log', () => {
  it('tells who did what, and how it ended', async () => {
    open(defaultPolicy);
    const headers = { 'user-agent': 'kubectl/v1.30', 'x-forwarded-for': '10.0.0.7' };
    const { headers: answered } = await door.ask('POST', `${maps}?fieldManager=me`, { body: map('one'), headers });
    expect(answered['audit-id']).toBe('id-0');
    const time = expect.stringMatching(/^2026-01-01T00:00:\d\d\.\d{6}Z$/);
    expect(lines).toEqual([
      {
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'Metadata',
        auditID: 'id-0',
        stage: 'ResponseComplete',
        requestURI: `${maps}?fieldManager=me`,
        verb: 'create',
        user: { username: 'admin', groups: ['system:masters'] },
        sourceIPs: ['10.0.0.7'],
        userAgent: 'kubectl/v1.30',
        objectRef: { resource: 'configmaps', namespace: 'default', name: 'one', apiVersion: 'v1' },
        responseStatus: { metadata: {}, code: 201 },
        requestReceivedTimestamp: time,
        stageTimestamp: time,
        annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
      },
    ]);
  });

  it('tells of refusals: by what rule, of whom, and of those that nobody knows', async () => {
    open(defaultPolicy);
    asker = { user: { name: 'jane' }, impersonated: { name: 'joe' } };
    await door.ask('DELETE', `${maps}/one`, { headers: { 'audit-id': 'mine' } });
    expect(lines[0]).toMatchObject({
      auditID: 'mine',
      verb: 'delete',
      user: { username: 'jane' },
      impersonatedUser: { username: 'joe' },
      responseStatus: { status: 'Failure', reason: 'Forbidden', code: 403, details: { name: 'joe', kind: 'users' } },
      annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
    });
    asker = { user: { name: 'jane', groups: ['system:authenticated'] } };
    await door.ask('GET', '/version');
    expect(lines[1]).toMatchObject({
      requestURI: '/version',
      verb: 'get',
      annotations: {
        'authorization.k8s.io/reason':
          'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
      },
    });
    expect(lines[1]).not.toHaveProperty('objectRef');
    asker = undefined;
    await door.ask('GET', maps, { headers: { authorization: 'Bearer guess' } });
    expect(lines[2]).toMatchObject({
      stage: 'ResponseStarted',
      user: {},
      responseStatus: { message: 'Authentication failed, attempted: bearer', code: 401 },
    });
  });

  it('tells of a watch when it begins and when it ends', async () => {
    open(defaultPolicy);
    await door.ask('GET', `${maps}?watch=1`);
    expect(lines.map(({ stage, verb }) => [stage, verb])).toEqual([
      ['ResponseStarted', 'watch'],
      ['ResponseComplete', 'watch'],
    ]);
    expect(lines[0].annotations).toEqual({
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': '',
    });
  });

  it('shows what was sent and answered where the policy says so, without managers where it says that', async () => {
    open({ rules: [{ level: 'RequestResponse', omitManagedFields: true }] });
    await door.ask('POST', maps, { body: map('one') });
    await door.ask('PATCH', `${maps}/one`, { body: { data: { c: 'd' } } });
    await door.ask('GET', maps);
    expect(lines.map(({ stage }) => stage)).toEqual(Array(3).fill(['RequestReceived', 'ResponseComplete']).flat());
    const [, created, , patched, , listed] = lines;
    expect(created.requestObject.data).toEqual({ a: 'b' });
    expect(created.responseObject).toMatchObject({ kind: 'ConfigMap', metadata: { uid: expect.any(String) } });
    expect(created.responseObject.metadata).not.toHaveProperty('managedFields');
    expect(patched.requestObject).toEqual({ data: { c: 'd' } });
    expect(patched.responseObject.data).toEqual({ a: 'b', c: 'd' });
    expect(listed).not.toHaveProperty('requestObject');
    expect(listed.responseObject.items.at(-1).metadata).not.toHaveProperty('managedFields');
  });
});

describe('a policy', () => {
  const policy = parsePolicy(`
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    users: [system:kube-proxy]
    verbs: [watch]
    resources: [{ group: "", resources: [endpoints, services] }]
  - level: None
    nonResourceURLs: ["/healthz*", /version]
  - level: Metadata
    resources: [{ group: "", resources: [secrets, "pods/*", "*/token"] }]
    omitStages: [ResponseStarted]
  - level: Request
    userGroups: [ops]
    namespaces: [kube-system]
  - level: RequestResponse
    resources: [{ group: apps }, { group: "", resources: [configmaps], resourceNames: [one] }]
`);
  const about = (resource: string, more: object = {}, verb = 'get', user: object = {}): AuditedRequest => ({
    user: { name: 'jane', ...user },
    verb,
    path: '/x',
    resource: { group: '', version: 'v1', resource, subresource: '', namespace: 'default', name: '', ...more },
  });
  const levelOf = (request: AuditedRequest) => decisionOf(policy, request).level;

  it('decides by the first rule that fits', () => {
    expect(levelOf(about('services', {}, 'watch', { name: 'system:kube-proxy' }))).toBe('None');
    expect(levelOf(about('secrets'))).toBe('Metadata');
    expect(levelOf(about('services'))).toBe('None');
    expect(levelOf(about('pods', { subresource: 'log' }))).toBe('Metadata');
    expect(levelOf(about('serviceaccounts', { subresource: 'token' }))).toBe('Metadata');
    expect(levelOf(about('services', { namespace: 'kube-system' }, 'get', { groups: ['ops'] }))).toBe('Request');
    expect(levelOf(about('deployments', { group: 'apps' }))).toBe('RequestResponse');
    expect(levelOf(about('configmaps', { name: 'one' }))).toBe('RequestResponse');
    expect(levelOf(about('configmaps', { name: 'two' }))).toBe('None');
    expect(decisionOf(policy, about('secrets')).omitStages).toEqual(['RequestReceived', 'ResponseStarted']);
  });

  it('tells paths from resources', () => {
    const path = (path: string) => levelOf({ user: undefined, verb: 'get', path });
    expect(path('/healthz/etcd')).toBe('None');
    expect(decisionOf(defaultPolicy, { user: undefined, verb: 'get', path: '/metrics' }).level).toBe('Metadata');
    const only = parsePolicy(
      '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata, nonResourceURLs: ["/metrics"]}]}',
    );
    expect(decisionOf(only, { user: undefined, verb: 'get', path: '/metrics' }).level).toBe('Metadata');
    expect(decisionOf(only, about('pods')).level).toBe('None');
  });

  it.each([
    ['rules: []', 'it must begin with'],
    ['{apiVersion: audit.k8s.io/v1, kind: Policy}', 'rules: there must be at least one'],
    [
      '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: All}]}',
      'rules[0].level: must be one of None, Metadata, Request, RequestResponse, not "All"',
    ],
    ['{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None, user: joe}]}', 'rules[0].user: unknown field'],
    [
      '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None, omitStages: [Never]}]}',
      'rules[0].omitStages: must be of',
    ],
    [
      '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None, verbs: get}]}',
      'rules[0].verbs: must be a list',
    ],
    ['a: [', 'Flow sequence'],
  ])('that is wrong is refused with its place: %s', (text, message) => {
    expect(() => parsePolicy(text)).toThrow(AuditPolicyError);
    expect(() => parsePolicy(text)).toThrow(message);
  });
});

describe('a log file', () => {
  it('has a line for each event, after what it had before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'audit-'));
    const path = join(folder, 'audit.log');
    for (const text of ['one', 'two']) {
      const file = new AuditLogFile(path);
      file.write(text);
      await file.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    rmSync(folder, { recursive: true });
  });

  it('that cannot be written says so at its end', async () => {
    const file = new AuditLogFile('/nowhere/at/all/audit.log');
    file.write('one');
    await expect(file.close()).rejects.toThrow('ENOENT');
  });
});
