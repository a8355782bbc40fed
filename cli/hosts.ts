/** `troupe hosts`: tells which hosts a cluster has, what each runs and how it is, and puts in order what is gone for good. */

import { defineCommand } from 'citty';
import { clockOffsetMaxMs, describeOffset } from '../deploy/hosts/clock-offset.ts';
import { describeNodes, describeRoles } from '../deploy/hosts/document.ts';
import { type CalledHost, callHosts, clocksAmong } from '../deploy/hosts/roll-call.ts';
import { forgetCluster, forgetEtcd, livingHosts, readCluster, releaseOf } from '../deploy/hosts/visiting.ts';
import type { NatsLink } from '../engine/nats/connection.ts';
import { humanDuration } from '../protocol/tables/age.ts';
import { UsageError } from './arguments.ts';
import { columns } from './columns.ts';
import { numberOf } from './live/asked-cluster.ts';
import { natsArgs } from './nats/options.ts';
import { visitCluster, warn } from './nats/visit.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe hosts --nats nats://10.0.0.1:4222                    all hosts of its only cluster
  troupe hosts --cluster c --json                             an object a line, from the servers in NATS_URL
  troupe hosts --release b                                    host b is gone for good: others can have what it had
  troupe hosts --forget-etcd 1                                the data of etcd 1 are lost: it begins empty
  troupe hosts --cluster c --remove                           the cluster is done with

STATUS

  joined   it has its lease, and answers
  silent   it has its lease, and does not answer: look at its machine
  gone     its lease has run out: start it again, and it has what it had
  left     it ended as it was told to, and has what it had when it is started again
`;

/** The command. */
export const hosts = defineCommand({
  meta: {
    name: 'hosts',
    description:
      'Tells which hosts a cluster has, what each runs and how it is. Exit code: 0 all are well or have left, 1 one is silent or gone, or it failed, 2 bad usage.',
  },
  args: {
    ...natsArgs,
    cluster: { type: 'string', description: 'The cluster, where NATS has several', valueHint: 'NAME' },
    json: { type: 'boolean', description: 'Prints JSON, an object a line' },
    release: { type: 'string', description: 'Gives back what a host had that is gone for good', valueHint: 'HOST' },
    'forget-etcd': {
      type: 'string',
      description:
        'Lets a member of etcd begin empty whose data are lost; only while all others run and are whole, else what was acknowledged may be lost',
      valueHint: 'N',
    },
    remove: { type: 'boolean', description: 'Removes the cluster of --cluster that no host runs any more' },
  },
  async run({ args }) {
    const member = numberOf('forget-etcd', args['forget-etcd'], 0);
    if (args.remove === true && args.cluster === undefined) {
      throw new UsageError('--remove needs to know which cluster', 'write --cluster NAME');
    }
    return await visitCluster(args, { command: 'troupe hosts', cluster: args.cluster }, async (link, cluster) => {
      if (args.remove === true) return await remove(link, cluster);
      if (args.release !== undefined) return await release(link, cluster, args.release);
      if (member !== undefined) return await forget(link, cluster, member);
      return await list(link, cluster, args.json === true);
    });
  },
});

async function remove({ nats }: NatsLink, cluster: string): Promise<number> {
  await forgetCluster(nats, cluster);
  say(`cluster ${cluster} is removed`);
  return 0;
}

async function release({ nats }: NatsLink, cluster: string, host: string): Promise<number> {
  const { roles, nodes } = await releaseOf(nats, cluster, host);
  const had = [describeRoles(roles), describeNodes(nodes)].filter((part) => part !== '').join(', ');
  say(`host ${host} is released${had === '' ? '' : `: others can have ${had}`}`);
  return 0;
}

async function forget({ nats }: NatsLink, cluster: string, member: number): Promise<number> {
  await forgetEtcd(nats, cluster, member);
  say(`etcd ${member} begins empty when it is started`);
  return 0;
}

async function list({ nats }: NatsLink, cluster: string, asJson: boolean): Promise<number> {
  const document = await readCluster(nats, cluster);
  const called = await callHosts(nats, document, await livingHosts(nats, document));
  const clocks = clocksAmong(called);
  if (asJson) for (const host of called) say(JSON.stringify(objectOf(cluster, host, clocks.get(host.name))));
  else if (called.length === 0) say(`cluster ${cluster} has no host`);
  else {
    const head = 'NAME STATUS ROLES NODES ACTORS VERSION CPU MEM CLOCK RTT SINCE'.split(' ');
    for (const line of columns([head, ...called.map((host) => rowOf(host, clocks.get(host.name)))])) say(line);
  }
  for (const [name, clock] of clocks) {
    if (Math.abs(clock.offsetMs) - clock.uncertaintyMs <= clockOffsetMaxMs) continue;
    warn(`the clock of host ${name} is off by ${describeOffset(clock)}: set it by NTP`);
  }
  return called.every(({ status }) => status === 'joined' || status === 'left') ? 0 : 1;
}

type Clock = ReturnType<typeof clocksAmong> extends Map<string, infer Offset> ? Offset | undefined : never;

function objectOf(cluster: string, { name, status, entry, health }: CalledHost, clock: Clock): object {
  const { roles, nodes, joinedAt, leftAt, starts, machine, pid } = entry;
  const told = { cluster, name, status, roles, nodes, joinedAt, leftAt, starts, machine, pid };
  return { ...told, clock, health };
}

function rowOf({ name, status, entry, health }: CalledHost, clock: Clock): string[] {
  const { roles, nodes, joinedAt, leftAt } = entry;
  return [
    name,
    status,
    describeRoles(roles) || '-',
    describeNodes(nodes) || '-',
    health === undefined ? '-' : String(health.actors),
    health?.version ?? '-',
    health === undefined ? '-' : health.cpuCores.toFixed(2),
    health === undefined ? '-' : `${Math.round(health.rssBytes / 1024 / 1024)}Mi`,
    clock === undefined ? '-' : describeOffset(clock),
    health === undefined ? '-' : `${health.nats.roundTripMs}ms`,
    humanDuration(Math.max(0, Date.now() - (leftAt ?? joinedAt))),
  ];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
