/** The taint-eviction controller, its informers and the API server played by the test. */

import { describe, expect, test } from 'vitest';
import type { Taint } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { node, pod } from '../testing/objects.ts';
import { type Play, play, told } from '../testing/stage.ts';
import { taintEvictionRule as rule } from './controller.ts';

const unreachable: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
const notReady: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' };
const tainted = (...taints: Taint[]) => node('n1', 'Unknown', { taints });
const stays = (seconds: number, key = unreachable.key) => ({
  tolerations: [{ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }],
});
const patient = pod('a', { spec: stays(300) });
const impatient = pod('a');

/** Plays the API server for one eviction; gives what was asked. */
function evict<Known>(p: Play<Known>, evicted = impatient): string[] {
  const asked: string[] = [];
  for (let calls = p.asked(); calls.length > 0; calls = p.asked()) {
    asked.push(...told(calls));
    for (const call of calls) p.ok(call, evicted);
  }
  return asked;
}

const eviction = ['get pods/a', 'patch pods/a status', 'delete pods/a'];

describe('a pod that does not tolerate the taint', () => {
  test('is marked and deleted at once, and told', () => {
    const p = play(rule, [node('n1'), impatient]);
    expect(p.asked()).toEqual([]);
    p.change(tainted(unreachable));
    const read = p.askedOne();
    p.ok(read, impatient);
    const mark = p.askedOne();
    expect(mark.body.patch).toEqual({
      metadata: { uid: 'a' },
      status: {
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByTaintManager',
            message: 'Taint manager: deleting due to NoExecute taint',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    });
    p.ok(mark, impatient);
    p.ok(p.askedOne());
    expect(p.events()).toEqual(['TaintManagerEviction: Marking for deletion Pod default/a']);
  });

  test('is not deleted twice while the cache still shows it', () => {
    const p = play(rule, [tainted(unreachable), impatient]);
    expect(evict(p)).toEqual(eviction);
    p.change(tainted(unreachable, notReady));
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });

  test('is deleted when it comes to the node later', () => {
    const p = play(rule, [tainted(unreachable)]);
    p.add(impatient);
    expect(evict(p)).toEqual(eviction);
  });

  test('is deleted at another try when one fails', () => {
    const p = play(rule, [tainted(unreachable), impatient]);
    p.ok(p.askedOne(), impatient);
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    p.advance(5);
    expect(evict(p)).toEqual(eviction);
  });

  test('needs nothing more when it is gone', () => {
    const p = play(rule, [tainted(unreachable), impatient]);
    p.refuse(p.askedOne(), failure.notFound('pods', 'a'));
    p.advance(60_000);
    expect(p.asked()).toEqual([]);
  });
});

describe('a pod that tolerates the taint for five minutes', () => {
  test('is planned for once, though its node and it are told of at the same time', () => {
    // Planned a second time in the same instant, it was called off in between: "Cancelling deletion of Pod".
    const p = play(rule, [tainted(unreachable), patient]);
    expect(p.events()).toEqual([]);
  });

  test('is deleted after them, and nobody looks at it before', () => {
    const p = play(rule, [node('n1'), patient]);
    p.change(tainted(unreachable));
    p.advance(299_999);
    expect(p.asked()).toEqual([]);
    expect(p.stage.memory.armedFor).toBe(300_000);
    p.advance(1);
    expect(evict(p, patient)).toEqual(eviction);
  });

  test('stays when the taint goes in time, which is told', () => {
    const p = play(rule, [tainted(unreachable), patient]);
    p.advance(200_000);
    p.change(node('n1'));
    p.advance(200_000);
    expect(p.asked()).toEqual([]);
    expect(p.events()).toEqual(['TaintManagerEviction: Cancelling deletion of Pod default/a']);
  });

  test('has the time that began with the first taint, though another takes its place', () => {
    const both = { tolerations: [...stays(300).tolerations, ...stays(300, notReady.key).tolerations] };
    const p = play(rule, [tainted(notReady), pod('a', { spec: both })]);
    p.advance(100_000);
    p.change(tainted(unreachable));
    p.advance(199_999);
    expect(p.asked()).toEqual([]);
    p.advance(1);
    expect(told(p.asked())).toEqual(['get pods/a']);
  });

  test('is deleted at once when a taint joins that it does not tolerate', () => {
    const p = play(rule, [tainted(unreachable), patient]);
    p.advance(10_000);
    p.change(tainted(unreachable, { key: 'example.com/gone', effect: 'NoExecute' }));
    expect(evict(p, patient)).toEqual(eviction);
  });

  test('needs nothing when it is deleted by somebody else', () => {
    const p = play(rule, [tainted(unreachable), patient]);
    p.remove(patient);
    p.advance(400_000);
    expect(p.asked()).toEqual([]);
    expect(p.stage.memory.known.plans.size).toBe(0);
  });

  test('has them by this machine’s own measure, wherever its clock is set', () => {
    const p = play(rule, [tainted(unreachable), patient]);
    p.stage.engine.setClock('machine', { offsetMs: 3_600_000 });
    p.advance(299_999);
    expect(p.asked()).toEqual([]);
    p.stage.engine.setClock('machine', { offsetMs: -3_600_000 });
    p.advance(1);
    expect(told(p.asked())).toEqual(['get pods/a']);
  });
});

test('a pod that tolerates the taint for ever stays', () => {
  const p = play(rule, [tainted(unreachable), pod('a', { spec: { tolerations: [{ operator: 'Exists' }] } })]);
  p.advance(3_600_000);
  expect(p.asked()).toEqual([]);
});

test('a node that is deleted evicts nobody any more', () => {
  const p = play(rule, [tainted(unreachable)]);
  p.remove(tainted(unreachable));
  p.add(impatient);
  expect(p.asked()).toEqual([]);
});

test('a heartbeat of the node is no news', () => {
  const p = play(rule, [tainted(unreachable), patient]);
  p.change(node('n1', 'Unknown', { taints: [unreachable], heartbeat: '2026-01-01T00:00:10Z' }));
  expect(p.stage.memory.queue.keys.size).toBe(0);
});
