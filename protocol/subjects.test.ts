import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  childAddress,
  clientAddress,
  clusterOf,
  containerAddress,
  escapeToken,
  hostAddress,
  masterAddress,
  masterGroup,
  matchesSubject,
  nodeAddress,
  nodeOf,
  pauseAddress,
  podAddress,
  registryAddress,
  unescapeToken,
} from './subjects.ts';

/** Any text, with the characters that matter to NATS more often than chance has it. */
const names = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('.', '*', '>', '%', ' ', '\t', '\u0000', '\u00a0', '\u2028', 'a', '-', '2', 'E') }),
);

describe('tokens', () => {
  it('give back the name they were made of', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(unescapeToken(escapeToken(name))).toBe(name);
      }),
    );
  });

  it('hold nothing that NATS gives a meaning, and are never empty', () => {
    fc.assert(
      fc.property(names, (name) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
        expect(escapeToken(name)).toMatch(/^[^.*>\s\u0000-\u001f\u007f]+$/u);
      }),
    );
  });

  it('differ where names differ', () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        expect(escapeToken(one) === escapeToken(other)).toBe(one === other);
      }),
    );
  });

  it('leave Kubernetes names readable', () => {
    expect(escapeToken('node-1.zone-a')).toBe('node-1%2Ezone-a');
    expect(escapeToken('my-node')).toBe('my-node');
  });
});

describe('addresses', () => {
  it('are as the design draws them', () => {
    expect(masterAddress('c', 'etcd', 2)).toBe('c.master.etcd.2');
    expect(masterGroup('c', 'apiserver')).toBe('c.master.apiserver');
    expect(nodeAddress('c', 'n1.a', 'kubelet')).toBe('c.node.n1%2Ea.kubelet');
    expect(podAddress('c', 'n1', 'uid')).toBe('c.node.n1.pod.uid');
    expect(pauseAddress('c', 'n1', 'uid')).toBe('c.node.n1.pod.uid.pause');
    expect(containerAddress('c', 'n1', 'uid', 'web')).toBe('c.node.n1.pod.uid.container.web');
    expect(clientAddress('c', 'user')).toBe('c.client.user');
    expect(registryAddress('c')).toBe('c.registry');
    expect(hostAddress('c', 'local', 'story')).toBe('c.host.local.story');
    expect(childAddress('c.a', 'informer', 'leases.coordination.k8s.io')).toBe(
      'c.a.informer.leases%2Ecoordination%2Ek8s%2Eio',
    );
  });

  it('tell their cluster and their node', () => {
    fc.assert(
      fc.property(names, names, names, (cluster, node, container) => {
        const address = containerAddress(cluster, node, 'uid', container);
        expect(clusterOf(address)).toBe(cluster);
        expect(nodeOf(address)).toBe(node);
        expect(nodeOf(clientAddress(cluster, node))).toBeUndefined();
      }),
    );
    expect(clusterOf('c')).toBe('c');
  });
});

describe('patterns', () => {
  it.each([
    ['c.node.n1.kubelet', 'c.node.n1.kubelet', true],
    ['c.node.*.kubelet', 'c.node.n1.kubelet', true],
    ['c.node.*.kubelet', 'c.node.n1.runtime', false],
    ['c.node.n1.>', 'c.node.n1.pod.uid.pause', true],
    ['c.node.n1.>', 'c.node.n1', false],
    ['c.node.n1.>', 'c.node.n11.kubelet', false],
    ['>', 'c', true],
    ['*', 'c.node', false],
    ['c.*', 'c', false],
    ['c.>.x', 'c.a.x', false],
  ])('%s against %s: %s', (pattern, subject, expected) => {
    expect(matchesSubject(pattern, subject)).toBe(expected);
  });

  it('match what they were made of, and with any token starred', () => {
    const subjects = fc.array(names.map(escapeToken), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(subjects, fc.nat(), (tokens, place) => {
        const starred = tokens.with(place % tokens.length, '*');
        const subject = tokens.join('.');
        expect(matchesSubject(subject, subject)).toBe(true);
        expect(matchesSubject(starred.join('.'), subject)).toBe(true);
        expect(matchesSubject([...tokens.slice(0, place % tokens.length), '>'].join('.'), subject)).toBe(true);
        expect(matchesSubject([...tokens, '>'].join('.'), subject)).toBe(false);
      }),
    );
  });
});
