/** The runtime of a node: what outlives it, what it pulls, what it tells. */

import { describe, expect, test } from 'vitest';
import { noLatency } from '../../../engine/bus/latency.ts';
import { Engine } from '../../../engine/engine.ts';
import type { AnyEvent } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { ImageEntry } from '../../../protocol/workload.ts';
import { instant, World, type WorldOptions } from '../testing/world.ts';

/** Nodes of a world of their own. */
const worldOf = (options?: WorldOptions) => new World((scene) => new Engine({ ...scene, latency: noLatency }), options);

describe('a runtime', () => {
  test('that crashes leaves containers alone, and finds them and what ended meanwhile', () => {
    const world = worldOf();
    const { ip, containerId } = world.pod('a');
    const { sandboxId } = world.sandbox('b');
    const short = world.start(sandboxId, { command: ['sh', '-c', 'sleep 5; exit 7'] });
    world.engine.crash('c.node.n1.runtime');
    world.engine.runFor(10_000);
    expect(world.call(ip, 80).answer).toBe(200);
    world.engine.restart('c.node.n1.runtime');
    world.engine.runFor(100);
    expect(world.status(containerId)).toMatchObject({ state: 'running' });
    expect(world.status(short)).toMatchObject({ state: 'exited', exitCode: 7 });
    const { sandboxes } = world.cri('runtime.list', {}).body;
    expect(sandboxes.map((one: AnyEvent) => one.state)).toEqual(['ready', 'ready']);
  });

  test('that learns only from how a container ended that it ran, has started it all the same', () => {
    // The kubelet was told that the container could not be run.
    const world = worldOf();
    const { sandboxId } = world.sandbox('a');
    world.engine.fault({ type: 'process.started', from: 'c.node.n1.pod.a.container.web' }, 'drop');
    const containerId = world.start(sandboxId, { command: ['sh', '-c', 'sleep 3; exit 7'] });
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 7 });
  });

  test('after a power cut finds everything dead', () => {
    const world = worldOf();
    const { sandboxId, containerId } = world.pod('a');
    world.engine.powerOff('n1');
    world.engine.runFor(1000);
    world.engine.powerOn('n1');
    world.engine.runFor(1000);
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 255, reason: 'Unknown' });
    expect(world.cri('runtime.list', {}).body.sandboxes).toMatchObject([{ sandboxId, state: 'not-ready' }]);
    expect(world.cri('sandbox.remove', { sandboxId }).type).toBe('sandbox.removed');
    expect(world.sandbox('a', { attempt: 1 }).ip).toBe('10.244.1.3');
  });

  test('after a power cut is not deceived when word of the dead is lost on its way', () => {
    // A pause container whose refusal was lost was taken to live: containers were made in a sandbox without a network.
    const world = worldOf();
    const { sandboxId, containerId } = world.pod('a');
    world.engine.powerOff('n1');
    world.engine.fault({ type: 'process.inspect' }, 'drop');
    world.engine.powerOn('n1');
    world.engine.runFor(11_000);
    const { body } = world.cri('runtime.list', {});
    expect(body.sandboxes).toMatchObject([{ sandboxId, state: 'not-ready' }]);
    expect(body.containers).toMatchObject([{ containerId, state: 'exited', exitCode: 255, reason: 'Unknown' }]);
  });

  test('that starts again asks for its subnet until it is told', () => {
    // It asked twice within ten seconds: when both were lost the node stayed NotReady for good.
    const world = worldOf();
    world.engine.fault({ type: 'subnet.describe', count: 3 }, 'drop');
    world.engine.restart('c.node.n1.runtime');
    world.engine.runFor(30_000);
    const user = world.engine.puppet('c.client.user');
    user.open<Message>('c.node.n1.runtime', 'runtime.watch', undefined);
    world.engine.runFor(100);
    expect(user.take('runtime.changed')).toMatchObject([{ body: { network: { status: true } } }]);
  });

  test('goes on with a sandbox that it was making when it died, though the pause container is not heard', () => {
    // It was neither finished nor ended: the pod could have no other, "already exists", for good.
    const world = worldOf({ runtime: { 'sandbox-setup': 500 } });
    const config = { podUid: 'a', name: 'a', namespace: 'default', attempt: 0, hostNetwork: false, hostname: 'a' };
    world.engine.puppet('c.client.user').ask<Message>('c.node.n1.runtime', 'sandbox.run', config);
    const isBorn = () => world.engine.actors('c.node.n1.pod.a.pause').length > 0;
    expect(world.engine.runUntil(isBorn, { withinMs: 5000 })).toBe(true);
    world.engine.crash('c.node.n1.runtime');
    const lost = world.engine.fault({ type: 'process.inspect' }, 'drop');
    world.engine.restart('c.node.n1.runtime');
    world.engine.runFor(11_000);
    lost.heal();
    world.engine.runFor(1000);
    expect(world.cri('runtime.list', {}).body.sandboxes).toMatchObject([{ podUid: 'a', state: 'ready' }]);
  });

  test('lets a container that was made and never started make way for the next attempt', () => {
    // A kubelet that died between the two calls could never start the container again: its name was "reserved".
    const world = worldOf();
    const { sandboxId } = world.sandbox('a');
    const container = { name: 'web', attempt: 0, image: 'web:1', env: {}, ports: [], resources: {} };
    world.cri('image.pull', { image: container.image });
    const first = world.cri('container.create', { sandboxId, container }).body.containerId;
    const containerId = world.start(sandboxId, { ...container, attempt: 1 });
    world.engine.runFor(1000);
    expect(world.cri('container.remove', { containerId: first }).type).toBe('container.removed');
    expect(world.cri('runtime.list', {}).body.containers).toMatchObject([
      { containerId, attempt: 1, state: 'running' },
    ]);
  });

  test('that died while it made a container has it made when it starts again, and can start it', () => {
    // The container had never run and was told as ended, "Unknown", with 255: it counted as a restart, and against the back-off.
    const world = worldOf();
    const { sandboxId } = world.sandbox('a');
    const container = { name: 'web', attempt: 0, image: 'web:1', env: {}, ports: [], resources: {} };
    world.cri('image.pull', { image: container.image });
    const user = world.engine.puppet('c.client.user');
    user.ask<Message>('c.node.n1.runtime', 'container.create', { sandboxId, container });
    const isWritten = () =>
      Object.keys(world.engine.inspect('c.node.n1.runtime')?.disk ?? {}).some((file) => file.startsWith('container/'));
    expect(world.engine.runUntil(isWritten, { withinMs: 1000 })).toBe(true);
    world.engine.crash('c.node.n1.runtime');
    expect(world.engine.actors('c.node.n1.pod.a.container.web')).toEqual([]);

    world.engine.restart('c.node.n1.runtime');
    world.engine.runFor(100);
    const { containers } = world.cri('runtime.list', {}).body;
    expect(containers).toMatchObject([{ name: 'web', attempt: 0, state: 'created', exitCode: 0 }]);
    const { containerId } = world.cri('container.create', { sandboxId, container }).body;
    expect(containerId).toBe(containers[0].containerId);
    expect(world.cri('container.start', { containerId }).type).toBe('container.started');
    expect(world.status(containerId)).toMatchObject({ state: 'running' });
  });

  test('tells a container that crashed as killed', () => {
    const world = worldOf();
    const { containerId } = world.pod('a');
    world.engine.crash('c.node.n1.pod.a.container.web');
    world.engine.runFor(100);
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 137, reason: 'Error' });
  });

  test('says what containerd says when an image cannot be pulled', () => {
    const images: ImageEntry[] = [
      { image: 'nowhere', failure: 'not-found' },
      { image: 'secret/*', failure: 'unauthorized' },
    ];
    const world = worldOf({ images });
    expect(world.cri('image.pull', { image: 'nowhere:1' }).body).toEqual({
      code: 'ErrImagePull',
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nowhere:1": ' +
        'failed to resolve reference "docker.io/library/nowhere:1": docker.io/library/nowhere:1: not found',
    });
    expect(world.cri('image.pull', { image: 'secret/x' }).body.message).toContain('pull access denied');
    world.engine.inject('c.registry', 'registry.fail', { how: 'silent' });
    expect(world.cri('image.pull', { image: 'other' }).body.message).toContain(
      'dial tcp registry-1.docker.io:443: i/o timeout',
    );
    world.engine.inject('c.registry', 'registry.recover', undefined);
    expect(world.cri('image.pull', { image: 'other' }).type).toBe('image.pulled');
  });

  test('pulls an image once for all who want it, and is quick the second time', () => {
    const world = worldOf();
    const fetched = world.engine.countByType();
    const count = () => fetched.get('layers.fetch') ?? 0;
    const sent = [1, 2, 3].map(() => world.kubelet.ask<Message>('c.node.n1.runtime', 'image.pull', { image: 'big' }));
    world.engine.runFor(5000);
    expect(world.kubelet.take('image.pulled').map(({ request }) => request)).toEqual(sent);
    expect(count()).toBe(1);
    const before = world.engine.now();
    world.cri('image.pull', { image: 'big' });
    expect(world.engine.now() - before).toBe(50);
    expect(count()).toBe(1);
  });

  test('tells what containers use', () => {
    const world = worldOf();
    const { containerId } = world.pod('a', { workload: { ...instant, memoryBytes: 30e6, idleCpuMilli: 7 } });
    expect(world.cri('runtime.stats', {}).body.containers).toMatchObject([
      { containerId, podUid: 'a', name: 'web', cpuMilli: 7, usedCpuMs: 7, memoryBytes: 30e6 },
    ]);
  });

  test('tells when the node gets short of memory, and when it no longer is', () => {
    const world = worldOf({ runtime: { 'memory-capacity': 1e9 } });
    world.kubelet.open<Message>('c.node.n1.runtime', 'runtime.watch', { capacityBytes: 1e9, thresholdBytes: 100e6 });
    const { containerId } = world.pod('a', {
      workload: { ...instant, memoryBytes: 500e6, memoryGrowthBytesPerSecond: 10e6 },
    });
    world.engine.runFor(38_000);
    expect(world.kubelet.take('memory.pressured')).toEqual([]);
    world.engine.runFor(3_000);
    const [short] = world.kubelet.take('memory.pressured');
    expect((short as AnyEvent).body.availableBytes).toBeLessThan(100e6);
    world.cri('container.stop', { containerId, timeoutSeconds: 1 });
    const [relieved] = world.kubelet.take('memory.pressured');
    expect(relieved?.body).toEqual({ availableBytes: 1e9 });
    world.engine.runFor(60_000);
    expect(world.kubelet.take('memory.pressured')).toEqual([]);
  });
});
