/** The cluster that is meant where none is named: the only one that the NATS servers know. */

import { clustersOn } from '../../deploy/hosts/buckets.ts';
import { connectNats } from '../../engine/nats/connection.ts';
import type { NatsOptions } from '../../engine/nats/credentials.ts';
import { InputError } from '../../lab/story/input-error.ts';

/** Finds it. @throws InputError where there is none, or several; NatsProblem, HostsError */
export async function theCluster(
  nats: NatsOptions,
  signal: AbortSignal,
  warn: (line: string) => void,
  inboxPrefix?: string,
): Promise<string> {
  const link = await connectNats({
    ...nats,
    ...(inboxPrefix !== undefined && { inboxPrefix }),
    signal,
    onEvent: ({ what, text }) => {
      if (what === 'waiting') warn(text);
    },
  });
  try {
    const names = await clustersOn(link.nats);
    const [only] = names;
    if (only !== undefined && names.length === 1) return only;
    const file = `NATS at ${link.nats.getServer()}`;
    if (only === undefined) {
      const fix = 'start one first: troupe up --nats URL';
      throw new InputError([{ file, what: 'knows no cluster', fix }]);
    }
    throw new InputError([
      { file, what: `has several clusters: ${names.join(', ')}`, fix: 'name one by --cluster NAME' },
    ]);
  } finally {
    await link.close();
  }
}
