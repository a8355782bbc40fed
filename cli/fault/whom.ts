/** Which cluster `troupe fault` is for: the one that runs here, or one of several hosts over NATS. */

import type { ArgsDef } from 'citty';
import type { FaultHosts } from '../../deploy/faults/hosts.ts';
import { hostsOverNats } from '../../deploy/faults/over-nats.ts';
import type { FaultAnswer } from '../../deploy/faults/requests.ts';
import { hostsIn, localHost } from '../../deploy/faults/roster.ts';
import { readCluster } from '../../deploy/hosts/visiting.ts';
import { askControl } from '../../deploy/live/control.ts';
import { connectNats } from '../../engine/nats/connection.ts';
import { InputError } from '../../lab/story/input-error.ts';
import { theCluster } from '../hosts/the-cluster.ts';
import { theRun } from '../live/find-runs.ts';
import { isOnNats, natsArgs, natsOptionsOf } from '../nats/options.ts';
import type { Given } from './verbs.ts';

/** The options that say it. */
export const clusterArgs = {
  'data-dir': { type: 'string', description: 'The folder with the data of the cluster here', valueHint: 'DIR' },
  ...natsArgs,
  cluster: { type: 'string', description: 'The cluster, where NATS has several', valueHint: 'NAME' },
} as const satisfies ArgsDef;

/** The hosts of a cluster, and what lets go of them. */
export interface Reach {
  readonly hosts: FaultHosts;
  close(): Promise<void>;
}

const connectionName = 'troupe fault';
const warn = (line: string) => void process.stderr.write(`warning: ${line}\n`);

/** Finds the cluster that is meant. @throws InputError where there is none; NatsProblem, HostsError */
export async function reachHosts(args: Given, signal: AbortSignal): Promise<Reach> {
  const named = args as Readonly<Record<string, string | undefined>>;
  return isOnNats(named) ? reachOverNats(named, signal) : reachHere(named['data-dir']);
}

function reachHere(dataDir: string | undefined): Reach {
  const run = theRun(dataDir, 'troupe fault');
  if (run === undefined) {
    const fix = 'start one with troupe up, or name NATS servers by --nats URL';
    throw new InputError([{ file: 'troupe fault', what: 'no cluster runs here', fix }]);
  }
  const hosts: FaultHosts = {
    cluster: run.server,
    names: async () => [localHost],
    ask: async (_host, request) => {
      const answer = (await askControl(run.control, request)) as FaultAnswer | { error: string } | undefined;
      if (answer === undefined || !('error' in answer)) return answer;
      throw new InputError([{ file: 'troupe fault', what: answer.error }]);
    },
  };
  return { hosts, close: async () => {} };
}

async function reachOverNats(args: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<Reach> {
  const options = natsOptionsOf(args, connectionName);
  const cluster = args.cluster ?? (await theCluster(options, signal, warn));
  const link = await connectNats({
    ...options,
    signal,
    onEvent: ({ what, text }) => {
      if (what !== 'connected' && what !== 'closed') warn(text);
    },
  });
  try {
    let known = hostsIn(await readCluster(link.nats, cluster));
    // A commander goes on with the hosts it knows while the document cannot be read.
    const names = async () => {
      known = await readCluster(link.nats, cluster).then(hostsIn, () => known);
      return known;
    };
    return { hosts: hostsOverNats(link.nats, cluster, names), close: () => link.close() };
  } catch (error) {
    await link.close();
    throw error;
  }
}
