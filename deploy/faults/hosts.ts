/** The hosts of a cluster as a commander sees them: each is asked, and some may not answer. */

import type { FaultAnswer, FaultReport, FaultRequest } from './requests.ts';

/** The hosts of one cluster. */
export interface FaultHosts {
  readonly cluster: string;
  /** The hosts that live, as it is known now. */
  names(): Promise<readonly string[]>;
  /** Asks one; undefined where it gives no answer in time. */
  ask(host: string, request: FaultRequest): Promise<FaultAnswer | undefined>;
}

/** What came of asking all hosts. */
export interface Told {
  readonly answers: readonly FaultAnswer[];
  /** The hosts that gave no answer. */
  readonly silent: readonly string[];
}

/** Asks all hosts at once. */
export async function tellAll(hosts: FaultHosts, request: FaultRequest): Promise<Told> {
  const names = await hosts.names();
  const answers = await Promise.all(names.map((name) => hosts.ask(name, request)));
  return {
    answers: answers.filter((answer) => answer !== undefined),
    silent: names.filter((_, i) => answers[i] === undefined),
  };
}

/** A fault as all hosts together have it. */
export interface ClusterFault extends FaultReport {
  /** The hosts it is in force on. */
  readonly hosts: readonly string[];
}

/** Puts together what hosts have in force: touched is the sum, what is left the longest of what they say. */
export function sumUp(
  answers: readonly { readonly host: string; readonly faults: readonly FaultReport[] }[],
): ClusterFault[] {
  const byId = new Map<string, ClusterFault>();
  for (const { host, faults } of answers) {
    for (const one of faults) {
      const known = byId.get(one.id);
      byId.set(one.id, known === undefined ? { ...one, hosts: [host] } : joined(known, one, host));
    }
  }
  return [...byId.values()].sort((a, b) => a.at - b.at);
}

function joined(known: ClusterFault, one: FaultReport, host: string): ClusterFault {
  const longest = (a = 0, b = 0) => Math.max(a, b);
  return {
    ...known,
    touched: known.touched + one.touched,
    met: [...new Set([...known.met, ...one.met])],
    hosts: [...known.hosts, host],
    ...(known.leftMs !== undefined && { leftMs: longest(known.leftMs, one.leftMs) }),
    ...(known.leaseLeftMs !== undefined && { leaseLeftMs: longest(known.leaseLeftMs, one.leaseLeftMs) }),
  };
}
