/** The users of a NATS server: read from a file that says who is who, written as a part of the server's configuration. */

import { parse } from 'yaml';
import {
  hostPermissions,
  operatorPermissions,
  type Permissions,
  type PermittedHost,
  readerPermissions,
} from './permissions.ts';

/** A user by name; their keys are made by whoever writes the configuration. */
export interface NatsUser {
  readonly name: string;
  readonly permissions: Permissions;
}

/** A file of users that cannot be used. */
export class UsersError extends Error {
  override readonly name = 'UsersError';
}

interface HostEntry {
  readonly control?: unknown;
  readonly nodes?: unknown;
}

/**
 * Reads a file of users:
 *
 *   cluster: c
 *   hosts:
 *     control-1: { control: true }
 *     workers-1: { nodes: workers-1-1..workers-1-250 }
 *   operators: [ops]
 *   readers: [screen]
 *
 * @throws UsersError naming the field and what to write there
 */
export function parseUsers(text: string): NatsUser[] {
  const file = (parse(text) ?? {}) as Record<string, unknown>;
  const wrong = Object.keys(file).find((key) => !['cluster', 'hosts', 'operators', 'readers'].includes(key));
  if (wrong !== undefined) throw new UsersError(`"${wrong}" is not known: write cluster, hosts, operators and readers`);
  const { cluster = 'c' } = file;
  if (typeof cluster !== 'string') throw new UsersError('cluster is no name: write the one that troupe up has');
  const hosts = Object.entries((file.hosts ?? {}) as Record<string, HostEntry | null>).map(([name, entry]) =>
    hostOf(name, entry ?? {}),
  );
  const users = [
    ...hosts.map((host) => ({ name: host.name, permissions: hostPermissions(cluster, host) })),
    ...namesOf(file, 'operators').map((name) => ({ name, permissions: operatorPermissions(cluster) })),
    ...namesOf(file, 'readers').map((name) => ({ name, permissions: readerPermissions(cluster) })),
  ];
  const names = users.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsersError(`"${twice}" is there twice: give each user a name of its own`);
  return users;
}

/** Writes the users, with the public part of each one's key, as a NATS server reads them. */
export function writeUsers(users: readonly NatsUser[], publicKeyOf: (name: string) => string): string {
  const blocks = users.map(({ name, permissions }) => {
    const { publish, subscribe, answers } = permissions;
    return [
      `  # ${name}`,
      `  { nkey: ${publicKeyOf(name)}, permissions: {`,
      // An empty list would allow all.
      `    publish: ${publish.length === 0 ? '{ deny: ">" }' : listOf(publish)}`,
      `    subscribe: ${listOf(subscribe)}`,
      ...(answers ? ['    allow_responses: true'] : []),
      '  } }',
    ].join('\n');
  });
  return `# Who may send and hear what. Written by \`npm run nats-users\`.\nusers: [\n${blocks.join('\n')}\n]\n`;
}

function listOf(subjects: readonly string[]): string {
  const distinct = [...new Set(subjects)];
  return `[\n${distinct.map((subject) => `      ${JSON.stringify(subject)}`).join('\n')}\n    ]`;
}

function hostOf(name: string, { control, nodes, ...rest }: HostEntry): PermittedHost {
  const [wrong] = Object.keys(rest);
  if (wrong !== undefined) throw new UsersError(`hosts.${name}.${wrong} is not known: write control and nodes`);
  if (control !== undefined && typeof control !== 'boolean') {
    throw new UsersError(`hosts.${name}.control is neither true nor false`);
  }
  const ranges = nodes === undefined ? [] : [nodes].flat();
  return { name, isControl: control === true, nodes: ranges.flatMap((range) => nodesIn(String(range), name)) };
}

/** A node, or the first and the last of several: `a-1..a-250`. */
function nodesIn(text: string, host: string): string[] {
  const [first = '', last, ...more] = text.split('..');
  if (last === undefined && first !== '') return [first];
  const [, prefix, from] = /^(.*?)(\d+)$/.exec(first) ?? [];
  const [, sameAgain, to] = /^(.*?)(\d+)$/.exec(last ?? '') ?? [];
  if (prefix === undefined || prefix !== sameAgain || more.length > 0 || Number(from) > Number(to)) {
    throw new UsersError(`hosts.${host}.nodes "${text}" is no range: write node-1..node-250`);
  }
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => `${prefix}${Number(from) + i}`);
}

function namesOf(file: Record<string, unknown>, field: string): string[] {
  const names = file[field] ?? [];
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new UsersError(`${field} is no list of names: write ${field}: [NAME]`);
}
