/** The rows about the HTTPS API: the server in one process, one client process, two cores for both. Kubernetes's clients speak HTTP/2. */

import type { Figures } from '../measure.ts';
import { type Client, perSecond } from './client.ts';
import { Http1Client } from './http1-client.ts';
import { Http2Client } from './http2-client.ts';
import { startServer } from './live-server.ts';
import { watchMany } from './watchers.ts';

const requests = 20_000;
const pods = 10_000;

const collection = '/api/v1/namespaces/default/configmaps';

/** Measures creates, gets, and lists of many pods. */
export async function measureRequests(): Promise<Figures> {
  const server = await startServer(3);
  const client = await Http2Client.open(server.access);
  const older = new Http1Client(server.access);
  await rates(client, 'warm', 5_000);
  await rates(older, 'warm-older', 5_000);
  const { creates: createsPerSecond, gets: getsPerSecond } = await rates(client, 'run', requests);
  const { creates: http1CreatesPerSecond, gets: http1GetsPerSecond } = await rates(older, 'run-older', requests);
  await perSecond(pods, (i) => client.ask('POST', '/api/v1/namespaces/default/pods', podOf(i)));
  const began = performance.now();
  const bytes = await client.ask('GET', '/api/v1/pods');
  const listSeconds = (performance.now() - began) / 1000;
  client.close();
  older.close();
  await server.stop();
  const listMiB = bytes / 2 ** 20;
  return { createsPerSecond, getsPerSecond, http1CreatesPerSecond, http1GetsPerSecond, listSeconds, listMiB };
}

/** Creates so many objects, then gets them one by one. */
async function rates(client: Client, run: string, count: number): Promise<{ creates: number; gets: number }> {
  const creates = await perSecond(count, (i) => client.ask('POST', collection, configMap(`${run}-${i}`)));
  const gets = await perSecond(count, (i) => client.ask('GET', `${collection}/${run}-${i}`));
  return { creates, gets };
}

/** Measures what a thousand watches of one kind hear. */
export async function measureWatches(): Promise<Figures> {
  const server = await startServer(3);
  const client = await Http2Client.open(server.access);
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
