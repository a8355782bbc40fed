/** Many watches of one kind, all told of every object: how many events reach them, and whether any is lost. */

import type { ClientHttp2Session } from 'node:http2';
import type { Client } from './client.ts';
import { openSession } from './http2-client.ts';
import type { Access } from './live-server.ts';

/** Watches on one connection, as the server bounds them. */
const perConnection = 250;
const collection = '/api/v1/namespaces/default/configmaps';
const newline = 10;

/** What came of watching. */
export interface Watched {
  /** Events that reached all watches together, a second. */
  readonly eventsPerSecond: number;
  /** Events that some watch did not get. */
  readonly lost: number;
  /** Seconds from the last write until the last watch had heard of it. */
  readonly lagSeconds: number;
}

/** Opens so many watches, writes so many objects a second for a while, and counts what each watch hears. */
export async function watchMany(
  access: Access,
  client: Client,
  { watches, perSecond, seconds }: { watches: number; perSecond: number; seconds: number },
): Promise<Watched> {
  const connections = Math.ceil(watches / perConnection);
  const sessions = await Promise.all(Array.from({ length: connections }, () => openSession(access)));
  const heard = new Array<number>(watches).fill(0);
  let lastAt = 0;
  const hear = (watch: number, piece: Buffer) => {
    for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, at + 1))
      heard[watch] = heard[watch]! + 1;
    lastAt = performance.now();
  };
  await Promise.all(heard.map((_, watch) => watchOne(sessions[Math.floor(watch / perConnection)]!, watch, hear)));
  const began = performance.now();
  const written = await writeSteadily(client, perSecond, seconds);
  const writtenAt = performance.now();
  await until(
    () => heard.every((count) => count >= written) || performance.now() - Math.max(lastAt, writtenAt) > 5_000,
  );
  for (const session of sessions) session.destroy();
  const total = heard.reduce((sum, count) => sum + count, 0);
  return {
    eventsPerSecond: (total * 1000) / (lastAt - began),
    lost: written * watches - total,
    lagSeconds: (lastAt - writtenAt) / 1000,
  };
}

function watchOne(session: ClientHttp2Session, watch: number, hear: (watch: number, piece: Buffer) => void) {
  const path = `${collection}?watch=1&labelSelector=load%3Dwatched`;
  const stream = session.request({ ':path': path });
  stream.on('data', (piece: Buffer) => hear(watch, piece));
  stream.end();
  return new Promise<void>((resolve) => stream.once('response', () => resolve()));
}

async function writeSteadily(client: Client, perSecond: number, seconds: number): Promise<number> {
  const began = performance.now();
  const writes: Promise<number>[] = [];
  const all = perSecond * seconds;
  await until(() => {
    const due = Math.min(all, Math.floor(((performance.now() - began) / 1000) * perSecond));
    while (writes.length < due) writes.push(client.ask('POST', collection, watched(writes.length)));
    return writes.length === all;
  });
  await Promise.all(writes);
  return all;
}

function watched(i: number): object {
  const metadata = { name: `watched-${i}`, labels: { load: 'watched' } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(500) } };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
