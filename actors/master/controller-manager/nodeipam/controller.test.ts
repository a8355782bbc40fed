/** The node IPAM controller, its informer and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import { failure } from '../../../../protocol/status.ts';
import { node } from '../testing/objects.ts';
import { play } from '../testing/stage.ts';
import { nodeIpamRule as rule } from './controller.ts';

const small = { 'cluster-cidr': '10.244.0.0/23' };
const withCidr = (name: string, podCIDR: string) => node(name, 'True', { spec: { podCIDR, podCIDRs: [podCIDR] } });
const conflict = failure.conflict('nodes', 'n', 'changed');

test('each node gets a range of its own', () => {
  const p = play(rule, [node('n1'), node('n2')]);
  const patches = p.asked().map(({ body }) => [body.name, body.patch.spec]);
  expect(patches).toEqual([
    ['n1', { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] }],
    ['n2', { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] }],
  ]);
});

test('what nodes have from before is theirs, whatever the order they are told in', () => {
  const p = play(rule, [node('n1'), withCidr('n2', '10.244.0.0/24')]);
  expect(p.askedOne().body).toMatchObject({ name: 'n1', patch: { spec: { podCIDR: '10.244.1.0/24' } } });
});

test('addresses of Services are no addresses of pods', () => {
  const p = play(rule, [node('n1')], { ...small, 'service-cluster-ip-range': '10.244.0.0/24' });
  expect(p.askedOne().body.patch.spec.podCIDR).toBe('10.244.1.0/24');
});

test('a node that goes gives its range back', () => {
  const [first, second] = [withCidr('n1', '10.244.0.0/24'), withCidr('n2', '10.244.1.0/24')];
  const p = play(rule, [first, second], small);
  p.remove(first);
  p.add(node('n3'));
  expect(p.askedOne().body.patch.spec.podCIDR).toBe('10.244.0.0/24');
});

describe('when no range is left', () => {
  test('the node is told, and gets one as soon as another is given back', () => {
    const [first, second] = [withCidr('n1', '10.244.0.0/24'), withCidr('n2', '10.244.1.0/24')];
    const p = play(rule, [first, second], small);
    p.add(node('n3'));
    expect(p.events()).toEqual(['CIDRNotAvailable: Node n3 status is now: CIDRNotAvailable']);
    expect(p.asked()).toEqual([]);
    p.remove(second);
    p.advance(5);
    expect(p.askedOne().body).toMatchObject({ name: 'n3', patch: { spec: { podCIDR: '10.244.1.0/24' } } });
  });
});

describe('a range that cannot be written', () => {
  test('is tried three times, then given back, and the node is told', () => {
    const p = play(rule, [node('n1')], small);
    for (let i = 0; i < 3; i++) p.refuse(p.askedOne(), conflict);
    expect(p.events()).toEqual(['CIDRAssignmentFailed: Node n1 status is now: CIDRAssignmentFailed']);
    expect(p.stage.memory.known.cidrs.used.size).toBe(0);
    p.advance(5);
    expect(p.askedOne().body.name).toBe('n1');
  });

  test('is kept from others when it may have been written all the same', () => {
    const p = play(rule, [node('n1')], small);
    for (let i = 0; i < 3; i++) p.refuse(p.askedOne(), failure.timeout('context deadline exceeded'));
    expect(p.stage.memory.known.cidrs.used.size).toBe(1);
  });

  test('is given back when the node got another meanwhile', () => {
    const p = play(rule, [node('n1')]);
    const call = p.askedOne();
    p.change(withCidr('n1', '10.244.9.0/24'));
    p.refuse(call, conflict);
    expect(p.asked()).toEqual([]);
    expect([...p.stage.memory.known.cidrs.used]).toEqual([9]);
  });

  test('is given back when the node is gone', () => {
    const p = play(rule, [node('n1')]);
    const call = p.askedOne();
    p.remove(node('n1'));
    p.refuse(call, failure.notFound('nodes', 'n1'));
    expect(p.asked()).toEqual([]);
    expect(p.stage.memory.known.cidrs.used.size).toBe(0);
  });
});
