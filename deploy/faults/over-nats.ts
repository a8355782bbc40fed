/**
 * Faults over NATS: each host takes requests on `<cluster>.host.<host>.faults` and answers them, in JSON.
 *
 *   nats request c.host.a.faults '{"do":"faults"}'
 *   nats request c.host.a.faults '{"do":"fault","command":{"fault":{"kind":"cut","a":"node-3","b":"*"},"forMs":60000}}'
 *   nats request c.host.a.faults '{"do":"heal","all":true}'
 *
 * What lasts is the whole cluster's, so hosts tell each other: one that joins, or was away, asks the others what is in force
 * and what has ended, and each asks one of the others now and then. Nothing of it is kept in NATS: a fault is in force as
 * long as a host has it, and a command or an end that did not reach a host comes to it from the next.
 */

import type { Msg, NatsConnection } from 'nats';
import { hostAddress } from '../../protocol/subjects.ts';
import type { HostFaults } from './host-faults.ts';
import { type FaultHosts, tellAll } from './hosts.ts';
import type { FaultAnswer, FaultRequest } from './requests.ts';

/** ms that a host is given to answer. */
const answerMs = 2_000;
/** ms between two times that a host asks another one what it has. */
const catchUpEveryMs = 10_000;

/** The subject on which a host takes requests about its faults. */
export function faultsSubject(cluster: string, host: string): string {
  return hostAddress(cluster, host, 'faults');
}

/** Gives the hosts of a cluster, as its commander asks them over NATS; `names` says which live. */
export function hostsOverNats(
  nats: NatsConnection,
  cluster: string,
  names: () => Promise<readonly string[]>,
  withinMs = answerMs,
): FaultHosts {
  return {
    cluster,
    names,
    async ask(host, request) {
      try {
        const answer = await nats.request(faultsSubject(cluster, host), JSON.stringify(request), { timeout: withinMs });
        return answer.json<FaultAnswer>();
      } catch {
        // No responder, no answer in time, no connection, or nothing that can be read: all the same to who asks.
        return undefined;
      }
    },
  };
}

/** A host's faults on NATS. */
export interface ServedFaults {
  /** Has from the others what this host does not know; when it has joined, and when it was away. */
  catchUp(): Promise<void>;
  stop(): void;
}

/** Takes requests for a host's faults, and keeps them in step with those of the other hosts; `names` says which live. */
export function serveFaults(
  nats: NatsConnection,
  cluster: string,
  faults: HostFaults,
  names: () => Promise<readonly string[]>,
): ServedFaults {
  const hosts = hostsOverNats(nats, cluster, names);
  const subscription = nats.subscribe(faultsSubject(cluster, faults.host), {
    callback: (error, message) => {
      if (error === null) message.respond(JSON.stringify(faults.answer(readRequest(message))));
    },
  });
  let turn = 0;
  const others: FaultHosts = {
    ...hosts,
    names: async () => (await hosts.names()).filter((name) => name !== faults.host),
  };
  const another: FaultHosts = {
    ...others,
    names: async () => {
      const all = await others.names();
      return all.length === 0 ? [] : [all[turn++ % all.length] as string];
    },
  };
  const timer = setInterval(() => void adoptFrom(another, faults), catchUpEveryMs);
  timer.unref();
  return {
    catchUp: () => adoptFrom(others, faults),
    stop: () => {
      clearInterval(timer);
      subscription.unsubscribe();
    },
  };
}

/** Reads what came; what is no JSON is refused as any other question that is not right. */
function readRequest(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}

async function adoptFrom(hosts: FaultHosts, faults: HostFaults): Promise<void> {
  const request: FaultRequest = { do: 'faults' };
  // Who lives is not known while NATS is away; the next time it may be.
  const told = await tellAll(hosts, request).catch(() => undefined);
  for (const answer of told?.answers ?? []) if (answer.did === 'faults') faults.adopt(answer.faults, answer.past);
}
