/** A traffic generator on a stage: what it sends, and how it counts what comes back. */

import { describe, expect, test } from 'vitest';
import { type Heard, stage } from '../../../engine/testing/stage.ts';
import type { NameResolved, Packet, PacketForward } from '../../../protocol/messages/network.ts';
import type { TrafficAsk, TrafficInput, TrafficReport, TrafficReported } from '../../../protocol/messages/traffic.ts';
import { traffic } from './actor.ts';
import { sourceAddress } from './target.ts';

const epoch = Date.UTC(2026, 0, 1);
const nodes = [
  { name: 'n1', address: '172.18.0.2' },
  { name: 'n2', address: '172.18.0.3' },
];

function generator(input: Partial<TrafficInput> = {}) {
  const s = stage(traffic, {
    address: 'c.client.visitors',
    input: {
      name: 'visitors',
      target: 'http://web.shop/buy',
      ratePerSecond: 1,
      steady: true,
      nodes,
      dns: 'c.master.dns',
      startAt: epoch + 1000,
      ...input,
    },
  });
  const resolve = (question: Heard | undefined) =>
    s.answer<NameResolved>(question, 'name.resolved', { name: 'x', addresses: ['10.96.0.7'], ttlSeconds: 30 });
  const reply = (sent: Heard | undefined, payload: Packet['payload']) => {
    const packet = sent?.body as Packet;
    s.send<PacketForward>('packet.forward', { ...packet, src: packet.dst, dst: packet.src, payload });
  };
  const ok = (sent: Heard | undefined) => reply(sent, { kind: 'response', status: 200, bytes: 9, body: 'web-x' });
  const report = (): TrafficReported['body'] => {
    s.ask<TrafficReport>('traffic.report', undefined);
    return s.takeOne('traffic.reported').body;
  };
  return { s, resolve, reply, ok, report };
}

describe('a traffic generator', () => {
  test('waits for its time, resolves the name once, and sends by the first node', () => {
    const { s, resolve, ok } = generator();
    s.advance(999);
    expect(s.sent).toEqual([]);
    s.advance(1);
    resolve(s.takeOne('name.resolve'));
    const first = s.takeOne('packet.forward');
    expect(first.to).toBe('c.node.n1.network');
    expect(first.body).toMatchObject({
      dst: { ip: '10.96.0.7', port: 80 },
      origin: 'c.client.visitors',
      payload: { kind: 'request', method: 'GET', path: '/buy', host: 'web.shop' },
    });
    ok(first);
    s.advance(1000);
    expect(s.take().map(({ type }) => type)).toEqual(['packet.forward']);
  });

  test('counts a request in the second it was sent, by what became of it', () => {
    const { s, resolve, reply, ok, report } = generator();
    s.advance(1000);
    resolve(s.takeOne('name.resolve'));
    const sent = [s.takeOne('packet.forward')];
    s.advance(50);
    ok(sent[0]);
    s.advance(950);
    reply(s.takeOne('packet.forward'), { kind: 'reset', reason: 'refused' });
    s.advance(1000);
    reply(s.takeOne('packet.forward'), { kind: 'response', status: 503, bytes: 0 });
    s.advance(1000);
    s.takeOne('packet.forward');
    s.advance(1000);
    const { seconds, byServer, inFlight } = report();
    expect(seconds.map(({ at, ok, failed, failures }) => [at - epoch, ok, failed, failures])).toEqual([
      [1000, 1, 0, {}],
      [2000, 0, 1, { refused: 1 }],
      [3000, 0, 1, { 'http-error': 1 }],
      [4000, 0, 1, { timeout: 1 }],
    ]);
    expect(byServer).toEqual({ 'web-x': 1 });
    expect(inFlight).toBe(1);
  });

  test('enters by another node when one does not answer', () => {
    const { s, resolve } = generator();
    s.advance(1000);
    resolve(s.takeOne('name.resolve'));
    s.advance(2000);
    expect(s.take('packet.forward').map(({ to }) => to)).toEqual([
      'c.node.n1.network',
      'c.node.n1.network',
      'c.node.n2.network',
    ]);
  });

  test('counts a name that is not there, and asks for it again', () => {
    const { s, report } = generator();
    s.advance(1000);
    s.answer(s.takeOne('name.resolve'), 'name.refused', { name: 'x', code: 'NXDOMAIN' });
    s.advance(1000);
    expect(s.take('name.resolve')).toHaveLength(1);
    expect(report().seconds[0]).toMatchObject({ failed: 1, failures: { dns: 1 } });
  });

  test('takes turns with its clients, and stops at its end', () => {
    const { s } = generator({ target: 'n2:30080', clients: 2, endAt: epoch + 4000 });
    s.advance(60_000);
    const sent = s.take('packet.forward');
    expect(sent.map(({ to, body }) => [to, body.src.ip, body.dst])).toEqual(
      [1, 0, 1].map((n) => ['c.node.n2.network', sourceAddress('visitors', n), { ip: '172.18.0.3', port: 30_080 }]),
    );
    expect(s.matches('phase.ended')).toBe(true);
  });

  test('sends one request when asked, apart from what it measures', () => {
    const { s, ok, report } = generator({ ratePerSecond: 0 });
    s.ask<TrafficAsk>('traffic.ask', { target: '10.96.0.7' });
    s.advance(7);
    ok(s.takeOne('packet.forward'));
    expect(s.takeOne('traffic.answered').body).toMatchObject({
      ok: true,
      status: 200,
      latencyMs: 7,
      servedBy: 'web-x',
    });
    expect(report().seconds).toEqual([]);
  });

  test('answers an ask that nobody answers, or that it cannot read', () => {
    const { s } = generator({ ratePerSecond: 0 });
    s.ask<TrafficAsk>('traffic.ask', { target: '10.96.0.7' });
    s.advance(1000);
    expect(s.takeOne('traffic.answered').body).toMatchObject({ ok: false, failure: 'timeout' });
    s.ask<TrafficAsk>('traffic.ask', { target: 'not a target' });
    expect(s.takeOne('traffic.answered').body).toMatchObject({ ok: false, failure: 'dns' });
  });
});
