/** Which host has what: nothing twice, nothing lost, and what is refused is refused in words. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeAddressOf } from '../cluster-spec.ts';
import {
  adoptCode,
  checkCode,
  checkFrame,
  forgetMember,
  leaveHost,
  releaseHost,
  resumeHost,
  startMember,
} from './claims.ts';
import { type ClusterDocument, describeNodes, describeRoles, nodesOfHost, replicasOf, specOf } from './document.ts';
import { HostsError } from './hosts-error.ts';
import { parseRoles } from './role-claims.ts';
import { ask, code, empty, founding, joined, refusalOf } from './testing/example.ts';

const rolesOf = (document: ClusterDocument, host: string) => describeRoles(document.hosts[host]?.roles ?? {});
const nodesOf = (document: ClusterDocument, host: string) => describeNodes(document.hosts[host]?.nodes ?? []);

describe('roles', () => {
  test('a host gets the lowest replica of each component that nobody has', () => {
    const a = joined(empty, 'a', ask('etcd,apiserver'));
    const b = joined(a, 'b', ask('etcd,apiserver,scheduler'));
    const c = joined(b, 'c', ask('etcd'));
    expect([rolesOf(c, 'a'), rolesOf(c, 'b'), rolesOf(c, 'c')]).toEqual([
      'etcd 0, apiserver 0',
      'etcd 1, apiserver 1, scheduler 0',
      'etcd 2',
    ]);
  });

  test('a host can ask for certain ones, by the names of Kubernetes too', () => {
    const a = joined(empty, 'a', ask('etcd=1,etcd=2,kube-apiserver=1'));
    expect(rolesOf(a, 'a')).toBe('etcd 1 and 2, apiserver 1');
    expect(rolesOf(joined(a, 'b', ask('etcd,apiserver')), 'b')).toBe('etcd 0, apiserver 0');
  });

  test('control-plane is one of each that is left', () => {
    const a = joined(empty, 'a', ask('control-plane'));
    const c = joined(joined(a, 'b', ask('control-plane')), 'c', ask('control-plane'));
    expect(rolesOf(c, 'a')).toBe('etcd 0, apiserver 0, scheduler 0, controller-manager 0, dns 0');
    expect(rolesOf(c, 'b')).toBe('etcd 1, apiserver 1, dns 1');
    expect(rolesOf(c, 'c')).toBe('etcd 2');
    const metrics = { ...empty, frame: { ...empty.frame, metricsServer: true } };
    expect(rolesOf(joined(metrics, 'a', ask('control-plane')), 'a')).toMatch(/metrics-server 0$/);
  });

  test('asking again for what one has gives nothing more: a host comes back with the same command line', () => {
    const a = joined(empty, 'a', ask('etcd,apiserver=1', 4));
    const again = joined(a, 'a', ask('etcd,apiserver=1', 4));
    expect(again.hosts.a).toEqual({ ...a.hosts.a, starts: 2 });
    expect(joined(a, 'a').hosts.a).toEqual({ ...a.hosts.a, starts: 2 });
  });

  test('what another has is refused, naming who has it and how to have it', async () => {
    const a = joined(empty, 'a', ask('scheduler,etcd'));
    expect(await refusalOf(() => joined(a, 'b', ask('scheduler')))).toMatchObject({
      code: 'had',
      message: 'scheduler has none left: the only replica is had (scheduler 0 on a)',
      fix: expect.stringContaining('--take-over'),
    });
    expect(await refusalOf(() => joined(a, 'b', ask('etcd=0')))).toMatchObject({
      message: 'etcd 0 is had by host a',
      fix: expect.stringContaining('--take-over a'),
    });
    expect((await refusalOf(() => joined(a, 'b', ask('etcd=3')))).message).toBe('cluster c has 3 of etcd: 0 to 2');
    expect((await refusalOf(() => joined(a, 'b', ask('metrics-server')))).message).toBe(
      'cluster c has no metrics-server',
    );
  });

  test.each([
    ['etcdd', 'did you mean "etcd"?'],
    ['web', /the roles are etcd, apiserver/],
    ['etcd=x', 'write etcd=1 for replica 1, counted from 0'],
  ])('%s is no role', async (text, fix) => {
    expect(await refusalOf(() => parseRoles(text))).toMatchObject({ code: 'bad-ask', fix: expect.stringMatching(fix) });
  });
});

describe('nodes', () => {
  test('are named and addressed one after the other, over all hosts', () => {
    const b = joined(joined(empty, 'a', ask('', 3)), 'b', ask('', 500));
    expect([nodesOf(b, 'a'), nodesOf(b, 'b')]).toEqual(['node-1..node-3 (3)', 'node-4..node-503 (500)']);
    const nodes = nodesOfHost(b.hosts.b);
    expect([nodes[0]?.name, nodes[0]?.address]).toEqual(['node-4', nodeAddressOf(3)]);
    expect(specOf(b).nodes).toHaveLength(503);
    expect(new Set(specOf(b).nodes.map(({ address }) => address)).size).toBe(503);
  });

  test('of another prefix are counted by themselves, and have addresses of their own', () => {
    const a = joined(empty, 'a', ask('', 3));
    const gpu = {
      count: 2,
      prefix: 'gpu-',
      labels: { gpu: 'yes' },
      capacity: { 'example.com/gpu': '4' },
      zones: ['x', 'y'],
    };
    const b = joined(a, 'b', ask('', 0, { nodes: [gpu] }));
    expect(nodesOfHost(b.hosts.b)).toMatchObject([
      { name: 'gpu-1', address: nodeAddressOf(3), labels: { gpu: 'yes' }, zone: 'x' },
      { name: 'gpu-2', address: nodeAddressOf(4), capacity: { cpu: '4', 'example.com/gpu': '4' }, zone: 'y' },
    ]);
  });

  test('a host that asks for more gets what lacks as one more range', () => {
    const two = joined(joined(empty, 'a', ask('', 3)), 'b', ask('', 2));
    expect(nodesOf(joined(two, 'a', ask('', 5)), 'a')).toBe('node-1..node-3 (3), node-6..node-7 (2)');
  });

  test('a host that asks for fewer, or for others, is told what it has', async () => {
    const a = joined(empty, 'a', ask('', 3));
    expect(await refusalOf(() => joined(a, 'a', ask('', 2)))).toMatchObject({
      code: 'differs',
      message: 'host a has node-1..node-3 (3) already, and only 2 were asked for',
      fix: expect.stringContaining('--release a'),
    });
    const large = ask('', 0, { nodes: [{ count: 3, capacity: { cpu: '64' } }] });
    expect((await refusalOf(() => joined(a, 'a', large))).message).toMatch(/with other options/);
  });

  test('there are no more than there are addresses', async () => {
    const all = joined(empty, 'a', ask('', 65_533));
    expect(nodesOfHost(all.hosts.a).at(-1)?.address).toBe('172.18.255.254');
    expect((await refusalOf(() => joined(all, 'b', ask('', 1)))).message).toMatch(
      /do not fit: there are addresses for 0/,
    );
  });

  test('a prefix that ends in a digit would give two nodes one name', async () => {
    const asked = ask('', 0, { nodes: [{ count: 1, prefix: 'node-1' }] });
    expect((await refusalOf(() => joined(empty, 'a', asked))).fix).toBe('write one that does not: "node-1-"');
  });
});

describe('a host that is gone', () => {
  const two = joined(joined(empty, 'a', ask('etcd,scheduler', 3)), 'b', ask('etcd', 2));

  test('keeps what it has until it is released, and then it can be had', async () => {
    expect((await refusalOf(() => joined(two, 'c', ask('scheduler')))).code).toBe('had');
    expect(nodesOf(joined(two, 'c', ask('', 2)), 'c')).toBe('node-6..node-7 (2)');
    const released = releaseHost(two, 'a', new Set(['b']));
    const c = joined(released, 'c', ask('etcd,scheduler', 2));
    expect([rolesOf(c, 'c'), nodesOf(c, 'c')]).toEqual(['etcd 0, scheduler 0', 'node-1..node-2 (2)']);
    expect(nodesOf(joined(released, 'c', ask('', 4)), 'c')).toBe('node-6..node-9 (4)');
  });

  test('can be taken over by name, with all it had', () => {
    const c = joined(two, 'c', ask('', 1, { nodes: [], takeOver: ['a'] }), ['b']);
    expect(c.hosts.a).toBeUndefined();
    expect([rolesOf(c, 'c'), nodesOf(c, 'c')]).toEqual(['etcd 0, scheduler 0', 'node-1..node-3 (3)']);
    const b = joined(two, 'b', ask('', 0, { takeOver: ['a'] }));
    expect([rolesOf(b, 'b'), nodesOf(b, 'b')]).toEqual([
      'etcd 0 and 1, scheduler 0',
      'node-4..node-5 (2), node-1..node-3 (3)',
    ]);
    // Started again with the same command line.
    expect(joined(c, 'c', ask('', 0, { takeOver: ['a'] })).hosts.c).toEqual({ ...c.hosts.c, starts: 2 });
  });

  test('while it lives nobody takes it over, releases it, or has its name', async () => {
    const takeOver = ask('', 0, { takeOver: ['a'] });
    expect(await refusalOf(() => joined(two, 'c', takeOver, ['a']))).toMatchObject({
      code: 'in-use',
      message: 'host a lives as process 100 on machine machine-a-id, and has etcd 0, scheduler 0, node-1..node-3 (3)',
    });
    expect((await refusalOf(() => releaseHost(two, 'a', new Set(['a'])))).code).toBe('in-use');
    expect(await refusalOf(() => joined(two, 'a', ask(''), ['a']))).toMatchObject({
      code: 'in-use',
      message: 'host a runs already as process 100 on machine machine-a-id, since 2026-01-02T00:00:00.000Z',
      fix: expect.stringContaining('--name a-2'),
    });
  });

  test('that nobody knows cannot be taken over or released', async () => {
    expect((await refusalOf(() => joined(empty, 'c', ask('', 0, { takeOver: ['x'] })))).fix).toBe(
      'its hosts are: none',
    );
    expect((await refusalOf(() => releaseHost(two, 'x', new Set()))).fix).toBe('its hosts are: a, b');
    expect((await refusalOf(() => joined(two, 'a', ask('', 0, { takeOver: ['a'] })))).code).toBe('bad-ask');
  });

  test('goes on after a gap when its claim is its own, and not when another process has it', async () => {
    expect(resumeHost(two, 'a', 'a-id').hosts.a).toMatchObject({ id: 'a-id', returns: 1 });
    expect((await refusalOf(() => resumeHost(two, 'a', 'older'))).message).toMatch(
      /^host a is another process now: 100/,
    );
    const c = joined(two, 'c', ask('', 0, { takeOver: ['a'] }));
    expect(await refusalOf(() => resumeHost(c, 'a', 'a-id'))).toMatchObject({ code: 'lost' });
  });

  test('in good order says so, and keeps what it has', () => {
    const left = leaveHost(two, 'a', 'a-id', 5);
    expect(left.hosts.a).toEqual({ ...two.hosts.a, leftAt: 5 });
    expect(joined(left, 'a').hosts.a).not.toHaveProperty('leftAt');
    expect(leaveHost(two, 'a', 'older', 5)).toBe(two);
  });
});

describe('a member of etcd', () => {
  const started = startMember(joined(empty, 'b', ask('etcd=1')), 'b', 'b-id', 1, 'd1', Date.UTC(2026, 0, 3));

  test('that was started is only had with its data', async () => {
    expect(await refusalOf(() => joined(started, 'b', ask('etcd')))).toMatchObject({
      code: 'no-data',
      message: 'etcd 1 has data on host b, written since 2026-01-03T00:00:00.000Z (d1), and this host has none of them',
      fix: expect.stringMatching(/--data-dir that host b had.*--forget-etcd 1/),
    });
    expect((await refusalOf(() => joined(started, 'b', ask('', 0, { data: { 1: 'other' } })))).message).toMatch(
      /others/,
    );
    expect(rolesOf(joined(started, 'b', ask('', 0, { data: { 1: 'd1' } })), 'b')).toBe('etcd 1');
  });

  test('goes first to the host that has its data, then the lowest that was never started', async () => {
    const free = releaseHost(started, 'b', new Set());
    expect(rolesOf(joined(free, 'c', ask('etcd')), 'c')).toBe('etcd 0');
    expect(rolesOf(joined(free, 'c', ask('etcd', 0, { data: { 1: 'd1' } })), 'c')).toBe('etcd 1');
    const two = joined(joined(free, 'x', ask('etcd')), 'y', ask('etcd'));
    expect([rolesOf(two, 'x'), rolesOf(two, 'y')]).toEqual(['etcd 0', 'etcd 2']);
    expect((await refusalOf(() => joined(two, 'z', ask('etcd')))).code).toBe('no-data');
  });

  test('taken over needs its data too', async () => {
    const takeOver = { takeOver: ['b'] };
    expect((await refusalOf(() => joined(started, 'c', ask('', 0, takeOver)))).code).toBe('no-data');
    expect(rolesOf(joined(started, 'c', ask('', 0, { ...takeOver, data: { 1: 'd1' } })), 'c')).toBe('etcd 1');
  });

  test('whose data are lost begins empty once it was given up', async () => {
    expect((await refusalOf(() => forgetMember(started, 1, new Set(['b'])))).code).toBe('in-use');
    expect((await refusalOf(() => forgetMember(started, 0, new Set()))).code).toBe('bad-ask');
    expect(rolesOf(joined(forgetMember(started, 1, new Set()), 'b'), 'b')).toBe('etcd 1');
  });

  test('is started by its host alone', async () => {
    expect((await refusalOf(() => startMember(started, 'b', 'older', 1, 'd', 0))).code).toBe('lost');
    expect((await refusalOf(() => startMember(started, 'b', 'b-id', 0, 'd', 0))).code).toBe('had');
    expect(startMember(started, 'b', 'b-id', 1, 'd1', 0)).toBe(started);
  });
});

describe('code', () => {
  const other = { version: '1.0.0', fingerprint: 'bbbbbbbbbbbb' };

  test('of another fingerprint is refused, both named; also of another format', async () => {
    expect(await refusalOf(() => checkCode(empty, other))).toMatchObject({
      code: 'other-code',
      message: 'cluster c runs Troupe 1.0.0 (aaaaaaaaaaaa), and this is 1.0.0 (bbbbbbbbbbbb)',
    });
    expect((await refusalOf(() => checkCode({ ...empty, format: 99 }, code))).message).toMatch(/writes format 99/);
    expect(() => checkCode(empty, code)).not.toThrow();
  });

  test('changes for all once no host lives', async () => {
    expect((await refusalOf(() => adoptCode(empty, other, new Set(['a'])))).code).toBe('other-code');
    expect(adoptCode(empty, other, new Set()).code).toEqual(other);
  });

  test('a cluster is not founded again as another one', async () => {
    const { frame } = founding;
    const { etcd, ...rest } = frame.controlPlane;
    expect(() => checkFrame(empty, { ...frame, controlPlane: { ...rest, etcd } })).not.toThrow();
    const asked = { ...frame, controlPlane: { ...frame.controlPlane, etcd: 5 }, masterZones: ['x'] };
    expect((await refusalOf(() => checkFrame(empty, asked))).message).toBe(
      'cluster c is there already, and was founded with other controlPlane, masterZones',
    );
  });
});

/** What hosts may do, in any order; living ones as the leases would have it. */
const deeds = fc.array(
  fc.record({
    host: fc.constantFrom('a', 'b', 'c', 'd'),
    deed: fc.constantFrom('join', 'leave', 'die', 'release', 'takeOver'),
    other: fc.constantFrom('a', 'b', 'c', 'd'),
    roles: fc.array(fc.constantFrom('etcd', 'etcd=1', 'apiserver', 'scheduler=0', 'control-plane'), { maxLength: 3 }),
    nodes: fc.integer({ min: 0, max: 9 }),
    prefix: fc.constantFrom('node-', 'gpu-'),
  }),
  { maxLength: 40 },
);

test('whatever hosts do in whatever order, nothing is had twice and no living host loses anything', () => {
  fc.assert(
    fc.property(deeds, (all) => {
      let document = empty;
      const living = new Set<string>();
      all.forEach(({ host, deed, other, roles, nodes, prefix }, i) => {
        const before = document;
        try {
          if (deed === 'join' || deed === 'takeOver') {
            const takeOver = deed === 'takeOver' ? [other] : [];
            const asked = ask(roles.join(','), 0, { nodes: [{ count: nodes, prefix }], takeOver });
            document = joined(document, host, asked, [...living]);
            living.add(host);
          } else if (deed === 'release') document = releaseHost(document, host, living);
          else {
            if (deed === 'leave') document = leaveHost(document, host, `${host}-id`, i);
            living.delete(host);
          }
        } catch (error) {
          if (!(error instanceof HostsError)) throw error;
        }
        check(before, document, living, host);
      });
    }),
    { numRuns: 300 },
  );
});

function check(before: ClusterDocument, after: ClusterDocument, living: ReadonlySet<string>, doer: string): void {
  const counts = new Map(replicasOf(after.frame));
  const replicas = Object.values(after.hosts).flatMap(({ roles }) =>
    Object.entries(roles).flatMap(([component, indexes]) => {
      for (const index of indexes) expect(index).toBeLessThan(counts.get(component as 'etcd') ?? 0);
      return indexes.map((index) => `${component} ${index}`);
    }),
  );
  expect(new Set(replicas).size).toBe(replicas.length);
  const { nodes } = specOf(after);
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
  expect(new Set(nodes.map(({ address }) => address)).size).toBe(nodes.length);
  for (const host of living) {
    if (host === doer) continue;
    expect(after.hosts[host]).toEqual(before.hosts[host]);
  }
}
