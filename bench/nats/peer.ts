/** The other process of the benchmark: takes and answers, bare and through the bus, until its input ends. */

import { reader } from './actors.ts';
import { serveBare } from './bare.ts';
import { startHost } from './host.ts';

const url = process.argv[2] ?? '';
const nats = await serveBare(url);
const host = await startHost(url, 'b', reader);
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.once('end', async () => {
  await host.stop();
  await nats.close();
});
