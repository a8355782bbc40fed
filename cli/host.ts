/** `troupe host`: joins a cluster on NATS with nodes, with replicas of its control plane, or with both. */

import { hostname } from 'node:os';
import { defineCommand } from 'citty';
import type { NodeGroup } from '../deploy/cluster-spec.ts';
import { parseRoles } from '../deploy/hosts/role-claims.ts';
import { inboxOf } from '../deploy/nats/permissions.ts';
import { HostSession } from './hosts/host-session.ts';
import { checkedGroup } from './hosts/node-group.ts';
import { theCluster } from './hosts/the-cluster.ts';
import { inWords } from './live/refusals.ts';
import { untilSignal } from './live/until-signal.ts';
import { natsArgs, natsOptionsOf } from './nats/options.ts';
import { portOf } from './ports.ts';
import { valuesOf } from './repeated.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe host --nats nats://10.0.0.1:4222 --nodes 500               five hundred more nodes
  troupe host --nats nats://10.0.0.1:4222 --nodes 20 --zones a,b    dealt out to two zones
  troupe host --nats nats://10.0.0.1:4222 --role control-plane      one replica of each component that has any left
  troupe host --nats nats://10.0.0.1:4222 --role etcd=2,apiserver   member 2 of etcd and any API server
  troupe host --nats nats://10.0.0.1:4222 --name b                  host b again, with all it had
  troupe host --nats nats://10.0.0.1:4222 --name c --take-over b    host b is gone for good: c has what it had
`;

/** The command. */
export const host = defineCommand({
  meta: {
    name: 'host',
    description:
      'Joins a cluster that troupe up --nats began, with nodes or a part of its control plane; Ctrl-C or `troupe down` ends it. Exit code: 0 ended as told, 1 failed or bad input, 2 bad usage.',
  },
  args: {
    ...natsArgs,
    cluster: { type: 'string', description: 'The cluster, where NATS has several', valueHint: 'NAME' },
    name: {
      type: 'string',
      description: "This host's name in the cluster; the machine's unless told",
      valueHint: 'NAME',
    },
    role: {
      type: 'string',
      description:
        'What of the control plane runs here: etcd, apiserver, scheduler, controller-manager, dns, metrics-server, or control-plane for one of each; with =N a certain replica',
      valueHint: 'ROLES',
    },
    nodes: { type: 'string', description: 'How many nodes run here', valueHint: 'N' },
    prefix: { type: 'string', description: 'What their names begin with; node- unless told', valueHint: 'NAME' },
    zones: { type: 'string', description: 'The zones they are dealt out to, with commas', valueHint: 'NAMES' },
    labels: { type: 'string', description: 'Their labels, as in disk=ssd,tier=front', valueHint: 'LABELS' },
    cpu: { type: 'string', description: 'What each node has; 4 unless told', valueHint: 'QUANTITY' },
    memory: { type: 'string', description: 'What each node has; 8Gi unless told', valueHint: 'QUANTITY' },
    pods: { type: 'string', description: 'Pods that each node has room for; 110 unless told', valueHint: 'N' },
    'take-over': {
      type: 'string',
      description: 'A host that is gone for good, whose part this one has from now on; may be repeated',
      valueHint: 'HOST',
    },
    release: { type: 'boolean', description: 'Gives everything back when it ends' },
    'data-dir': {
      type: 'string',
      description: "Where etcd's data are; a folder of its own unless told",
      valueHint: 'DIR',
    },
    port: { type: 'string', description: 'The port of its API server; any that is free unless told', valueHint: 'P' },
    listen: { type: 'string', description: 'The address it listens on; loopback unless told', valueHint: 'ADDRESS' },
    kubeconfig: { type: 'string', description: 'The kubeconfig to write into; else one of its own', valueHint: 'FILE' },
    record: { type: 'string', description: 'Records what comes to this host, for troupe rerun', valueHint: 'FILE' },
    'no-wait': { type: 'boolean', description: 'Does not wait until its nodes are Ready' },
    quiet: { type: 'boolean', description: 'Prints only what goes wrong' },
  },
  async run({ args, rawArgs }) {
    const name = args.name ?? hostname();
    const nats = natsOptionsOf(args, `troupe host ${name}`);
    const roles = asInput(() => parseRoles(args.role ?? ''));
    const nodes: NodeGroup[] = args.nodes === undefined ? [] : [checkedGroup(args)];
    const say = (line: string) => {
      if (args.quiet !== true) process.stdout.write(`${line}\n`);
    };
    const warn = (line: string) => void process.stderr.write(`warning: ${line}\n`);
    return await untilSignal(async (signal) => {
      const cluster = args.cluster ?? (await theCluster(nats, signal, warn, inboxOf(name)));
      const session = new HostSession(
        {
          nats,
          cluster,
          host: name,
          roles,
          nodes,
          takeOver: valuesOf(rawArgs, 'take-over'),
          releases: args.release === true,
          port: portOf(args.port ?? '0'),
          listen: args.listen,
          dataDir: args['data-dir'],
          kubeconfig: args.kubeconfig,
          record: args.record,
          manifests: [],
          waits: args['no-wait'] !== true,
        },
        { say, warn, ready: () => {} },
        signal,
      );
      await session.run();
    });
  },
});

function asInput<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw inWords(error);
  }
}
