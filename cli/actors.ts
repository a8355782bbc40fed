/** `troupe actors`: tells which actors live on the hosts of a cluster, where, and in which state. */

import { defineCommand } from 'citty';
import { describeState } from '../deploy/hosts/actor-list.ts';
import { callActors, type PlacedActor } from '../deploy/hosts/roll-call.ts';
import { livingHosts, readCluster } from '../deploy/hosts/visiting.ts';
import type { NatsLink } from '../engine/nats/connection.ts';
import { escapeToken } from '../protocol/subjects.ts';
import { columns } from './columns.ts';
import { natsArgs } from './nats/options.ts';
import { visitCluster, warn } from './nats/visit.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe actors --nats nats://10.0.0.1:4222             all of them
  troupe actors master.etcd                             the members of etcd
  troupe actors node.node-7                             all that is on a node
  troupe actors 'node.*.kubelet'                        the kubelets
  troupe actors 'c.node.*.pod.>' --json                 pods and their containers, an object a line

A subject is one of NATS: * stands for one token, > for all that follow. Without either, what is at that address and
all that is under it. The cluster's name may be left away.
`;

/** The command. */
export const actors = defineCommand({
  meta: {
    name: 'actors',
    description:
      'Tells which actors live on the hosts of a cluster, where, and in which state. Exit code: 0 told, 1 there is none, a host did not answer, or it failed, 2 bad usage.',
  },
  args: {
    subject: { type: 'positional', required: false, description: 'Only those under this subject' },
    ...natsArgs,
    cluster: { type: 'string', description: 'The cluster, where NATS has several', valueHint: 'NAME' },
    json: { type: 'boolean', description: 'Prints JSON, an object a line' },
  },
  async run({ args }) {
    const what = { command: 'troupe actors', cluster: args.cluster };
    return await visitCluster(args, what, (link, cluster) => list(link, cluster, args.subject, args.json === true));
  },
});

async function list(
  { nats }: NatsLink,
  cluster: string,
  subject: string | undefined,
  asJson: boolean,
): Promise<number> {
  const document = await readCluster(nats, cluster);
  const living = [...(await livingHosts(nats, document))];
  const calls = await Promise.all(patternsOf(cluster, subject).map((one) => callActors(nats, cluster, living, one)));
  const found = calls.flatMap((call) => call.actors);
  const silent = [...new Set(calls.flatMap((call) => call.silent))];
  if (asJson) for (const actor of found) say(JSON.stringify(actor));
  else if (found.length > 0) for (const line of columns(rowsOf(found))) say(line);
  else say(subject === undefined ? `no actor lives in cluster ${cluster}` : `no actor lives under ${subject}`);
  for (const host of silent) warn(`host ${host} did not answer: who lives there is not listed`);
  return found.length > 0 && silent.length === 0 ? 0 : 1;
}

/** The patterns that a subject stands for. */
export function patternsOf(cluster: string, subject: string | undefined): string[] {
  const first = escapeToken(cluster);
  if (subject === undefined || subject === '' || subject === '>') return [`${first}.>`];
  const [token = ''] = subject.split('.', 1);
  const whole = token === first || token === '*' ? subject : `${first}.${subject}`;
  return /(^|\.)[*>](\.|$)/.test(whole) ? [whole] : [whole, `${whole}.>`];
}

function rowsOf(found: readonly PlacedActor[]): string[][] {
  const head = ['ADDRESS', 'HOST', 'KIND', 'LIFE', 'STATE'];
  const rows = found.map(({ address, host, kind, incarnation, state }) => {
    return [address, host, kind, String(incarnation), describeState(state) || '-'];
  });
  return [head, ...rows];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
