/** The pod garbage collector, its informers and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import { failure } from '../../../../protocol/status.ts';
import { node, pod } from '../testing/objects.ts';
import { play, told } from '../testing/stage.ts';
import { podGcRule as rule } from './controller.ts';

const n1 = node('n1');
const goneNode = failure.notFound('nodes', 'n1');

describe('pods of a node that is not there', () => {
  test('are left alone for 40 s, then, when the node is really gone, failed and deleted', () => {
    const p = play(rule, [pod('a')]);
    p.advance(39_999);
    expect(p.asked()).toEqual([]);
    p.advance(1);
    const probe = p.askedOne();
    expect(told([probe])).toEqual(['get nodes/n1']);
    p.refuse(probe, goneNode);
    const mark = p.askedOne();
    expect(told([mark])).toEqual(['patch pods/a status']);
    expect(mark.body.patch).toEqual({
      metadata: { uid: 'a' },
      status: {
        phase: 'Failed',
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByPodGC',
            message: 'PodGC: node no longer exists',
            lastTransitionTime: '2026-01-01T00:00:40Z',
          },
        ],
      },
    });
    p.ok(mark);
    const deletion = p.askedOne();
    expect(deletion.body).toEqual({
      resource: 'pods',
      namespace: 'default',
      name: 'a',
      options: { gracePeriodSeconds: 0 },
    });
  });

  test('are left alone when the node joins within that time', () => {
    const p = play(rule, [pod('a')]);
    p.advance(30_000);
    p.add(n1);
    p.advance(120_000);
    expect(p.asked()).toEqual([]);
  });

  test('are left alone when only this cache does not know the node', () => {
    const p = play(rule, [pod('a')]);
    p.advance(40_000);
    p.ok(p.askedOne(), n1);
    expect(p.asked()).toEqual([]);
  });

  test('are left for the next time when nobody can tell', () => {
    const p = play(rule, [pod('a')]);
    p.advance(40_000);
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    expect(p.asked()).toEqual([]);
    p.advance(60_000);
    expect(told(p.asked())).toEqual(['get nodes/n1']);
  });

  test('are not deleted before their phase could be written', () => {
    const p = play(rule, [pod('a'), pod('b')]);
    p.advance(40_000);
    p.refuse(p.askedOne(), goneNode);
    const [a, b] = p.asked();
    p.refuse(a, failure.conflict('pods', 'a', 'changed'));
    p.ok(b);
    expect(told(p.asked())).toEqual(['delete pods/b']);
  });
});

test('a pod deleted before it had a node is failed without a condition, and deleted', () => {
  const p = play(rule, [n1]);
  p.add(
    pod('a', {
      meta: { deletionTimestamp: '2026-01-01T00:01:00Z' },
      spec: { nodeName: '' },
      status: { phase: 'Pending' },
    }),
  );
  p.advance(20_000);
  const mark = p.askedOne();
  expect(mark.body.patch.status).toEqual({ phase: 'Failed' });
  p.ok(mark);
  expect(told(p.asked())).toEqual(['delete pods/a']);
});

test('ended pods beyond --terminated-pod-gc-threshold are deleted as they are', () => {
  const ended = ['a', 'b', 'c'].map((name) => pod(name, { status: { phase: 'Succeeded' } }));
  const p = play(rule, [n1, ...ended], { 'terminated-pod-gc-threshold': 1 });
  expect(told(p.asked())).toEqual(['delete pods/a', 'delete pods/b']);
});

test('pods being deleted on a node that was said to be out of service are deleted by force, others stay', () => {
  const taints = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }];
  const going = pod('going', { meta: { deletionTimestamp: '2026-01-01T00:01:00Z' } });
  const p = play(rule, [node('n1', 'Unknown', { taints }), going, pod('stays')]);
  p.ok(p.askedOne());
  expect(told(p.asked())).toEqual(['delete pods/going']);
});
