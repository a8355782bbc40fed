/** `troupe record`: records a running cluster of several hosts into one trace. */

import { defineCommand } from 'citty';
import { codeOf } from '../deploy/hosts/code.ts';
import { livingHosts, readCluster } from '../deploy/hosts/visiting.ts';
import type { MergedCounts } from '../deploy/trace/hosts/merged-trace.ts';
import { RecordingSession } from '../deploy/trace/hosts/recording-session.ts';
import { defaultKeep, type KeepLimits } from '../deploy/trace/hosts/trace-stream.ts';
import { connectNats, type NatsLink } from '../engine/nats/connection.ts';
import { InputError } from '../lab/story/input-error.ts';
import type { TraceLevel } from '../protocol/trace/records.ts';
import { UsageError } from './arguments.ts';
import { theCluster } from './hosts/the-cluster.ts';
import { untilSignal } from './live/until-signal.ts';
import { natsArgs, natsOptionsOf } from './nats/options.ts';
import { warn } from './nats/visit.ts';
import { bytesOf, durationOf } from './trace/units.ts';
import { version } from './version.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe record --nats nats://10.0.0.1:4222 -o run.troupe       until Ctrl-C
  troupe record -o run.troupe --for 60s --level full            a minute of everything, from the servers in NATS_URL
  troupe record -o run.troupe --max-bytes 4GB --max-age 1h      NATS keeps more, and not for long
  troupe trace info run.troupe                                  what is in it

LEVELS

  messages   all that actors said and heard, their timers, lives and log lines
  full       the state of every actor after every step, and what was written to disks, too
`;

const patienceMs = 5_000;

/** The command. */
export const record = defineCommand({
  meta: {
    name: 'record',
    description:
      'Records all hosts of a running cluster, merged in causal order, until Ctrl-C or for a time; switches off what it switched on. Exit code: 0 all is there, 1 something is missing, or it failed, 2 bad usage.',
  },
  args: {
    ...natsArgs,
    output: { type: 'string', alias: 'o', description: 'The file to write', valueHint: 'FILE' },
    cluster: { type: 'string', description: 'The cluster, where NATS has several', valueHint: 'NAME' },
    level: { type: 'string', description: 'How much: messages (unless told), or full', valueHint: 'LEVEL' },
    for: { type: 'string', description: 'How long, as 60s, 5m or 1h; until Ctrl-C unless told', valueHint: 'TIME' },
    'max-bytes': {
      type: 'string',
      description: 'How much NATS keeps of what is not written yet; 1GB unless told, the oldest goes first',
      valueHint: 'SIZE',
    },
    'max-age': { type: 'string', description: 'How long NATS keeps it; 24h unless told', valueHint: 'TIME' },
  },
  async run({ args }) {
    const path = args.output;
    if (path === undefined || path === '') throw new UsageError('troupe record needs a file', 'write -o run.troupe');
    const level = levelOf(args.level);
    const lastMs = args.for === undefined ? undefined : durationOf('for', args.for);
    const keep: KeepLimits = {
      bytesMax: args['max-bytes'] === undefined ? defaultKeep.bytesMax : bytesOf('max-bytes', args['max-bytes']),
      ageMaxMs: args['max-age'] === undefined ? defaultKeep.ageMaxMs : durationOf('max-age', args['max-age']),
    };
    const nats = natsOptionsOf(args, 'troupe record');
    let isAllThere = true;
    const ended = await untilSignal(async (signal) => {
      const cluster = args.cluster ?? (await theCluster(nats, signal, warn));
      const link = await connectNats({ ...nats, signal, patienceMs });
      try {
        isAllThere = await recordCluster(link, { cluster, path, level, keep, lastMs }, signal);
      } finally {
        await link.close();
      }
    });
    return ended === 0 ? (isAllThere ? 0 : 1) : ended;
  },
});

interface Wanted {
  readonly cluster: string;
  readonly path: string;
  readonly level: TraceLevel;
  readonly keep: KeepLimits;
  readonly lastMs: number | undefined;
}

/** Records until the signal or the time is over; gives whether nothing is missing. */
async function recordCluster(
  link: NatsLink,
  { cluster, path, level, keep, lastMs }: Wanted,
  signal: AbortSignal,
): Promise<boolean> {
  const document = await readCluster(link.nats, cluster);
  const session = beginSession(path, {
    connection: link.nats,
    cluster,
    path,
    header: {
      level,
      version: version(),
      code: codeOf(version()).fingerprint,
      source: 'hosts',
      epochMs: Date.now(),
      seed: document.seed,
      cluster: { ...document.frame, nodes: [] },
      boots: 0,
      disks: new Map(),
    },
    hosts: async () => [...(await livingHosts(link.nats, await readCluster(link.nats, cluster)))].sort(),
    keep,
    say,
    warn,
  });
  const until = lastMs === undefined ? 'until Ctrl-C' : `for ${lastMs / 1000} s`;
  say(`troupe record  cluster ${cluster}  level ${level}  ${until}`);
  // Not `AbortSignal.any` with a timeout: Node 20 may collect that timeout, which then never comes.
  const over = new AbortController();
  const end = () => over.abort();
  const timer = lastMs === undefined ? undefined : setTimeout(end, lastMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const began = performance.now();
  const counts = await session.run(over.signal).finally(() => clearTimeout(timer));
  for (const line of summaryOf(counts, path, performance.now() - began)) say(line);
  return counts.lost === 0 && counts.hosts > 0;
}

function beginSession(path: string, options: ConstructorParameters<typeof RecordingSession>[0]): RecordingSession {
  try {
    return new RecordingSession(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new InputError([{ file: path, what: `cannot be written: ${message}`, fix: 'name another file by -o FILE' }]);
  }
}

function summaryOf(
  { records, messages, bytes, hosts, lost, unordered }: MergedCounts,
  path: string,
  ms: number,
): string[] {
  const lines = [
    `${path}: ${messages} messages of ${hosts} host${hosts === 1 ? '' : 's'} in ${(ms / 1000).toFixed(1)} s, ${records} records, ${bytes} bytes`,
  ];
  if (lost > 0) lines.push(`${lost} records are lost; where they were is told in the file`);
  if (unordered > 0) lines.push(`${unordered} messages were received whose sending is not in the file`);
  return lines;
}

function levelOf(text = 'messages'): TraceLevel {
  if (text === 'messages' || text === 'full') return text;
  throw new UsageError(`--level ${text} is none`, 'write --level messages or --level full');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
