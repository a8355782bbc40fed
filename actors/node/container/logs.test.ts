import { describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import type { LogLine } from '../../../protocol/messages/streaming.ts';
import { instant, World } from '../testing/world.ts';

const worldOf = (options = {}) => new World((scene) => new Engine(scene), options);
type Play = ReturnType<typeof worldOf>;

const address = (uid: string) => `c.node.n1.pod.${uid}.container.web`;

/** Reads a log to its end, or as far as it goes now. */
function read(world: Play, to: string, containerId: string, more: object = {}) {
  const stream = world.kubelet.open(to, 'log.read', { containerId, follow: false, ...more });
  world.engine.runFor(50);
  return taken(world, stream);
}

function taken(world: Play, stream: number) {
  const own = world.kubelet.take().filter((message) => message.stream === stream);
  const lines = own.flatMap(({ type, body }) => (type === 'log.written' ? (body as { lines: LogLine[] }).lines : []));
  const end = own.find(({ type }) => type === 'stream.broken')?.body as { reason: string } | undefined;
  return { stream, lines, texts: lines.map(({ text }) => text), end: end?.reason };
}

describe('a container’s log', () => {
  test('tells its start and the requests it served', () => {
    const world = worldOf();
    const { ip, containerId } = world.pod('a');
    world.call(ip, 80, { path: '/cart' });
    const { texts, end } = read(world, address('a'), containerId);
    expect(texts).toEqual(['listening on :80', '203.0.113.7 GET /cart 200 0.0ms']);
    expect(end).toBe('ended');
  });

  test('has what the command printed, at the time it did', () => {
    const world = worldOf();
    const script = 'i=0; while true; do echo "$i: $(date +%S)"; i=$((i+1)); sleep 1; done';
    const { containerId } = world.pod('a', { command: ['sh', '-c', script] });
    const { startedAt } = world.status(containerId);
    world.engine.runFor(2500);
    const { lines } = read(world, address('a'), containerId);
    expect(lines.slice(0, 3).map(({ text }) => text.slice(0, 3))).toEqual(['0: ', '1: ', '2: ']);
    expect(lines.slice(0, 3).map(({ at }) => at - startedAt)).toEqual([0, 1000, 2000]);
  });

  test('gives the last lines, or those since a time', () => {
    const world = worldOf();
    const { containerId } = world.pod('a', { command: ['sh', '-c', 'seq 5; sleep 10; echo late; sleep 100'] });
    world.engine.runFor(20_000);
    const { startedAt } = world.status(containerId);
    expect(read(world, address('a'), containerId, { tailLines: 2 }).texts).toEqual(['5', 'late']);
    expect(read(world, address('a'), containerId, { tailLines: 0 }).texts).toEqual([]);
    expect(read(world, address('a'), containerId, { sinceMs: startedAt + 5000 }).texts).toEqual(['late']);
  });

  test('is told as it is written to whoever follows, until the container ends', () => {
    const world = worldOf();
    const { ip, containerId } = world.pod('a', { workload: { ...instant, says: [{ line: 'tick', everyMs: 500 }] } });
    const { stream } = read(world, address('a'), containerId, { tailLines: 0, follow: true });
    world.engine.runFor(1000);
    world.call(ip, 80);
    world.cri('container.stop', { containerId, timeoutSeconds: 30 });
    const { texts, end } = taken(world, stream);
    expect(texts.filter((text) => text === 'tick').length).toBeGreaterThanOrEqual(2);
    expect(texts.filter((text) => text !== 'tick')).toEqual([
      '203.0.113.7 GET / 200 0.0ms',
      'received SIGTERM, shutting down',
      'exiting',
    ]);
    expect(end).toBe('ended');
  });

  test('is kept by the runtime when the container has ended, over its restart too', () => {
    const world = worldOf();
    const { containerId } = world.pod('a', { command: ['sh', '-c', 'echo one; sleep 5; echo two >&2; exit 3'] });
    world.engine.runFor(10_000);
    const runtime = 'c.node.n1.runtime';
    expect(read(world, runtime, containerId).lines.map(({ stream, text }) => `${stream} ${text}`)).toEqual([
      'stdout one',
      'stderr two',
    ]);
    world.engine.crash(runtime);
    world.engine.restart(runtime);
    world.engine.runFor(5000);
    expect(read(world, runtime, containerId).texts).toEqual(['one', 'two']);
    world.cri('container.remove', { containerId });
    expect(read(world, runtime, containerId).end).toBe('gone');
  });

  test('tells why a request failed, and that of a crash', () => {
    const dependency = { target: 'db:5432' };
    const world = worldOf({ images: [{ image: '*', workload: { ...instant, dependencies: [dependency] } }] });
    const { ip, containerId } = world.pod('a');
    world.call(ip, 80);
    world.engine.inject(address('a'), 'process.exit', { exitCode: 2 });
    world.engine.runFor(1000);
    expect(
      read(world, 'c.node.n1.runtime', containerId)
        .texts.slice(1)
        .map((text) => text.replace(/ [\d.]+ms$/, '')),
    ).toEqual(['error: GET db:5432: no such host', '203.0.113.7 GET / 502', 'fatal: exit status 2']);
  });

  test('stays within its size: the oldest lines go', () => {
    const world = worldOf({ runtime: { 'container-log-max-size': 2000 } });
    const { ip, containerId } = world.pod('a');
    for (let i = 0; i < 60; i++) world.call(ip, 80, { path: `/${i}` });
    const { texts } = read(world, address('a'), containerId);
    expect(texts.at(-1)).toMatch(/ GET \/59 /);
    expect(texts.length).toBeLessThan(30);
  });
});
