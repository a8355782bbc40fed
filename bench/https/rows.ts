/** The rows about the HTTPS API: the server in one process, one client process, two cores for both. */

import type { Figures } from '../measure.ts';
import { Client } from './client.ts';
import { startServer } from './live-server.ts';
import { watchMany } from './watchers.ts';

const requests = 20_000;
const pods = 10_000;

/** Measures creates, gets, and lists of many pods. */
export async function measureRequests(): Promise<Figures> {
  const server = await startServer(3);
  const client = new Client(server.access);
  const collection = '/api/v1/namespaces/default/configmaps';
  const create = (run: string) => (i: number) => client.ask('POST', collection, configMap(`${run}-${i}`));
  const get = (i: number) => client.ask('GET', `${collection}/warm-${i % 5_000}`);
  await client.perSecond(5_000, create('warm'));
  await client.perSecond(5_000, get);
  const createsPerSecond = await client.perSecond(requests, create('run'));
  const getsPerSecond = await client.perSecond(requests, get);
  await client.perSecond(pods, (i) => client.ask('POST', '/api/v1/namespaces/default/pods', podOf(i)));
  const began = performance.now();
  const bytes = await client.ask('GET', '/api/v1/pods');
  const listSeconds = (performance.now() - began) / 1000;
  client.close();
  await server.stop();
  return { createsPerSecond, getsPerSecond, listSeconds, listMiB: bytes / 2 ** 20 };
}

/** Measures what a thousand watches of one kind hear. */
export async function measureWatches(): Promise<Figures> {
  const server = await startServer(3);
  const client = new Client(server.access);
  const watched = await watchMany(server.access, client, { watches: 1_000, perSecond: 100, seconds: 10 });
  client.close();
  await server.stop();
  return { ...watched };
}

/** Measures how soon a thousand nodes are ready. */
export async function measureStart(): Promise<Figures> {
  const server = await startServer(1_000);
  await server.stop();
  return { readySeconds: server.readySeconds };
}

function configMap(name: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: 'value' } };
}

/** A pod that no scheduler looks at. */
function podOf(i: number): object {
  const spec = { schedulerName: 'nobody', containers: [{ name: 'web', image: 'web' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${i}`, labels: { app: 'many' } }, spec };
}
