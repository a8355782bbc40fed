/** `troupe up`: starts a live cluster with an API server that kubectl can talk to, and runs it until it is told to end. */

import { hostname } from 'node:os';
import { defineCommand } from 'citty';
import { loadManifests, ManifestError } from '../deploy/manifests.ts';
import { UsageError } from './arguments.ts';
import { firstHost } from './hosts/founding.ts';
import { type HostOptions, HostSession } from './hosts/host-session.ts';
import { inWords } from './live/refusals.ts';
import { Session, type UpOptions } from './live/session.ts';
import { untilSignal } from './live/until-signal.ts';
import { isOnNats, type NatsArgs, natsArgs, natsOptionsOf } from './nats/options.ts';
import { portOf } from './ports.ts';
import { valuesOf } from './repeated.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe up                                     three nodes, until Ctrl-C
  troupe up --nodes 1000 --zones 3              a thousand, dealt out to three zones
  troupe up --data-dir ~/my-cluster             there again tomorrow
  troupe up --control-plane 3 --speed 10        three masters, ten times as fast as the clock
  troupe up --apply manifests/ --port 0         with something on it, on any port that is free
  troupe up --set kubelet.register-node=false   flags of components by their own names
  troupe up --nats nats://127.0.0.1:4222        more hosts may join: troupe host --nats nats://127.0.0.1:4222 --nodes 500
  troupe up --record run.troupe                 everything that comes from outside is recorded: troupe rerun run.troupe
`;

/** As kube-apiserver's `--secure-port`. */
const defaultPort = '6443';

/** The command. */
export const up = defineCommand({
  meta: {
    name: 'up',
    description:
      'Starts a live cluster and writes a kubeconfig; Ctrl-C or `troupe down` ends it. Exit code: 0 ended as told, 1 failed or bad input, 2 bad usage.',
  },
  args: {
    nodes: { type: 'string', description: 'How many nodes; 3 unless told', valueHint: 'N' },
    zones: { type: 'string', description: 'How many zones they are dealt out to, or their names', valueHint: 'Z' },
    'control-plane': { type: 'string', description: 'How many masters; one unless told', valueHint: 'N' },
    etcd: { type: 'string', description: 'How many members of etcd; as many as masters unless told', valueHint: 'N' },
    cpu: { type: 'string', description: 'What each node has; 4 unless told', valueHint: 'QUANTITY' },
    memory: { type: 'string', description: 'What each node has; 8Gi unless told', valueHint: 'QUANTITY' },
    pods: { type: 'string', description: 'Pods that each node has room for; 110 unless told', valueHint: 'N' },
    set: {
      type: 'string',
      description: 'Sets a flag of a component, as in kubelet.register-node=false; may be repeated',
      valueHint: 'COMPONENT.FLAG=VALUE',
    },
    cluster: {
      type: 'string',
      description: 'A file whose `cluster:` part says all that, as in a story',
      valueHint: 'FILE',
    },
    speed: { type: 'string', description: 'How much faster than the clock, 1 to 1000, or max', valueHint: 'N' },
    seed: { type: 'string', description: 'What chance is drawn from; any unless told', valueHint: 'N' },
    port: {
      type: 'string',
      description: `The port of the API server; ${defaultPort} unless told, 0 for any`,
      valueHint: 'P',
    },
    'data-dir': { type: 'string', description: 'Keeps the cluster in this folder', valueHint: 'DIR' },
    kubeconfig: { type: 'string', description: 'The kubeconfig to write into; else one of its own', valueHint: 'FILE' },
    record: { type: 'string', description: 'Records what comes from outside, for troupe rerun', valueHint: 'FILE' },
    'token-file': {
      type: 'string',
      description: 'Bearer tokens that are known: lines of token,user,uid,"groups"',
      valueHint: 'FILE',
    },
    'audit-log': { type: 'string', description: 'Writes who asked what, a JSON line each', valueHint: 'FILE' },
    'audit-policy': {
      type: 'string',
      description: 'What is written there: an audit.k8s.io/v1 Policy',
      valueHint: 'FILE',
    },
    apply: {
      type: 'string',
      description: 'Manifests (a file, a folder) to apply at once; may be repeated',
      valueHint: 'PATH',
    },
    ...natsArgs,
    name: {
      type: 'string',
      description: "With --nats: this host's name; the machine's unless told",
      valueHint: 'NAME',
    },
    listen: {
      type: 'string',
      description: 'The address of the API server; loopback unless told',
      valueHint: 'ADDRESS',
    },
    'no-wait': { type: 'boolean', description: 'Does not wait until all nodes are Ready' },
    quiet: { type: 'boolean', description: 'Prints only what goes wrong' },
  },
  async run({ args, rawArgs }) {
    const options: UpOptions = {
      cluster: args.cluster,
      nodes: args.nodes,
      zones: args.zones,
      controlPlane: args['control-plane'],
      etcd: args.etcd,
      cpu: args.cpu,
      memory: args.memory,
      pods: args.pods,
      set: valuesOf(rawArgs, 'set'),
      speed: speedOf(args.speed),
      seed: args.seed,
      port: portOf(args.port ?? defaultPort),
      dataDir: args['data-dir'],
      kubeconfig: args.kubeconfig,
      record: args.record,
      tokenFile: args['token-file'],
      auditLog: args['audit-log'],
      auditPolicy: args['audit-policy'],
      manifests: manifestsOf(valuesOf(rawArgs, 'apply')),
      waits: args['no-wait'] !== true,
      listen: args.listen,
    };
    const say = (line: string) => {
      if (args.quiet !== true) process.stdout.write(`${line}\n`);
    };
    const warn = (line: string) => void process.stderr.write(`warning: ${line}\n`);
    const voice = { say, warn, ready: () => {} };
    const first = isOnNats(args) ? firstHostOptions(options, args) : undefined;
    return await untilSignal((signal) =>
      first === undefined ? new Session(options, voice, signal).run() : new HostSession(first, voice, signal).run(),
    );
  },
});

/** What the first host of several is told. @throws UsageError where hosts together cannot do what one can */
function firstHostOptions(options: UpOptions, args: NatsArgs & { name?: string | undefined }): HostOptions {
  if (options.speed !== 1) {
    throw new UsageError(
      `--speed ${options.speed} is not for several hosts`,
      'leave it away: their clock is the real one',
    );
  }
  const host = args.name ?? hostname();
  const nats = natsOptionsOf(args, `troupe up ${host}`);
  return { ...options, ...firstHost(options), nats, host, takeOver: [], releases: false };
}

function speedOf(text: string | undefined): number | 'max' {
  if (text === undefined) return 1;
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (speed >= 1 && speed <= 1000) return speed;
  throw new UsageError(`--speed ${text} is no speed`, 'write a number from 1 to 1000, or max');
}

function manifestsOf(paths: readonly string[]): UpOptions['manifests'] {
  try {
    return loadManifests(paths);
  } catch (error) {
    throw error instanceof ManifestError ? inWords(error) : error;
  }
}
