/** The chart that all controllers share, with a rule of the test's own: each Node is a key, and each sync asks for it. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../../engine/testing/stage.ts';
import { defaultsOf } from '../../../../protocol/flags.ts';
import { failure } from '../../../../protocol/status.ts';
import { add } from '../../../client-go/work-queue.ts';
import { flags } from '../flags.ts';
import { node } from '../testing/objects.ts';
import { Play, play, told } from '../testing/stage.ts';
import { defineController } from './actor.ts';
import { type ControllerRule, record } from './rule.ts';
import { callThen, failBy, finish, refusalsOf } from './sync.ts';

const rule: ControllerRule<{ seen: string[] }> = {
  kind: 'test-controller',
  component: 'test',
  watched: ['nodes', 'pods'],
  workers: () => 2,
  known: () => ({ seen: [] }),
  take: ({ memory }, _resource, { object }) => {
    memory.known.seen.push(object.metadata.name);
    add(memory.queue, object.metadata.name);
  },
  step: (_self, { key, stage, answers }) => {
    if (stage === '') return callThen('asking', [{ type: 'object.get', body: { resource: 'nodes', name: key } }]);
    const refusals = refusalsOf(answers);
    return refusals.length > 0 ? failBy(refusals) : finish;
  },
};

describe('while its caches fill', () => {
  test('a controller does nothing, however much it is told', () => {
    const p = new Play(rule);
    p.add(node('n1'));
    p.stage.send('informer.synced', { resource: 'nodes' });
    p.advance(60_000);
    expect(p.stage.state).toBe('syncing');
    expect(p.asked()).toEqual([]);
    expect(p.stage.memory.known.seen).toEqual(['n1']);
  });

  test('it begins when the last of them is whole', () => {
    const p = play(rule, [node('n1')]);
    expect(p.stage.state).toEqual({ running: 'idle' });
    expect(told(p.asked())).toEqual(['get nodes/n1']);
  });

  test('it asks each informer of its controller-manager, once', () => {
    expect(new Play(rule).subscribed).toEqual(['nodes', 'pods']);
  });
});

describe('its workers', () => {
  test('are as many syncs at once as the rule says, one per key', () => {
    const p = play(rule, [node('n1'), node('n2'), node('n3')]);
    const [first] = p.asked();
    expect(p.asked()).toEqual([]);
    p.ok(first);
    expect(told(p.asked())).toEqual(['get nodes/n3']);
  });

  test('take a key that changed while it was worked on once more, when that is done', () => {
    const p = play(rule, [node('n1')]);
    const call = p.askedOne();
    p.change(node('n1'));
    p.change(node('n1'));
    expect(p.asked()).toEqual([]);
    p.ok(call);
    expect(told(p.asked())).toEqual(['get nodes/n1']);
  });

  test('go on only when all the calls of a step are answered, which may come in any order', () => {
    const several: typeof rule = {
      ...rule,
      step: (_self, { stage, answers }) =>
        stage === ''
          ? callThen(
              'two',
              ['a', 'b'].map((name) => ({ type: 'object.get', body: { resource: 'nodes', name } })),
            )
          : { do: 'fail', message: answers.map(({ object }) => object?.metadata.name).join() },
    };
    const p = play(several, [node('n1')]);
    const [a, b] = p.asked();
    p.ok(b, { metadata: { name: 'second' } });
    expect(p.stage.logs).toEqual([]);
    p.ok(a, { metadata: { name: 'first' } });
    expect(p.stage.logs.at(-1)?.fields).toMatchObject({ error: 'first,second' });
  });
});

describe('a sync that fails', () => {
  test('comes again after 5 ms, doubling at each failure', () => {
    const p = play(rule, [node('n1')]);
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    for (const waitMs of [5, 10, 20, 40]) {
      p.advance(waitMs - 1);
      expect(p.asked()).toEqual([]);
      p.advance(1);
      p.refuse(p.askedOne(), failure.internalError('etcd'));
    }
  });

  test('begins at 5 ms again once it has succeeded', () => {
    const p = play(rule, [node('n1')]);
    for (const waitMs of [5, 10]) {
      p.refuse(p.askedOne(), failure.internalError('etcd'));
      p.advance(waitMs);
    }
    p.ok(p.askedOne());
    p.change(node('n1'));
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    p.advance(5);
    expect(told(p.asked())).toEqual(['get nodes/n1']);
  });

  test('is given up after as many failures as the rule says, until something changes', () => {
    const p = play({ ...rule, retriesMax: 2 }, [node('n1')]);
    for (const waitMs of [5, 10, 0]) {
      p.refuse(p.askedOne(), failure.internalError('etcd'));
      p.advance(waitMs);
    }
    p.advance(3_600_000);
    expect(p.asked()).toEqual([]);
    p.change(node('n1'));
    expect(told(p.asked())).toEqual(['get nodes/n1']);
  });

  test('waits no longer than the rule allows', () => {
    const p = play({ ...rule, retryMsMax: 10 }, [node('n1')]);
    for (let i = 0; i < 20; i++) {
      p.refuse(p.askedOne(), failure.internalError('etcd'));
      p.advance(10);
    }
  });

  test('is not made to wait by a clock that is set back an hour', () => {
    // The waits were measured by the time of day: set back, none ended for an hour.
    const p = play(rule, [node('n1')]);
    p.refuse(p.askedOne(), failure.internalError('etcd'));
    p.stage.engine.setClock('machine', { offsetMs: -3_600_000 });
    p.advance(5);
    expect(told(p.asked())).toEqual(['get nodes/n1']);
  });

  test('is one whose server does not answer: it was not there, or not in time', () => {
    const p = play(rule, [node('n1')]);
    p.askedOne();
    p.advance(35_000);
    expect(p.stage.logs.map(({ fields }) => fields?.error)).toEqual(['Timeout: context deadline exceeded']);
  });
});

test('a key that shall come again does so at its time, and no other timer runs', () => {
  const p = play({ ...rule, step: () => ({ do: 'finish', againMs: 5000 }) }, [node('n1')]);
  expect(p.stage.state).toEqual({ running: 'waiting' });
  expect(p.stage.memory.armedFor).toBe(5000);
});

test('requests keep to --kube-api-qps past --kube-api-burst, in the order they were made', () => {
  const names = Array.from({ length: 6 }, (_, i) => `n${i}`);
  const config = { 'kube-api-qps': 10, 'kube-api-burst': 4 };
  const p = play(
    { ...rule, workers: () => 10 },
    names.map((name) => node(name)),
    config,
  );
  expect(told(p.asked())).toEqual(['get nodes/n0', 'get nodes/n1', 'get nodes/n2', 'get nodes/n3']);
  p.advance(100);
  expect(told(p.asked())).toEqual(['get nodes/n4']);
  p.advance(100);
  expect(told(p.asked())).toEqual(['get nodes/n5']);
});

test('events are written one after the other, and one that is lost does not hold up the next', () => {
  const regarding = { kind: 'Node', apiVersion: 'v1', name: 'n1' };
  const tells: typeof rule = {
    ...rule,
    watched: ['nodes'],
    step: (self) => {
      for (const reason of ['One', 'Two', 'Three']) record(self, { regarding, type: 'Normal', reason, message: '-' });
      return finish;
    },
  };
  const s = stage(defineController(tells), { input: { apiserver: 'c.master.apiserver', config: defaultsOf(flags) } });
  s.send('informer.changed', { resource: 'nodes', changes: [{ type: 'ADDED', object: node('n1') }] });
  s.send('informer.synced', { resource: 'nodes' });
  const written = () => s.takeOne('object.create');
  const first = written();
  s.answer(first, 'request.succeeded', { code: 201, object: first.body.object });
  const second = written();
  s.answer(second, 'request.refused', { status: failure.internalError('etcd') });
  expect([first, second, written()].map(({ body }) => body.object.reason)).toEqual(['One', 'Two', 'Three']);
});
