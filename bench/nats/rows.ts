/** The wire's row: two actors in two processes beside a bare publisher and subscriber, on one server, in turns. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figures } from '../measure.ts';
import { type Begin, writer } from './actors.ts';
import { BarePair } from './bare.ts';
import { startHost } from './host.ts';
import { startNats } from './server.ts';
import { median } from './work.ts';

const rounds = 7;
const messages = 2048 * 100;
const questions = 3000;

/** Measures both in turns, so that whatever else the machine does falls on both alike. */
export async function measureWire(): Promise<Figures> {
  const server = await startNats();
  const peer = spawn(process.execPath, [fileURLToPath(new URL('./peer.js', import.meta.url)), server.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(peer.stdout, 'data');
  const bare = await BarePair.connect(server.url);
  const bus = await busPair(server.url);
  const seconds = { bare: [] as number[], bus: [] as number[] };
  const times = { bare: [] as number[], bus: [] as number[] };
  for (let round = -2; round < rounds; round++) {
    for (const [name, pair] of Object.entries({ bare, bus }) as ['bare' | 'bus', BarePair | BusPair][]) {
      const [flooded, asked] = [await pair.flood(messages), await pair.ask(questions)];
      // The first rounds are for the compiler.
      if (round < 0) continue;
      seconds[name].push(flooded);
      times[name].push(median(asked));
    }
  }
  await Promise.all([bare.close(), bus.close()]);
  peer.stdin.end();
  await once(peer, 'exit');
  await server.stop();
  return {
    barePerSecond: messages / median(seconds.bare),
    perSecond: messages / median(seconds.bus),
    share: median(seconds.bare.map((one, i) => one / (seconds.bus[i] ?? Number.NaN))),
    bareMs: median(times.bare),
    answerMs: median(times.bus),
    multiple: median(times.bus.map((one, i) => one / (times.bare[i] ?? Number.NaN))),
  };
}

/** As the bare pair, through two engines. */
interface BusPair {
  flood(count: number): Promise<number>;
  ask(count: number): Promise<number[]>;
  close(): Promise<void>;
}

async function busPair(url: string): Promise<BusPair> {
  let ended: (seconds: number, times: number[]) => void = () => {};
  const host = await startHost(
    url,
    'a',
    writer((seconds, times) => ended(seconds, times)),
  );
  const begin = (kind: 'flood' | 'ask', count: number) =>
    new Promise<{ seconds: number; times: number[] }>((resolve) => {
      ended = (seconds, times) => resolve({ seconds, times });
      host.engine.inject<Begin>('bench.node.a.writer', 'work.begin', { kind, to: 'bench.node.b.reader', count });
    });
  return {
    flood: async (count) => (await begin('flood', count)).seconds,
    ask: async (count) => (await begin('ask', count)).times,
    close: () => host.stop(),
  };
}
