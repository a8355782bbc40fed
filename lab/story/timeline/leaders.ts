/** Tells of elections in etcd, of which no Event tells. */

import type { Moment } from './moment.ts';

/** Makes a moment of a line that a component has logged; undefined for all that is no election. */
export function momentOfLog(address: string, message: string, fields: unknown, atMs: number): Moment | undefined {
  const member = /\.master\.etcd\.(\d+)$/.exec(address)?.[1];
  if (member === undefined || message !== 'became leader') return undefined;
  const { term } = fields as { term: number };
  return { atMs, who: 'etcd', weight: 'plain', before: '', subject: `etcd-${member} leads, as term ${term} has it` };
}
