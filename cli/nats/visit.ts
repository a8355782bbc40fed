/** What a command does that only asks hosts something: connects, finds the cluster, and ends the connection. */

import { connectNats, type NatsLink } from '../../engine/nats/connection.ts';
import { theCluster } from '../hosts/the-cluster.ts';
import { untilSignal } from '../live/until-signal.ts';
import { type NatsArgs, natsOptionsOf } from './options.ts';

/** ms that NATS may take to be there: whoever asks does not want to wait for long. */
const patienceMs = 5_000;

/** Visits a cluster, the only one of these servers unless it is named; gives the exit code. @throws what it fails of, in words */
export async function visitCluster(
  args: NatsArgs,
  what: { readonly command: string; readonly cluster: string | undefined },
  visit: (link: NatsLink, cluster: string) => Promise<number>,
): Promise<number> {
  const nats = natsOptionsOf(args, what.command);
  let code = 0;
  const ended = await untilSignal(async (signal) => {
    const cluster = what.cluster ?? (await theCluster(nats, signal, warn));
    const link = await connectNats({ ...nats, signal, patienceMs });
    try {
      code = await visit(link, cluster);
    } finally {
      await link.close();
    }
  });
  return ended === 0 ? code : ended;
}

/** Says what is not as it should be. */
export function warn(line: string): void {
  process.stderr.write(`warning: ${line}\n`);
}
