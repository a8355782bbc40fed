/** Where NATS is and who we are there, as all commands for clusters of several hosts are told it. */

import type { NatsOptions } from '../../engine/nats/credentials.ts';
import { UsageError } from '../arguments.ts';

/** The options; each may be given by an environment variable too, named as the `nats` tool names it. */
export const natsArgs = {
  nats: {
    type: 'string',
    description:
      'The NATS servers of the cluster, as nats://HOST:PORT or tls://HOST:PORT; several with commas [NATS_URL]',
    valueHint: 'URL',
  },
  'nats-user': { type: 'string', description: 'A user of NATS [NATS_USER]', valueHint: 'NAME' },
  'nats-password': { type: 'string', description: 'Its password [NATS_PASSWORD]', valueHint: 'WORD' },
  'nats-token': { type: 'string', description: 'A token instead [NATS_TOKEN]', valueHint: 'WORD' },
  'nats-nkey': { type: 'string', description: "A file with an nkey's seed instead [NATS_NKEY]", valueHint: 'FILE' },
  'nats-creds': { type: 'string', description: 'A credentials file of nsc instead [NATS_CREDS]', valueHint: 'FILE' },
  'nats-ca': { type: 'string', description: "What has signed the servers' certificates [NATS_CA]", valueHint: 'FILE' },
  'nats-cert': { type: 'string', description: 'The certificate of this side [NATS_CERT]', valueHint: 'FILE' },
  'nats-key': { type: 'string', description: 'The key of that certificate [NATS_KEY]', valueHint: 'FILE' },
} as const;

/** What was given of them. */
export type NatsArgs = { readonly [Name in keyof typeof natsArgs]?: string | undefined };

/** Tells whether a cluster of several hosts is meant. */
export function isOnNats(args: NatsArgs, env: NodeJS.ProcessEnv = process.env): boolean {
  return given(args, env, 'nats', 'NATS_URL') !== undefined;
}

/** Reads the options; `name` is what the server calls the connection. @throws UsageError where no server is named */
export function natsOptionsOf(args: NatsArgs, name: string, env: NodeJS.ProcessEnv = process.env): NatsOptions {
  const of = (option: keyof NatsArgs, variable: string) => given(args, env, option, variable);
  const servers = of('nats', 'NATS_URL');
  if (servers === undefined) {
    throw new UsageError('no NATS server is named', 'write --nats nats://127.0.0.1:4222, or set NATS_URL');
  }
  const [user, password, token] = [
    of('nats-user', 'NATS_USER'),
    of('nats-password', 'NATS_PASSWORD'),
    of('nats-token', 'NATS_TOKEN'),
  ];
  const files = {
    nkeyFile: of('nats-nkey', 'NATS_NKEY'),
    credsFile: of('nats-creds', 'NATS_CREDS'),
    caFile: of('nats-ca', 'NATS_CA'),
    certFile: of('nats-cert', 'NATS_CERT'),
    keyFile: of('nats-key', 'NATS_KEY'),
  };
  const options = { user, password, token, ...files };
  const known = Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { servers: servers.split(',').map((server) => server.trim()), name, ...Object.fromEntries(known) };
}

function given(args: NatsArgs, env: NodeJS.ProcessEnv, option: keyof NatsArgs, variable: string): string | undefined {
  return args[option] ?? (env[variable] || undefined);
}
