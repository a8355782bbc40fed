/** The pause container: the way of packets in a pod, ports, volumes, and its life. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../../engine/testing/stage.ts';
import type { ProcessStart, SignalSend, VolumesRead, VolumeWrite } from '../../../../protocol/messages/container.ts';
import type { Packet, PacketForward, PortClose, PortListen } from '../../../../protocol/messages/network.ts';
import { pause } from './actor.ts';
import { route } from './route.ts';

const web = 'c.node.n1.pod.u.container.web';
const request: Packet = {
  flow: 'f',
  protocol: 'TCP',
  src: { ip: '10.244.1.2', port: 40000 },
  dst: { ip: '10.244.1.2', port: 80 },
  origin: 'c.node.n1.pod.u.container.other',
  hops: 0,
  payload: { kind: 'request', method: 'GET', path: '/', host: 'x', bytes: 1 },
};
const response: Packet['payload'] = { kind: 'response', status: 200, bytes: 1 };

describe('a packet in a pod', () => {
  const pod = { ip: '10.244.1.2', hostNetwork: false };
  const listeners = new Map([[80, web]]);

  test.each([
    ['for the pod’s address goes to who listens', {}, web],
    ['for localhost goes to who listens', { dst: { ip: '127.0.0.1', port: 80 } }, web],
    ['for a port nobody listens on is refused', { dst: { ip: '127.0.0.1', port: 81 } }, 'refused'],
    ['for elsewhere leaves', { dst: { ip: '10.244.1.3', port: 80 } }, 'out'],
    ['that answers goes to who asked', { payload: response }, request.origin],
    [
      'that answers by a Service’s address goes out to be translated',
      { payload: response, originalDst: request.dst },
      'out',
    ],
  ])('%s', (_what, change, way) => {
    expect(route(pod, listeners, { ...request, ...change })).toBe(way);
  });

  test('of a host-network pod that nobody in it listens for may be for another one', () => {
    const host = { ip: '192.168.0.1', hostNetwork: true };
    expect(route(host, listeners, { ...request, dst: { ip: '127.0.0.1', port: 81 } })).toBe('out');
  });
});

describe('a pause container', () => {
  const set = () => {
    const input = { runtime: 'c.node.n1.runtime', network: 'c.node.n1.network', sandboxId: 's1' };
    return stage(pause, {
      address: 'c.node.n1.pod.u.pause',
      input: { ...input, ip: '10.244.1.2', hostNetwork: false, setupMs: 50 },
    });
  };

  test('answers that it runs once the namespaces stand, however often it is asked', () => {
    const s = set();
    expect(s.state).toBe('starting');
    s.ask<ProcessStart>('process.start', { containerId: 's1' });
    s.advance(49);
    expect(s.sent).toEqual([]);
    s.advance(1);
    expect(s.state).toBe('holding');
    expect(s.takeOne('process.started').body).toMatchObject({ containerId: 's1', startedAt: s.now });
    s.ask<ProcessStart>('process.start', { containerId: 's1' });
    s.takeOne('process.started');
  });

  test('ends at a signal that is meant for it', () => {
    const s = set();
    s.advance(50);
    s.ask<SignalSend>('signal.send', { containerId: 's0', signal: 'SIGTERM' });
    expect(s.isAlive).toBe(true);
    s.ask<SignalSend>('signal.send', { containerId: 's1', signal: 'SIGTERM' });
    expect(s.ended).toMatchObject([{ reason: 'done' }]);
  });

  test('lets one container have a port, until it closes it', () => {
    const s = set();
    s.advance(50);
    const ask = (name: string) =>
      s.ask<PortListen>('port.listen', { port: 80, container: name }, { from: `c.node.n1.pod.u.container.${name}` });
    ask('web');
    s.takeOne('port.listening');
    ask('web');
    s.takeOne('port.listening');
    ask('other');
    expect(s.takeOne('port.refused').body.message).toBe('listen tcp :80: bind: address already in use');
    s.send<PortClose>('port.close', { container: 'web' });
    s.send<PacketForward>('packet.forward', { ...request, origin: 'c.x', src: { ip: '10.9.9.9', port: 1 } });
    expect(s.takeOne('packet.forward')).toMatchObject({
      to: 'c.node.n1.network',
      body: { payload: { reason: 'refused' } },
    });
    ask('other');
    s.takeOne('port.listening');
  });

  test('keeps the pod’s volumes, also for the sandbox that follows it', () => {
    const s = set();
    s.advance(50);
    s.send<VolumeWrite>('volume.write', { volume: 'cache', path: 'a/b', content: 'hello' });
    s.send<VolumeWrite>('volume.write', { volume: 'cache', path: 'c', content: 'x' });
    s.send<VolumeWrite>('volume.write', { volume: 'cache', path: 'c' });
    s.advance(5);
    s.crash();
    s.restart();
    s.advance(50);
    s.ask<VolumesRead>('volumes.read', undefined);
    expect(s.takeOne('volumes.listed').body).toEqual({ cache: { 'a/b': 'hello' } });
  });
});
