/** Static pods: they come from the manifest folder, run without the API server, and show there as mirrors. */

import { describe, expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { kubelet } from './actor.ts';
import { Play, workerOf } from './testing/play.ts';
import { address, inputOf, sizedPod } from './testing/samples.ts';

function manifest(image = 'app:1'): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'agent', namespace: 'kube-system' },
    spec: { containers: [{ name: 'main', image }] },
  };
}

function play(staticPods: Record<string, Pod> = { 'agent.yaml': manifest() }, set: (play: Play) => void = () => {}) {
  const s: Stage = stage(kubelet, { address, input: inputOf({ staticPods }) });
  return new Play(s, set);
}

const mirrorKey = 'pods/agent-n1';
const mirrorWrites = (one: Play) => one.asked.filter((asked) => asked.endsWith(mirrorKey));

function workerOfAgent(one: Play) {
  const input = one.workers.get('agent-n1');
  if (input === undefined) throw new Error('the agent has no worker');
  return { input, pod: input.pod };
}

describe('a manifest in the folder', () => {
  test('becomes a pod on the machine’s first day, and shows in the API', () => {
    const one = play().start();
    const { input, pod } = workerOfAgent(one);
    expect(input.source).toBe('static');
    expect(one.objects.get(mirrorKey)?.metadata.annotations?.['kubernetes.io/config.mirror']).toBe(pod.metadata.uid);
    expect(one.objects.get(mirrorKey)?.metadata.ownerReferences).toMatchObject([{ kind: 'Node', name: 'n1' }]);
  });

  test('runs where no API server is', () => {
    const one = play(undefined, (it) => it.silent.add('object'));
    one.settle();
    one.pass(10_000);
    expect(workerOfAgent(one).input).toMatchObject({ source: 'static', network: { status: true } });
    expect(one.objects.size).toBe(0);
  });

  test('is there again after a crash; one that was taken out is not', () => {
    const one = play({
      'agent.yaml': manifest(),
      'other.yaml': { ...manifest(), metadata: { name: 'other' } },
    }).start();
    one.stage.send('manifest.remove', { file: 'other.yaml' }, {});
    one.settle();
    one.pass(1000);
    one.stage.spawned.splice(0);
    one.stage.crash();
    one.stage.restart();
    one.start();
    expect([...one.workers.keys()]).toEqual(['agent-n1']);
  });

  test('that is placed later runs at once; the same again changes nothing', () => {
    const one = play({}).start();
    one.stage.send('manifest.place', { file: 'agent.yaml', manifest: manifest() }, {});
    one.settle();
    one.stage.send('manifest.place', { file: 'agent.yaml', manifest: manifest() }, {});
    one.settle();
    expect(one.stage.spawned.filter(({ kind }) => kind === 'pod')).toHaveLength(1);
    expect(mirrorWrites(one)).toEqual([`object.create ${mirrorKey}`]);
  });

  test('that is taken out: the pod ends, and so does its mirror', () => {
    const one = play().start();
    const { pod } = workerOfAgent(one);
    one.forget();
    one.stage.send('manifest.remove', { file: 'agent.yaml' }, {});
    one.settle();
    expect(one.toldTo(pod)).toContain('pod.vanish');
    expect(one.objects.has(mirrorKey)).toBe(false);
  });

  test('that is changed: the old pod ends before the new one begins', () => {
    const one = play().start();
    const { pod: before } = workerOfAgent(one);
    one.stage.send('manifest.place', { file: 'agent.yaml', manifest: manifest('app:2') }, {});
    one.settle();
    expect(one.toldTo(before)).toContain('pod.vanish');
    expect(workerOfAgent(one).pod).toBe(before);
    one.stopped(before);
    const { pod: after } = workerOfAgent(one);
    expect(after.spec.containers[0]?.image).toBe('app:2');
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    expect(workerOf(after)).not.toBe(workerOf(before));
  });

  test('needs room as any other, and takes it', () => {
    const big: Pod = {
      ...manifest(),
      spec: { containers: [{ name: 'main', image: 'app:1', resources: { requests: { cpu: '2' } } }] },
    };
    const one = play({}).start();
    one.add(sizedPod('common', { cpu: '3' }));
    one.stage.send('manifest.place', { file: 'agent.yaml', manifest: big }, {});
    one.settle();
    expect(workerOfAgent(one).input.rejection).toBeUndefined();
    expect(one.told.map(({ type }) => type)).toContain('pod.terminate');
  });
});

describe('a mirror', () => {
  test('that a user deletes is made again, and the pod runs on', () => {
    const one = play().start();
    const { pod } = workerOfAgent(one);
    const mirror = one.objects.get(mirrorKey) as Pod;
    one.add(mirror);
    one.forget();
    one.objects.delete(mirrorKey);
    one.lose(mirror);
    expect(mirrorWrites(one)).toEqual([`object.create ${mirrorKey}`]);
    expect(one.toldTo(pod)).not.toContain('pod.vanish');
  });

  test('of another configuration is deleted first', () => {
    const stale: Pod = {
      ...manifest(),
      metadata: {
        name: 'agent-n1',
        namespace: 'kube-system',
        uid: 'stale',
        annotations: { 'kubernetes.io/config.mirror': 'another-hash' },
      },
    };
    const one = play(undefined, (it) => it.put('pods', stale));
    one.start();
    expect(mirrorWrites(one)).toEqual([`object.delete ${mirrorKey}`]);
    const [deletion] = one.requests.filter(({ type }) => type === 'object.delete');
    expect(deletion?.body.options).toEqual({ gracePeriodSeconds: 0, preconditions: { uid: 'stale' } });
    one.lose(stale);
    expect(mirrorWrites(one)).toEqual([`object.delete ${mirrorKey}`, `object.create ${mirrorKey}`]);
  });

  // Once, nobody looked at it again: the answer came last, and found that there was nothing to note.
  test('that is seen to go before its deletion is answered is made again', () => {
    const one = play().start();
    const mirror = one.objects.get(mirrorKey) as Pod;
    one.forget().silent.add('object.delete pods');
    one.add({ ...mirror, metadata: { ...mirror.metadata, deletionTimestamp: '2026-01-01T00:00:30Z' } });
    const [deletion] = one.requests;
    one.objects.delete(mirrorKey);
    one.lose(mirror);
    expect(mirrorWrites(one)).toEqual([`object.delete ${mirrorKey}`]);

    one.stage.answer(deletion, 'request.succeeded', { code: 200, object: mirror });
    one.settle();
    expect(mirrorWrites(one)).toEqual([`object.delete ${mirrorKey}`, `object.create ${mirrorKey}`]);
  });

  // Once, it stayed for ever: it was seen while its creation was not answered, and not looked at afterwards.
  test('whose manifest went while it was being made is deleted', () => {
    const one = play({}).start();
    one.silent.add('object.create pods');
    one.stage.send('manifest.place', { file: 'agent.yaml', manifest: manifest() }, {});
    one.settle();
    const creation = one.requests.find(({ type, body }) => type === 'object.create' && body.resource === 'pods');
    one.stage.send('manifest.remove', { file: 'agent.yaml' }, {});
    one.settle();
    const mirror = one.put('pods', { ...(creation?.body.object as Pod) });
    one.settle();
    expect(mirrorWrites(one)).toEqual([`object.create ${mirrorKey}`]);

    one.stage.answer(creation, 'request.succeeded', { code: 201, object: mirror });
    one.settle();
    expect(mirrorWrites(one)).toEqual([`object.create ${mirrorKey}`, `object.delete ${mirrorKey}`]);
    expect(one.objects.has(mirrorKey)).toBe(false);
  });

  test('that nobody has a manifest for is deleted', () => {
    const left: Pod = {
      ...manifest(),
      metadata: { name: 'agent-n1', namespace: 'kube-system', annotations: { 'kubernetes.io/config.mirror': 'hash' } },
    };
    const one = play({}, (it) => it.put('pods', left)).start();
    expect(one.objects.has(mirrorKey)).toBe(false);
    expect(one.workers.size).toBe(0);
  });

  test('that cannot be made is tried again', () => {
    const one = play(undefined, (it) => it.silent.add('object.create pods')).start();
    one.silent.clear();
    one.pass(60_000);
    expect(one.objects.has(mirrorKey)).toBe(true);
  });
});
